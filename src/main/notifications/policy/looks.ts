import type { Clock } from '../../../shared/clock.ts';

/** Moments at which services must be looked at again, and one timer for the next of them. */
export class Looks {
  readonly #times = new Map<string, number>();
  #timer: { at: number; cancel: () => void } | undefined;

  /** @param onDue gets every service whose moment has come; each is then forgotten here. */
  constructor(
    private readonly clock: Clock,
    private readonly onDue: (services: string[]) => void,
  ) {}

  /** @param at milliseconds since the epoch; null for never. */
  set(service: string, at: number | null): void {
    if (at === null) this.#times.delete(service);
    else this.#times.set(service, at);
  }

  /** To be called after any number of `set`. */
  arm(): void {
    let next = Infinity;
    for (const at of this.#times.values()) next = Math.min(next, at);
    if (this.#timer?.at === next) return;
    this.close();
    if (next === Infinity) return;
    const cancel = this.clock.after(Math.max(0, next - this.clock.now()), () => this.#fire());
    this.#timer = { at: next, cancel };
  }

  #fire(): void {
    this.#timer = undefined;
    const now = this.clock.now();
    const due = [...this.#times].filter(([, at]) => at <= now).map(([service]) => service);
    for (const service of due) this.#times.delete(service);
    if (due.length > 0) this.onDue(due);
    this.arm();
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
