import type { Clock } from '../../../shared/clock.ts';

/** Less than this is the two clocks drifting apart, in ms. */
const SLACK = 1_000;

/** Notices that the wall clock was set back. That it was set on looks like the machine having slept, and needs nothing. */
export class WallClockWatch {
  #offset: number;

  constructor(private readonly clock: Clock) {
    this.#offset = clock.now() - clock.monotonic();
  }

  /** By how much since the last call, in ms; 0 where it was not. */
  setBackBy(): number {
    const offset = this.clock.now() - this.clock.monotonic();
    const by = this.#offset - offset;
    // Small differences add up until they are worth a correction.
    if (Math.abs(by) < SLACK) return 0;
    this.#offset = offset;
    return Math.max(0, by);
  }
}
