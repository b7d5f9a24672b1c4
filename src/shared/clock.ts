/**
 * Everything that may know what time it is. Rules get a clock as an argument and never read the machine's own, so that
 * a test can let an hour pass at once.
 */
export interface Clock {
  /** Wall-clock time in milliseconds since the epoch. It may jump in either direction. */
  now(): number;
  /** Milliseconds since some fixed moment. It never goes back, and a change of the wall clock does not touch it. */
  monotonic(): number;
  /**
   * Calls `callback` once after `ms` milliseconds. The timer never keeps a process alive by itself.
   * @returns a function that cancels it.
   */
  after(ms: number, callback: () => void): () => void;
}

/** The longest delay that a platform timer takes; a longer one would fire at once. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** The machine's own clock. `keepAlive`: whether a pending timer keeps the process running (a monitor's must). */
export function systemClock({ keepAlive = false } = {}): Clock {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    after(ms, callback) {
      const timer: unknown = setTimeout(callback, Math.min(Math.max(0, ms), LONGEST_DELAY));
      // Node's timers are objects that can be let go of; a browser's are numbers that never hold anything.
      if (!keepAlive && typeof timer === 'object' && timer !== null && 'unref' in timer) {
        (timer as { unref(): void }).unref();
      }
      return () => clearTimeout(timer as Parameters<typeof clearTimeout>[0]);
    },
  };
}
