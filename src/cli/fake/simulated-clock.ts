import type { Clock } from '../../shared/clock.ts';

interface Timer {
  at: number;
  callback: () => void;
}

/** A clock whose time passes only when it is told to: everything that goes by it lives through hours in seconds. */
export class SimulatedClock implements Clock {
  readonly #began: number;
  #passed = 0;
  /** Earliest first; of the same moment, in the order in which they were set. */
  #timers: Timer[] = [];

  /** @param began what time it is at first, milliseconds since the epoch. */
  constructor(began: number) {
    this.#began = began;
  }

  now(): number {
    return this.#began + this.#passed;
  }

  monotonic(): number {
    return this.#passed;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#passed + Math.max(0, ms), callback };
    const later = this.#timers.findIndex(({ at }) => at > timer.at);
    this.#timers.splice(later === -1 ? this.#timers.length : later, 0, timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /**
   * Lets time pass, with everything that is due in it. What one timer begins and has to wait for a file or another thread gets
   * its turn before the next one.
   */
  async pass(ms: number): Promise<void> {
    const end = this.#passed + ms;
    for (;;) {
      const [next] = this.#timers;
      if (next === undefined || next.at > end) break;
      this.#timers.shift();
      this.#passed = Math.max(this.#passed, next.at);
      next.callback();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#passed = end;
  }
}
