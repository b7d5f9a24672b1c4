import { inflateRawSync } from 'node:zlib';
import { z } from 'zod';
import type { IncidentDetails, IncidentNote, IncidentStep } from '../../../shared/history.ts';
import { CheckResult } from '../../../shared/service-status.ts';
import type { BulkReadable } from '../../sqlite/connection.ts';
import type { Span } from '../days.ts';
import { bytes, integer, text } from '../rows.ts';
import { describeChanges } from './changes.ts';
import {
  describeIncidents,
  INCIDENT_COLUMNS,
  incidentRow,
  type IncidentRow,
  isWithin,
  readIncident,
} from './incident-rows.ts';
import { findMetrics } from './metrics.ts';
import { CHANGE_COLUMNS, changeRow, rangesOf, upTo } from './scan.ts';
import { knownServices, type Source } from './selection.ts';

/** So many changes from the beginning of an incident, and as many from its end. */
const CHANGES_EACH = 100;
/** What else was not well: this long before and after, in ms, and so many at most. */
const AROUND = 300_000;
const MOST_AROUND = 50;
/** The checks of one change, when they are unpacked. */
const LARGEST_CHECKS = 256 * 1024;

const Checks = z.array(CheckResult);

/** Everything about one incident, but who was told. Null for none. */
export function findIncident(source: Source, id: number, now: number): Omit<IncidentDetails, 'notifications'> | null {
  const { database } = source;
  const row = readIncident(database, id);
  if (row === undefined) return null;
  const [incident] = describeIncidents(database, [row]);
  if (incident === undefined) return null;
  const changes = changesOf(database, row);
  return {
    ...incident,
    changes,
    left: Math.max(0, row.steps - changes.length),
    notes: notesOf(database, id),
    around: describeIncidents(database, around(database, row, now)),
    unobserved: unobservedIn(source, { from: row.opened, to: row.lasted === null ? now : row.opened + row.lasted }),
    metrics: findMetrics(database, incident.service),
  };
}

function changesOf(database: BulkReadable, { id, last, service }: IncidentRow): IncidentStep[] {
  const read = (order: 'ASC' | 'DESC'): ReturnType<typeof changeRow>[] =>
    database
      .rows(
        `SELECT ${CHANGE_COLUMNS} FROM change WHERE service = ? AND id >= ? AND id <= ? ORDER BY id ${order} LIMIT ?`,
        service,
        id,
        last,
        CHANGES_EACH,
      )
      .map(changeRow);
  const rows = new Map([...read('ASC'), ...read('DESC').reverse()].map((row) => [row.id, row]));
  const told = [...rows.values()].filter(({ kind }) => ((kind >> 3) & 7) <= 4);
  return describeChanges(database, told).map((change) => ({ ...change, checks: checksOf(database, change.id) }));
}

/** Null where they were not kept, or cannot be read. */
function checksOf(database: BulkReadable, change: number): CheckResult[] | null {
  const [row] = database.rows('SELECT body FROM checks WHERE id = ?', change);
  if (row === undefined) return null;
  try {
    const json = inflateRawSync(bytes(row[0]), { maxOutputLength: LARGEST_CHECKS }).toString();
    return Checks.safeParse(JSON.parse(json)).data ?? null;
  } catch {
    // What is damaged in there is of no use, and no reason to lose the rest.
    return null;
  }
}

const Kind = z.enum(['note', 'acknowledged', 'unacknowledged', 'action']);

function notesOf(database: BulkReadable, incident: number): IncidentNote[] {
  const rows = database.rows('SELECT at, by, text, kind FROM note WHERE incident = ? ORDER BY id', incident);
  return rows.map(([at, by, note, kind]) => ({
    at: integer(at),
    by: text(by),
    text: text(note),
    kind: Kind.safeParse(kind).data ?? 'note',
  }));
}

/** Incidents of other services that went on at that time, or shortly before or after. */
function around(database: BulkReadable, row: IncidentRow, now: number): IncidentRow[] {
  const from = row.opened - AROUND;
  const to = (row.lasted === null ? now : row.opened + row.lasted) + AROUND;
  const found = new Map<number, IncidentRow>();
  const take = (rows: unknown[][]): void => {
    for (const one of rows.map(incidentRow)) {
      if (one.service !== row.service && isWithin(one, from, to)) found.set(one.id, one);
    }
  };
  for (const { id } of knownServices(database)) {
    const sql = `SELECT ${INCIDENT_COLUMNS} FROM incident WHERE service = ? AND id < ? ORDER BY id DESC LIMIT 1`;
    take(database.rows(sql, id, row.id));
  }
  for (const { first, last } of upTo(rangesOf(database, { from, to }), Number.MAX_SAFE_INTEGER)) {
    const sql = `SELECT ${INCIDENT_COLUMNS} FROM incident WHERE id >= ? AND id <= ? ORDER BY abs(id - ?) LIMIT ?`;
    take(database.rows(sql, first, last, row.id, MOST_AROUND * 2));
  }
  const nearest = [...found.values()].sort((a, b) => Math.abs(a.opened - row.opened) - Math.abs(b.opened - row.opened));
  return nearest.slice(0, MOST_AROUND).sort((a, b) => b.id - a.id);
}

/** When nothing was observed within a span. */
export function unobservedIn(source: Source, { from, to }: Span): Span[] {
  const current = source.current();
  const runs = source.database
    .rows(
      'SELECT id, begins, ends FROM run WHERE begins < ? AND (ends > ? OR id = ?) ORDER BY begins',
      to,
      from,
      current?.id ?? -1,
    )
    .map((row) => {
      const [id = 0, begins = 0, ends = 0] = row.map(integer);
      return { begins, ends: id === current?.id ? current.ends : ends };
    });
  const gaps: Span[] = [];
  let at = from;
  for (const { begins, ends } of runs) {
    if (begins > at) gaps.push({ from: at, to: Math.min(to, begins) });
    at = Math.max(at, ends);
  }
  if (at < to) gaps.push({ from: at, to });
  return gaps;
}
