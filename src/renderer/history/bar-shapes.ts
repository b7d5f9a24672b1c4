import { BAR_LETTERS, type BarLetter, type ServiceBars } from '../../shared/history.ts';
import type { HealthStatus } from '../../shared/status.ts';
import { formatDuration } from '../../shared/text.ts';
import type { Span } from './spans.ts';

export type BarStatus = (typeof BAR_LETTERS)[BarLetter];

export const BAR_WORDS: Readonly<Record<BarStatus, string>> = {
  fatal: 'Fatal',
  error: 'Error',
  warning: 'Warning',
  unknown: 'Unknown',
  healthy: 'Healthy',
  unobserved: 'Not observed',
};

/**
 * A part's shape says its status as well as its colour does: what is well is a thin line, what is worse stands taller, fatal
 * is cut through, unknown is a pair of lines with nothing between, and what nobody watched is left open. In shares of the height, from the top.
 */
const SHAPES: Readonly<Record<HealthStatus, readonly (readonly [top: number, bottom: number])[]>> = {
  healthy: [[0.36, 0.64]],
  warning: [[0.2, 0.8]],
  error: [[0, 1]],
  fatal: [
    [0, 0.38],
    [0.62, 1],
  ],
  unknown: [
    [0.2, 0.34],
    [0.66, 0.8],
  ],
};

/** The height that paths are drawn in. */
export const BAR_HEIGHT = 100;

function isLetter(letter: string): letter is BarLetter {
  return Object.hasOwn(BAR_LETTERS, letter);
}

/** What a letter stands for; one that is not known, from another version, was not observed by this one. */
export function statusOf(letter: string | undefined): BarStatus {
  return letter !== undefined && isLetter(letter) ? BAR_LETTERS[letter] : 'unobserved';
}

/**
 * The letters of a bar as it is drawn: what seemed well in a part that was mostly not observed is not shown as well. Trouble
 * is always shown, however little of it was seen.
 *
 * @param seconds the length of a part.
 */
export function shownLetters(
  { worst, unobserved }: Pick<ServiceBars, 'worst' | 'unobserved'>,
  seconds: number,
): string {
  return [...worst]
    .map((letter, index) => (letter === 'h' && (unobserved[index] ?? 0) > seconds / 2 ? '-' : letter))
    .join('');
}

export interface Run {
  status: BarStatus;
  /** The first part, and the one after the last. */
  from: number;
  to: number;
}

/** Equal parts beside each other, as one. */
export function runsOf(worst: string): Run[] {
  const runs: Run[] = [];
  for (let index = 0; index < worst.length; index += 1) {
    const status = statusOf(worst[index]);
    const last = runs.at(-1);
    if (last?.status === status) last.to = index + 1;
    else runs.push({ status, from: index, to: index + 1 });
  }
  return runs;
}

/** The paths that draw a bar, one for each status that it has: x in parts, y from 0 to `BAR_HEIGHT`. */
export function barPaths(worst: string): { status: HealthStatus; d: string }[] {
  const paths = new Map<HealthStatus, string>();
  for (const { status, from, to } of runsOf(worst)) {
    if (status === 'unobserved') continue;
    let d = paths.get(status) ?? '';
    for (const [top, bottom] of SHAPES[status])
      d += `M${from} ${top * BAR_HEIGHT}H${to}V${bottom * BAR_HEIGHT}H${from}Z`;
    paths.set(status, d);
  }
  return [...paths].map(([status, d]) => ({ status, d }));
}

/** The stretches that were not observed, for the hatching: x in parts. */
export function gapPath(worst: string): string {
  return runsOf(worst)
    .filter(({ status }) => status === 'unobserved')
    .map(({ from, to }) => `M${from} 0H${to}V${BAR_HEIGHT}H${from}Z`)
    .join('');
}

/** The span of one part. */
export function partOf({ from, to }: Span, buckets: number, index: number): Span {
  const length = (to - from) / buckets;
  return { from: from + index * length, to: from + (index + 1) * length };
}

/** The part that a moment lies in, at the ends of the bar the nearest one. */
export function partAt({ from, to }: Span, buckets: number, time: number): number {
  return Math.max(0, Math.min(buckets - 1, Math.floor(((time - from) / (to - from)) * buckets)));
}

/** What there is to say of one part: `Error, not working for 3 min`. */
export function describePart({ worst, down, unobserved }: ServiceBars, index: number, seconds: number): string {
  const status = statusOf(worst[index]);
  const words = [BAR_WORDS[status]];
  const broken = down[index] ?? 0;
  const unseen = unobserved[index] ?? 0;
  if (broken > 0) words.push(`not working for ${formatDuration(broken * 1000)}`);
  if (status !== 'unobserved' && unseen >= 1 && unseen < seconds) {
    words.push(`not observed for ${formatDuration(unseen * 1000)}`);
  }
  return words.join(', ');
}

/** A whole bar in words, for those who hear it: `error for up to 3 h, not observed for up to 2 h`. */
export function describeBar(worst: string, { from, to }: Span): string {
  const part = worst.length === 0 ? 0 : (to - from) / worst.length;
  const parts = new Map<BarStatus, number>();
  for (const { status, from: first, to: last } of runsOf(worst)) {
    parts.set(status, (parts.get(status) ?? 0) + last - first);
  }
  const order: readonly BarStatus[] = ['fatal', 'error', 'warning', 'unknown', 'unobserved'];
  const said = order.flatMap((status) => {
    const count = parts.get(status);
    return count === undefined ? [] : [`${BAR_WORDS[status].toLowerCase()} for up to ${formatDuration(count * part)}`];
  });
  if (said.length === 0) return parts.has('healthy') ? 'healthy all the time' : 'nothing known';
  return said.join(', ');
}
