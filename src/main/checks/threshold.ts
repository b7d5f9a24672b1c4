import type { Thresholds } from '../../shared/check-settings.ts';

/** When something measured is a warning, when an error, and for how long (seconds) before it counts. */
export type Threshold = Thresholds['memory'];

/** How bad something measured is. */
export type Level = 'healthy' | 'warning' | 'error';

/** What is remembered of something measured between two looks. */
export interface LevelState {
  level: Level;
  /** Since when it would have to be another level, and which; undefined where it is where it belongs. */
  towards: { level: Level; since: number } | undefined;
}

const ORDER: readonly Level[] = ['healthy', 'warning', 'error'];
/** It is over only when it is so far below what it was told for: else it would come and go. Of the unit that is measured. */
const MARGIN = 2;

/**
 * Judges one measurement by those before it: a level counts once the value has been there for as long as the threshold says,
 * and is over once it has been below, by a margin, for as long. The first measurement of all counts as if it had always been so
 * where `for` is 0.
 *
 * @param before what the last call returned; undefined at the first.
 * @param now milliseconds, never going back.
 */
export function judgeLevel(
  value: number,
  threshold: Threshold,
  before: LevelState | undefined,
  now: number,
): LevelState {
  const level = before?.level ?? 'healthy';
  const aimed = levelOf(value, threshold, level);
  if (aimed === level) return { level, towards: undefined };
  const towards = before?.towards;
  const since = towards !== undefined && sameWay(towards.level, aimed, level) ? towards.since : now;
  if (now - since >= threshold.for * 1_000) return { level: aimed, towards: undefined };
  return { level, towards: { level: aimed, since } };
}

/** The level that the value stands for; what is told already holds until it is well below. */
function levelOf(value: number, { warning, error }: Threshold, told: Level): Level {
  const limit = (limitOf: number, level: Level): number =>
    ORDER.indexOf(told) >= ORDER.indexOf(level) ? limitOf - MARGIN : limitOf;
  if (value >= limit(error, 'error')) return 'error';
  return value >= limit(warning, 'warning') ? 'warning' : 'healthy';
}

/** Whether both lie on the same side of what is told: a warning that gets worse while it is waited for need not wait anew. */
function sameWay(one: Level, other: Level, told: Level): boolean {
  const side = (level: Level): number => Math.sign(ORDER.indexOf(level) - ORDER.indexOf(told));
  return side(one) === side(other);
}
