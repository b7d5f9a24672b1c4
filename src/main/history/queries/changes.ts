import type { HistoryTransition, TransitionsPage, TransitionsQuery } from '../../../shared/history.ts';
import type { HealthStatus } from '../../../shared/status.ts';
import type { BulkReadable } from '../../sqlite/connection.ts';
import { NONE, statusCode, statusOf, unpackChange } from '../codes.ts';
import { fill } from '../dictionary.ts';
import { integer, text } from '../rows.ts';
import {
  CHANGE_COLUMNS,
  type ChangeRow,
  changeRow,
  EVERYTHING,
  MOST_STREAMS,
  parseCursor,
  rangesOf,
  scan,
  type Stream,
  upTo,
} from './scan.ts';
import { type Found, lookUp, matches } from './search.ts';
import { Selection, type Source } from './selection.ts';

/** Changes of status, newest first. */
export function findTransitions(source: Source, query: TransitionsQuery): TransitionsPage {
  const { database } = source;
  const { from = 0, to = Number.MAX_SAFE_INTEGER, limit } = query;
  const selection = new Selection(source, query.services);
  const everyone = query.services === undefined ? selection.services : new Selection(source, undefined).services;
  const found = query.search === undefined ? undefined : lookUp(database, query.search, everyone);
  const wanted = query.statuses === undefined ? undefined : bitsOf(query.statuses);
  const entries: ChangeRow[] = [];
  const streams = streamsOf(selection, found);
  const mask =
    streams[0] === EVERYTHING && wanted !== undefined ? ({ column: 'statuses', bits: wanted } as const) : undefined;
  const after = parseCursor(query.after) ?? Number.MAX_SAFE_INTEGER;
  const isMeant = ({ service, at, kind, message, numbers }: ChangeRow): boolean => {
    const status = unpackChange(kind).to;
    if (status === NONE || at < from || at >= to || !selection.has(service)) return false;
    if (wanted !== undefined && (wanted & (1 << status)) === 0) return false;
    return found === undefined || matches(found, service, message, numbers);
  };
  const ranges = upTo(rangesOf(database, query, mask), after - 1);
  const chunk = streams.length > 1 ? limit + 1 : 1000;
  const reached = scan(
    database,
    { table: 'change', columns: CHANGE_COLUMNS, read: changeRow, streams, ranges, chunk },
    (rows) => {
      for (const row of rows) if (entries.length <= limit && isMeant(row)) entries.push(row);
      return entries.length <= limit;
    },
  );
  const page = entries.slice(0, limit);
  const last = entries.length > limit ? page.at(-1)?.id : reached;
  return { entries: describeChanges(database, page), next: last === undefined ? null : String(last) };
}

/** Where to look: only what can be found, if that is little enough. */
export function streamsOf(selection: Selection, found: Found | undefined): readonly Stream[] {
  const streams = new Map<string, Stream>();
  const add = (where: 'service = ?' | 'message = ?', value: number): void => {
    streams.set(where + value, { where, value });
  };
  if (found !== undefined) {
    for (const id of found.services) if (selection.has(id)) add('service = ?', id);
    for (const { ids } of found.messages.values()) for (const id of ids.keys()) add('message = ?', id);
  }
  if (!selection.all && (found === undefined || selection.ids.size < streams.size)) {
    streams.clear();
    for (const id of selection.ids) add('service = ?', id);
  }
  if (selection.all && found === undefined) return [EVERYTHING];
  return streams.size <= MOST_STREAMS ? [...streams.values()] : [EVERYTHING];
}

export function bitsOf(statuses: readonly HealthStatus[]): number {
  return statuses.reduce((bits, status) => bits | (1 << statusCode(status)), 0);
}

/** Changes as they are told. */
export function describeChanges(database: BulkReadable, rows: readonly ChangeRow[]): HistoryTransition[] {
  const services = new Map<number, string>();
  const messages = new Map<number, string>();
  return rows.map(({ id, service, at, kind, message, back, numbers }) => {
    const { from, to, reason } = unpackChange(kind);
    return {
      id,
      at,
      service: textOf(database, services, 'SELECT service FROM service WHERE id = ?', service),
      from: statusOf(from),
      to: statusOf(to) ?? 'unknown',
      reason,
      message: fill(textOf(database, messages, 'SELECT text FROM message WHERE id = ?', message), numbers),
      incident: back === null ? null : id - back,
    };
  });
}

/** A text by its id, each looked up once; empty where it is not kept any more. */
function textOf(database: BulkReadable, known: Map<number, string>, sql: string, id: number): string {
  const found = known.get(id);
  if (found !== undefined) return found;
  const [row] = database.rows(sql, integer(id));
  const value = row === undefined ? '' : text(row[0]);
  known.set(id, value);
  return value;
}
