import { InvalidArgumentError } from 'commander';
import { DateTime } from 'luxon';

const UNITS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const LATEST = 8.64e15;

/**
 * Reads a moment as a person types it: `2h` or `7d` (so long ago), `now`, `today`, `yesterday`, a date or a time of day in ISO 8601
 * (local where it has no zone).
 *
 * @param edge which moment of a whole day is meant: its beginning, or the beginning of the next one.
 * @returns milliseconds since the epoch. @throws InvalidArgumentError with a sentence.
 */
export function parseMoment(text: string, now: number, edge: 'begin' | 'end'): number {
  const word = text.trim().toLowerCase();
  const [, count, unit = ''] = /^(\d{1,6}(?:\.\d{1,3})?)\s?([a-z]{1,3})$/.exec(word) ?? [];
  const length = UNITS[unit];
  if (count !== undefined && length !== undefined && Object.hasOwn(UNITS, unit))
    return Math.max(0, now - Number(count) * length);
  if (word === 'now') return now;
  const today = DateTime.fromMillis(now).startOf('day');
  const day = word === 'today' ? today : word === 'yesterday' ? today.minus({ days: 1 }) : wholeDay(word);
  const moment = day === undefined ? DateTime.fromISO(text.trim()) : edge === 'begin' ? day : day.plus({ days: 1 });
  const time = moment.toMillis();
  if (!moment.isValid || time < 0 || time > LATEST) {
    throw new InvalidArgumentError(
      `"${text}" is no moment. Write 30min, 2h, 7d, today, 2026-11-25 or 2026-11-25T18:00.`,
    );
  }
  return time;
}

function wholeDay(word: string): DateTime | undefined {
  return /^\d{4}-\d{2}-\d{2}$/.test(word) ? DateTime.fromISO(word) : undefined;
}
