import type { IncidentsPage, IncidentsQuery } from '../../../shared/history.ts';
import type { BulkReadable } from '../../sqlite/connection.ts';
import { unpackState } from '../codes.ts';
import { bitsOf, streamsOf } from './changes.ts';
import {
  describeIncidents,
  INCIDENT_COLUMNS,
  incidentRow,
  type IncidentRow,
  isWithin,
  readIncident,
} from './incident-rows.ts';
import {
  CHANGE_COLUMNS,
  type ChangeRow,
  changeRow,
  EVERYTHING,
  type IdRange,
  parseCursor,
  rangesOf,
  scan,
  type Stream,
  upTo,
} from './scan.ts';
import { type Found, lookUp, matches } from './search.ts';
import { Selection, type Source } from './selection.ts';

/** So many changes of one incident are looked through for the words of a search. */
const MOST_CHANGES = 2000;

/** What a query means, looked up. */
interface Meant {
  database: BulkReadable;
  selection: Selection;
  found: Found | undefined;
  /** Of one that is meant by all but its words. */
  isMeant: (row: IncidentRow) => boolean;
  /** Only ids below it. */
  after: number;
  limit: number;
}

/** Incidents, newest first. */
export function findIncidents(source: Source, query: IncidentsQuery): IncidentsPage {
  const { database } = source;
  const { from = 0, to = Number.MAX_SAFE_INTEGER, limit, state } = query;
  const selection = new Selection(source, query.services);
  const everyone = query.services === undefined ? selection.services : new Selection(source, undefined).services;
  const found = query.search === undefined ? undefined : lookUp(database, query.search, everyone);
  const wanted = query.statuses === undefined ? undefined : bitsOf(query.statuses);
  const after = parseCursor(query.after) ?? Number.MAX_SAFE_INTEGER;
  const isMeant = (row: IncidentRow): boolean =>
    row.id < after &&
    selection.has(row.service) &&
    isWithin(row, from, to) &&
    (state === 'all' || (row.lasted === null) === (state === 'open')) &&
    (wanted === undefined || (wanted & (1 << unpackState(row.state).worst)) !== 0);
  const meant: Meant = { database, selection, found, isMeant, after, limit };
  const { rows, reached } = collect(meant, query, wanted);
  const page = rows.slice(0, limit);
  const next = rows.length > limit ? page.at(-1)?.id : reached;
  return { incidents: describeIncidents(database, page), next: next === undefined ? null : String(next) };
}

/** More than a page, where there is more; `reached` is the id down to which all were looked at, unless that is all. */
function collect(meant: Meant, query: IncidentsQuery, wanted: number | undefined): Collected {
  const { database, selection, found, after } = meant;
  if (query.state === 'open') {
    const open = selection.services.flatMap(({ incident }) =>
      incident === null ? [] : (readIncident(database, incident) ?? []),
    );
    return { rows: inOrder(open.filter((row) => isWhole(meant, row))), reached: undefined };
  }
  const mask = wanted === undefined ? undefined : ({ column: 'worst', bits: wanted } as const);
  const ranges = upTo(rangesOf(database, query, found === undefined ? mask : undefined), after - 1);
  const { rows, reached } = found === undefined ? listed(meant, ranges) : searched(meant, found, ranges);
  const borders = new Set<number>();
  // Those that had begun before the span and were still going on.
  if (query.from !== undefined) {
    borders.add(after);
    for (const { first } of upTo(rangesOf(database, { from: query.from }), after - 1)) borders.add(first);
  }
  // Those that go on beyond what is looked through may hold the words there.
  if (found !== undefined) for (const { last } of ranges) borders.add(last + 1);
  const all = new Map(rows.map((row) => [row.id, row]));
  for (const border of borders) {
    for (const row of goingOnAt(meant, border)) if (row.id >= (reached ?? 0)) all.set(row.id, row);
  }
  return { rows: inOrder([...all.values()]), reached };
}

interface Collected {
  rows: IncidentRow[];
  reached: number | undefined;
}

const inOrder = (rows: IncidentRow[]): IncidentRow[] => rows.sort((a, b) => b.id - a.id);

function listed({ database, selection, isMeant, limit }: Meant, ranges: readonly IdRange[]): Collected {
  const rows: IncidentRow[] = [];
  const streams: readonly Stream[] = selection.all
    ? [EVERYTHING]
    : [...selection.ids].map((value) => ({ where: 'service = ?', value }));
  const chunk = streams.length > 1 ? limit + 1 : 1000;
  const reached = scan(
    database,
    { table: 'incident', columns: INCIDENT_COLUMNS, read: incidentRow, streams, ranges, chunk },
    (some) => {
      for (const row of some) if (rows.length <= limit && isMeant(row)) rows.push(row);
      return rows.length <= limit;
    },
  );
  return { rows, reached };
}

/**
 * Looks through changes for the words, and takes the incidents that they are a part of. One that is found is certain to come
 * next only when everything down to its beginning was looked through.
 */
function searched({ database, selection, isMeant, limit }: Meant, found: Found, ranges: readonly IdRange[]): Collected {
  const hits: IncidentRow[] = [];
  const seen = new Set<number>();
  const take = ({ id, service, message, numbers, back }: ChangeRow): void => {
    if (back === null || seen.has(id - back) || !selection.has(service)) return;
    if (!matches(found, service, message, numbers)) return;
    seen.add(id - back);
    const row = readIncident(database, id - back);
    if (row !== undefined && isMeant(row)) hits.push(row);
  };
  const streams = streamsOf(selection, found);
  const chunk = streams.length > 1 ? limit + 1 : 1000;
  const reached = scan(
    database,
    { table: 'change', columns: CHANGE_COLUMNS, read: changeRow, streams, ranges, chunk },
    (rows, downTo) => {
      for (const row of rows) take(row);
      return hits.reduce((certain, { id }) => certain + (id >= downTo ? 1 : 0), 0) <= limit;
    },
  );
  return { rows: hits.filter(({ id }) => id >= (reached ?? 0)), reached };
}

/** The latest incident of each service that began before an id, if it is meant: only that one can still go on there. */
function goingOnAt(meant: Meant, id: number): IncidentRow[] {
  return meant.selection.services.flatMap(({ id: service }) => {
    const sql = `SELECT ${INCIDENT_COLUMNS} FROM incident WHERE service = ? AND id < ? ORDER BY id DESC LIMIT 1`;
    return meant.database
      .rows(sql, service, id)
      .map(incidentRow)
      .filter((row) => isWhole(meant, row));
  });
}

/** Whether it is meant, by its words as well. */
function isWhole({ database, found, isMeant }: Meant, row: IncidentRow): boolean {
  return isMeant(row) && (found === undefined || holdsWords(database, found, row));
}

function holdsWords(database: BulkReadable, found: Found, { id, last, service }: IncidentRow): boolean {
  const sql = `SELECT ${CHANGE_COLUMNS} FROM change WHERE service = ? AND id >= ? AND id <= ? ORDER BY id LIMIT ?`;
  return database.rows(sql, service, id, last, MOST_CHANGES).some((some) => {
    const row = changeRow(some);
    return matches(found, row.service, row.message, row.numbers);
  });
}
