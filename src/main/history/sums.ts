import type { BulkReadable } from '../sqlite/connection.ts';
import { dayNumber, type Span } from './days.ts';
import { PER_HOUR } from './form.ts';
import { eachPart, HOUR, type HourRow } from './hour.ts';
import { bytes, integer, maybe } from './rows.ts';

/** Milliseconds for each status, by the id of the service. */
export type Sums = Map<number, number[]>;

export function addTo(sums: Sums, service: number, status: number, ms: number): void {
  let row = sums.get(service);
  if (row === undefined) sums.set(service, (row = [0, 0, 0, 0, 0]));
  row[status] = (row[status] ?? 0) + ms;
}

/** How a span is put together from what is kept: whole days, whole hours, and parts of single hours. */
interface Pieces {
  /** Whole days, from the number of the first to the one after the last. */
  days: Span[];
  /** Whole hours, from the first to the one after the last, as numbers of hours. */
  hours: Span[];
  /** Within one hour each. */
  parts: Span[];
}

const COLUMNS = 'sum(healthy), sum(warning), sum(error), sum(fatal), sum(unknown)';

/**
 * Adds up for how long each service had each status in a span, as far as it is kept. What goes on at this moment is not.
 * @param service only this one.
 */
export function sumSpan(database: BulkReadable, span: Span, service?: number): Sums {
  const sums: Sums = new Map();
  const { days, hours, parts } = piecesOf(span, daysWithin(database, span));
  for (const { from, to } of days) addRange(database, sums, 'day_sum', from, to, service);
  for (const { from, to } of hours) addRange(database, sums, 'hour', from, to, service);
  for (const part of parts) addPart(database, sums, part, service);
  return sums;
}

/** Adds whole rows, from one number of an hour (or day) up to another. */
function addRange(
  database: BulkReadable,
  sums: Sums,
  table: 'hour' | 'day_sum',
  from: number,
  to: number,
  service: number | undefined,
): void {
  const rows =
    service === undefined
      ? database.rows(
          `SELECT id & ${PER_HOUR - 1} AS service, ${COLUMNS} FROM ${table} WHERE id >= ? AND id < ? GROUP BY service`,
          from * PER_HOUR,
          to * PER_HOUR,
        )
      : database.rows(
          `WITH RECURSIVE each (number) AS (SELECT ?1 WHERE ?1 < ?2 UNION ALL SELECT number + 1 FROM each WHERE number + 1 < ?2)
            SELECT ?3, ${COLUMNS} FROM each CROSS JOIN ${table} ON id = number * ${PER_HOUR} + ?3`,
          from,
          to,
          service,
        );
  for (const [id, ...columns] of rows) {
    columns.forEach((ms, status) => {
      if (ms !== 0 && ms !== null) addTo(sums, integer(id), status, integer(ms));
    });
  }
}

function addPart(database: BulkReadable, sums: Sums, { from, to }: Span, service: number | undefined): void {
  const hour = Math.floor(from / HOUR);
  eachHourRow(database, hour, hour + 1, service, (id, start, row) =>
    eachPart(row, start, (begins, ends, status, ms) => {
      addTo(sums, id, status, overlap(begins, ends, ms, from, to));
    }),
  );
}

/** How much of a part lies within a span, in ms; of a mixed minute, its share. */
export function overlap(begins: number, ends: number, ms: number, from: number, to: number): number {
  const common = Math.min(ends, to) - Math.max(begins, from);
  if (common <= 0) return 0;
  return common === ends - begins ? ms : (ms * common) / (ends - begins);
}

/** Calls back with each kept hour, from one number of an hour up to another. */
export function eachHourRow(
  database: BulkReadable,
  from: number,
  to: number,
  service: number | undefined,
  onRow: (service: number, start: number, row: HourRow) => void,
): void {
  const columns = 'id, healthy, warning, error, fatal, unknown, parts';
  const rows =
    service === undefined
      ? database.rows(`SELECT ${columns} FROM hour WHERE id >= ? AND id < ?`, from * PER_HOUR, to * PER_HOUR)
      : database.rows(
          `WITH RECURSIVE each (number) AS (SELECT ?1 WHERE ?1 < ?2 UNION ALL SELECT number + 1 FROM each WHERE number + 1 < ?2)
            SELECT ${columns} FROM each CROSS JOIN hour ON id = number * ${PER_HOUR} + ?3`,
          from,
          to,
          service,
        );
  for (const [id, healthy, warning, error, fatal, unknown, parts] of rows) {
    const key = integer(id);
    const sums = [healthy, warning, error, fatal, unknown].map(integer);
    onRow(key % PER_HOUR, Math.floor(key / PER_HOUR) * HOUR, { sums, parts: maybe(parts, bytes) });
  }
}

/**
 * Whole local days whose sums are kept, in order, those that follow one another as one. Where two overlap (the zone was
 * changed), the earlier one counts; a new stretch begins after them, so that no range of numbers holds the other.
 */
function daysWithin(database: BulkReadable, { from, to }: Span): { first: number; last: number; to: number }[] {
  const days: { first: number; last: number; to: number }[] = [];
  let end = from;
  let joined = false;
  const sql = 'SELECT start, ends FROM day WHERE done = 1 AND start >= ? AND ends <= ? ORDER BY start';
  for (const row of database.rows(sql, from, to)) {
    const start = integer(row[0]);
    const before = days.at(-1);
    if (start < end) joined = false;
    else {
      end = integer(row[1]);
      if (joined && before?.to === start) Object.assign(before, { last: start, to: end });
      else days.push({ first: start, last: start, to: end });
      joined = true;
    }
  }
  return days;
}

function piecesOf(span: Span, days: ReturnType<typeof daysWithin>): Pieces {
  const pieces: Pieces = { days: [], hours: [], parts: [] };
  let at = span.from;
  for (const { first, last, to } of days) {
    addHours(pieces, at, first);
    pieces.days.push({ from: dayNumber(first), to: dayNumber(last) + 1 });
    at = to;
  }
  addHours(pieces, at, span.to);
  return pieces;
}

function addHours({ hours, parts }: Pieces, from: number, to: number): void {
  if (from >= to) return;
  const first = Math.ceil(from / HOUR);
  const last = Math.floor(to / HOUR);
  if (first > last) {
    parts.push({ from, to });
    return;
  }
  if (from < first * HOUR) parts.push({ from, to: first * HOUR });
  if (first < last) hours.push({ from: first, to: last });
  if (last * HOUR < to) parts.push({ from: last * HOUR, to });
}
