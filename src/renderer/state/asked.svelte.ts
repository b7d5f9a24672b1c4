/** A query that gave way to a newer one of the same view (the contract's `view`). */
const SUPERSEDED = 'superseded';

/** Whether a call failed only because this window has asked for something newer. */
export function isSuperseded(error: unknown): boolean {
  return error instanceof Error && error.message === SUPERSEDED;
}

/** What tells this window's queries from those of another one: one must not make the other's give way. */
const WINDOW = Math.random().toString(36).slice(2, 10);

/** The name by which a part of this window asks. */
export function viewName(part: string): string {
  return `${WINDOW}:${part}`.slice(0, 60);
}

/** An answer of the monitor: the last one stays while the next is under way, and only the latest question counts. */
export class Asked<T> {
  value = $state.raw<T>();
  /** The sentence that says why it could not be fetched; empty otherwise. */
  fault = $state('');
  busy = $state(false);
  #asked = 0;

  /** @returns the answer; undefined where it failed, or something else was asked meanwhile. */
  async ask(call: () => Promise<T>): Promise<T | undefined> {
    const asked = ++this.#asked;
    this.busy = true;
    try {
      const value = await call();
      if (asked !== this.#asked) return undefined;
      this.value = value;
      this.fault = '';
      this.busy = false;
      return value;
    } catch (error) {
      if (asked !== this.#asked) return undefined;
      this.busy = false;
      if (!isSuperseded(error)) this.fault = error instanceof Error ? error.message : String(error);
      return undefined;
    }
  }

  /** Forgets the answer, and whatever is under way. */
  clear(): void {
    this.#asked += 1;
    this.value = undefined;
    this.fault = '';
    this.busy = false;
  }
}
