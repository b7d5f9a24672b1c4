import type { HealthStatus, StatusCounts } from './status-order.ts';
import { WORST_FIRST } from './status-order.ts';

const UNITS: readonly [seconds: number, name: string][] = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
  [1, 's'],
];

/**
 * A length of time in its two largest units: `2 d 4 h`, `3 min 20 s`, `5 s`. Less than a second is `0 s`.
 *
 * @param ms milliseconds; a negative length reads as zero.
 */
export function formatDuration(ms: number): string {
  let rest = Math.max(0, Math.floor(ms / 1000));
  const parts: string[] = [];
  for (const [seconds, name] of UNITS) {
    const count = Math.floor(rest / seconds);
    rest -= count * seconds;
    if (count > 0) parts.push(`${count} ${name}`);
    // The second unit directly follows the first or is left out: never "2 d 5 s".
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.length === 0 ? '0 s' : parts.join(' ');
}

/** A moment in local time, `2026-11-23 23:13:33`: the same in every locale, and sortable. */
export function formatMoment(time: number): string {
  const date = new Date(time);
  const two = (value: number): string => String(value).padStart(2, '0');
  return (
    `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ` +
    `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
  );
}

/** `1 service`, `2 services`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `1 fatal, 2 error, 5 healthy`: worst first, what there is none of left out; empty for no services at all. */
export function formatCounts(counts: StatusCounts): string {
  return WORST_FIRST.filter((status: HealthStatus) => counts[status] > 0)
    .map((status) => `${counts[status]} ${status}`)
    .join(', ');
}
