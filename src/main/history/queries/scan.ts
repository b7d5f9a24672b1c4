import type { BulkReadable } from '../../sqlite/connection.ts';
import { HOUR } from '../hour.ts';
import { integer, maybe, text } from '../rows.ts';

/** A change as it is kept. */
export interface ChangeRow {
  id: number;
  service: number;
  at: number;
  kind: number;
  message: number;
  /** By how many ids its incident began earlier; null for none. */
  back: number | null;
  numbers: string | null;
}

export const CHANGE_COLUMNS = 'id, service, at, kind, message, back, numbers';

export function changeRow([id, service, at, kind, message, back, numbers]: unknown[]): ChangeRow {
  return {
    id: integer(id),
    service: integer(service),
    at: integer(at),
    kind: integer(kind),
    message: integer(message),
    back: maybe(back, integer),
    numbers: maybe(numbers, text),
  };
}

/** Ids from `first` to `last`, both included. */
export interface IdRange {
  first: number;
  last: number;
}

export const ALL_IDS: IdRange = { first: 0, last: Number.MAX_SAFE_INTEGER };

/** Where to look for rows: in a table, those of a service or with a message, or all. */
export interface Stream {
  where: 'service = ?' | 'message = ?' | '? IS NOT NULL';
  value: number;
}

export const EVERYTHING: Stream = { where: '? IS NOT NULL', value: 0 };

/** More streams than these cost more than looking at everything. */
export const MOST_STREAMS = 400;

/** So many rows are looked at for one page; then what was found is given, and where to go on. */
const BUDGET = 150_000;

export interface Scan<Row extends { id: number }> {
  table: 'change' | 'incident';
  columns: string;
  read: (row: unknown[]) => Row;
  streams: readonly Stream[];
  /** In descending order, none overlapping. */
  ranges: readonly IdRange[];
  /** How many rows of each stream are read at once. */
  chunk: number;
}

/**
 * Goes through rows from the newest to the oldest.
 *
 * @param visit gets rows in descending order of their ids, and the id down to which all have been given. It answers whether
 * it wants more.
 * @returns the id down to which all rows were looked at; undefined where none are left.
 */
export function scan<Row extends { id: number }>(
  database: BulkReadable,
  { table, columns, read, streams, ranges, chunk }: Scan<Row>,
  visit: (rows: Row[], downTo: number) => boolean,
): number | undefined {
  let budget = BUDGET;
  for (const { first, last } of ranges) {
    for (let top = last; top >= first;) {
      let downTo = first;
      const rows = streams.flatMap(({ where, value }) => {
        const some = database.rows(
          `SELECT ${columns} FROM ${table} WHERE ${where} AND id >= ? AND id <= ? ORDER BY id DESC LIMIT ?`,
          value,
          first,
          top,
          chunk,
        );
        // What the others have beyond its last one is not known to come next.
        if (some.length === chunk) downTo = Math.max(downTo, integer(some.at(-1)?.[0]));
        return some.map(read);
      });
      if (!visit(streams.length > 1 ? merge(rows, downTo) : rows, downTo)) return downTo;
      budget -= rows.length + streams.length;
      if (budget <= 0) return downTo;
      top = downTo - 1;
    }
  }
  return undefined;
}

/** What several streams gave, each row once: one is of a service and has a message that are both looked for. */
function merge<Row extends { id: number }>(rows: readonly Row[], downTo: number): Row[] {
  const certain = rows.filter(({ id }) => id >= downTo).sort((a, b) => b.id - a.id);
  return certain.filter(({ id }, index) => id !== certain[index - 1]?.id);
}

/**
 * The ids of changes in a span of wall-clock time, in descending order: more than those, where a clock was set back.
 *
 * @param mask only hours in which one of these statuses (1 << code) occurred; undefined for any.
 */
export function rangesOf(
  database: BulkReadable,
  { from, to }: { from?: number | undefined; to?: number | undefined },
  mask?: { column: 'statuses' | 'worst'; bits: number },
): IdRange[] {
  if (from === undefined && to === undefined && mask === undefined) return [ALL_IDS];
  const rows = database.rows(
    `SELECT first, last FROM moment WHERE hour >= ? AND hour <= ? AND ${mask?.column ?? 'statuses'} & ? ORDER BY last DESC`,
    Math.floor((from ?? 0) / HOUR),
    Math.floor(((to ?? Number.MAX_SAFE_INTEGER) - 1) / HOUR),
    mask?.bits ?? -1,
  );
  const ranges: IdRange[] = [];
  for (const row of rows) {
    const [first = 0, last = 0] = row.map(integer);
    const before = ranges.at(-1);
    if (before !== undefined && before.first <= last + 1) before.first = Math.min(before.first, first);
    else ranges.push({ first, last });
  }
  return ranges;
}

/** Those ranges (descending) up to an id. */
export function upTo(ranges: readonly IdRange[], last: number): IdRange[] {
  return ranges
    .filter((range) => range.first <= last)
    .map((range) => ({ first: range.first, last: Math.min(range.last, last) }));
}

/** @returns undefined for what is no cursor. */
export function parseCursor(after: string | undefined): number | undefined {
  const id = Number(after);
  return after !== undefined && /^\d{1,16}$/.test(after) && Number.isSafeInteger(id) ? id : undefined;
}
