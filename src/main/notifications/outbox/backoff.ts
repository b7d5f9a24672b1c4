const FIRST = 2_000;
const LONGEST = 300_000;
/** A server may ask for patience, up to this, in ms: one that asks for a year has miscounted. */
export const LONGEST_WAIT = 86_400_000;

/**
 * How long to wait after the given number of failures in a row: from 2 s, doubled each time, up to 5 min. Half of it is
 * left to chance, so that many monitors whose server comes back do not all call at once.
 *
 * @param failures 1 or more.
 * @param random at least 0 and below 1.
 * @returns milliseconds.
 */
export function backoff(failures: number, random: () => number): number {
  const whole = Math.min(LONGEST, FIRST * 2 ** Math.min(30, Math.max(0, failures - 1)));
  return Math.round(whole / 2 + (whole / 2) * random());
}

/** What a server asked for with Retry-After, in ms, as far as it makes sense; 0 for nothing. */
export function askedFor(retryAfter: number | undefined): number {
  if (retryAfter === undefined || !(retryAfter > 0)) return 0;
  return Math.min(retryAfter, LONGEST_WAIT);
}
