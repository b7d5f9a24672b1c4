import type { Clock } from '../shared/clock.ts';

/** How often the numbers of what reported are sampled, in ms: as often as the services report. */
const EVERY = 30_000;
/** To look at a service its report is read again, some 0.2 ms. So few at once, and others have their turn in between. */
const SLICE = 8;
/** The slices are spread over the time until the next samples, though no further apart than this, in ms. */
const LONGEST_PAUSE = 1_000;

/** Samples services that changed since they were sampled last, a few at a time, so that a thousand of them delay nothing. */
export class Sampling {
  /** In the order in which they changed first. */
  readonly #changed = new Set<string>();
  #cancel: (() => void) | undefined;

  /** @param sample takes the sample of one service. */
  constructor(
    private readonly clock: Clock,
    private readonly sample: (service: string) => void,
  ) {}

  start(): void {
    this.#cancel ??= this.clock.after(EVERY, () => this.#begin());
  }

  changed(services: Iterable<string>): void {
    for (const service of services) this.#changed.add(service);
  }

  removed(services: Iterable<string>): void {
    for (const service of services) this.#changed.delete(service);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #begin(): void {
    const due = [...this.#changed];
    this.#changed.clear();
    const end = this.clock.monotonic() + EVERY;
    const pause = Math.min(LONGEST_PAUSE, (EVERY * 0.9) / Math.ceil(due.length / SLICE));
    const next = (): void => {
      for (const service of due.splice(0, SLICE)) this.sample(service);
      this.#cancel =
        due.length > 0
          ? this.clock.after(pause, next)
          : this.clock.after(Math.max(0, end - this.clock.monotonic()), () => this.#begin());
    };
    next();
  }
}
