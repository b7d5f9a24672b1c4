import { type ServiceBars, type StatusSeconds, upShare } from '../../shared/history.ts';
import { coarse } from '../words.ts';

/** Seconds in which a service did not work: error, fatal or unknown. */
export function downSeconds({ error, fatal, unknown }: StatusSeconds): number {
  return error + fatal + unknown;
}

/** Seconds that are known of. */
export function observedSeconds(seconds: StatusSeconds): number {
  return seconds.healthy + seconds.warning + downSeconds(seconds);
}

/**
 * A share as a percentage, `99.98 %`; never rounded up to 100 % where something was down, nor down to 0 % where something
 * was up. Null is a dash.
 */
export function shareText(share: number | null): string {
  if (share === null) return '–';
  const percent = share * 100;
  if (percent >= 100) return '100 %';
  if (percent <= 0) return '0 %';
  if (percent > 99.99) return '>99.99 %';
  if (percent >= 99) return `${(Math.floor(percent * 100) / 100).toFixed(2)} %`;
  if (percent >= 10) return `${(Math.floor(percent * 10) / 10).toFixed(1)} %`;
  return percent < 0.1 ? '<0.1 %' : `${percent.toFixed(1)} %`;
}

/** Uptime as a percentage. */
export function uptimeText(seconds: StatusSeconds): string {
  return shareText(upShare(seconds));
}

/** How long it was down: `2 h 14 min`, `never`, or `not observed`. */
export function downText(seconds: StatusSeconds): string {
  if (observedSeconds(seconds) <= 0) return 'not observed';
  const down = downSeconds(seconds);
  if (down <= 0) return 'never';
  return down < 1 ? 'less than 1 s' : coarse(down * 1000);
}

/** What the percentage stands on, in a sentence: for whoever wants it exactly. */
export function uptimeSentence(seconds: StatusSeconds): string {
  const observed = observedSeconds(seconds);
  if (observed <= 0) return 'Nothing was observed.';
  const gap =
    seconds.unobserved < 1 ? '' : ` ${coarse(seconds.unobserved * 1000)} was not observed and does not count.`;
  const down = downSeconds(seconds);
  const worked = down <= 0 ? 'It always worked' : `It did not work for ${downText(seconds)}`;
  return `${worked} in ${coarse(observed * 1000)}.${gap}`;
}

/** By how much uptime changed, in percentage points; null where one of both is not known. */
export function uptimeChange(now: StatusSeconds, before: StatusSeconds): number | null {
  const [a, b] = [upShare(now), upShare(before)];
  return a === null || b === null ? null : (a - b) * 100;
}

/** Less than this is no change that anybody would see, in percentage points. */
export const NO_CHANGE = 0.005;

/** `+0.4`, `−12`, `±0`. */
export function changeText(points: number): string {
  const size = Math.abs(points);
  if (size < NO_CHANGE) return '±0';
  const text = size < 1 ? size.toFixed(2) : size < 10 ? size.toFixed(1) : size.toFixed(0);
  return `${points > 0 ? '+' : '−'}${text}`;
}

/** The share of the observed time that a service worked, by its bars; null where nothing was observed. */
export function barShare(
  { down, unobserved }: Pick<ServiceBars, 'down' | 'unobserved'>,
  seconds: number,
): number | null {
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  const observed = seconds - sum(unobserved);
  // Seconds are rounded on their way here: less than one is none.
  return observed < 1 ? null : Math.max(0, 1 - sum(down) / observed);
}
