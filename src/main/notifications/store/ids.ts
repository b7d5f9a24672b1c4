import type { Connection } from '../../sqlite/connection.ts';

/** Beyond this a clock is wrong, and ids grow by one only, so that they stay exact numbers. */
const LATEST = 2 ** 52;

/** The id that an entry of this moment has, or less than it, where the clock was never ahead. @param time milliseconds since the epoch. */
export function idAt(time: number): number {
  return Math.round(time * 1000);
}

/** @param now milliseconds since the epoch. */
export function nextIdAfter(last: number, now: number): number {
  const byTime = idAt(now);
  return byTime > last && byTime < LATEST ? byTime : last + 1;
}

/** The highest id that was ever given, of what is still there. */
export function readLastId(database: Connection): number {
  const last = database.ask(
    `SELECT max(
      coalesce((SELECT max(id) FROM outbox), 0), coalesce((SELECT max(id) FROM decision), 0),
      coalesce((SELECT max(id) FROM staged), 0), coalesce((SELECT max(id) FROM rejected), 0))`,
  );
  return typeof last === 'number' && Number.isSafeInteger(last) ? last : 0;
}
