/** Work of a service: a promise, or a function that is called when the service runs and gets told when it must end. */
export type Task = PromiseLike<unknown> | ((signal: AbortSignal) => unknown);

/** How a task differs from others. */
export interface TaskOptions {
  /** An error of it stops the service. False by default. */
  fatal?: boolean;
}

/** Something that a task threw. */
export interface TaskFailure {
  error: unknown;
  fatal: boolean;
}

/** The tasks of a service. None of them can make an unhandled rejection. */
export class Tasks {
  readonly #running = new Set<Promise<void>>();
  readonly #aborter = new AbortController();
  #waiting: { task: (signal: AbortSignal) => unknown; fatal: boolean }[] = [];
  #started = false;

  constructor(private readonly onFailure: (failure: TaskFailure) => void) {}

  /** How many there are, those that wait for the start included. */
  get count(): number {
    return this.#running.size + this.#waiting.length;
  }

  add(task: Task, options: TaskOptions | null | undefined): void {
    const fatal = options?.fatal === true;
    if (typeof task !== 'function') this.#follow(Promise.resolve(task), fatal);
    else if (this.#started) this.#begin(task, fatal);
    else this.#waiting.push({ task, fatal });
  }

  start(): void {
    this.#started = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { task, fatal } of waiting) this.#begin(task, fatal);
  }

  /** Tells every task to end. */
  abort(): void {
    this.#waiting = [];
    this.#aborter.abort();
  }

  /** Resolves when none is left. */
  async ended(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #begin(task: (signal: AbortSignal) => unknown, fatal: boolean): void {
    const { signal } = this.#aborter;
    if (signal.aborted) return;
    this.#follow(
      // In a function of its own, so that what it throws before its first await is no different.
      (async () => task(signal))(),
      fatal,
    );
  }

  #follow(work: Promise<unknown>, fatal: boolean): void {
    const followed = work
      .then(
        () => undefined,
        (error: unknown) => {
          if (!this.#isAbort(error)) this.onFailure({ error, fatal });
        },
      )
      .finally(() => this.#running.delete(followed));
    this.#running.add(followed);
  }

  /** Whether a task only did as it was told. */
  #isAbort(error: unknown): boolean {
    const { signal } = this.#aborter;
    return signal.aborted && (error === signal.reason || (error instanceof Error && error.name === 'AbortError'));
  }
}
