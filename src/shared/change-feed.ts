import type { Clock } from './clock.ts';

/** A view gets at most ten updates a second (DESIGN, "The API contract"). */
export const FEED_INTERVAL = 100;

/**
 * Lets something through at once and then at most once an interval: the first change after a quiet time is seen without
 * delay, and a storm of them becomes one update at a time.
 *
 * @param flush called when it is time; never more often than every `interval` milliseconds.
 */
export function createChangeFeed(
  clock: Clock,
  flush: () => void,
  interval = FEED_INTERVAL,
): { touch(): void; close(): void } {
  let last = -Infinity;
  let cancel: (() => void) | undefined;
  const run = (): void => {
    cancel = undefined;
    last = clock.monotonic();
    flush();
  };
  return {
    touch() {
      if (cancel !== undefined) return;
      cancel = clock.after(Math.max(0, last + interval - clock.monotonic()), run);
    },
    close() {
      cancel?.();
      cancel = undefined;
    },
  };
}
