import type { HistoryIncident } from '../../../shared/history.ts';
import type { BulkReadable } from '../../sqlite/connection.ts';
import { statusOf, unpackChange, unpackState } from '../codes.ts';
import { fill } from '../dictionary.ts';
import { integer, maybe, text } from '../rows.ts';

/** An incident as it is kept. */
export interface IncidentRow {
  id: number;
  service: number;
  opened: number;
  /** Milliseconds; null while it goes on. */
  lasted: number | null;
  /** The id of its last change. */
  last: number;
  state: number;
  steps: number;
}

export const INCIDENT_COLUMNS = 'id, service, opened, lasted, last, state, steps';

export function incidentRow([id, service, opened, lasted, last, state, steps]: unknown[]): IncidentRow {
  return {
    id: integer(id),
    service: integer(service),
    opened: integer(opened),
    lasted: maybe(lasted, integer),
    last: integer(last),
    state: integer(state),
    steps: integer(steps),
  };
}

export function readIncident(database: BulkReadable, id: number): IncidentRow | undefined {
  const [row] = database.rows(`SELECT ${INCIDENT_COLUMNS} FROM incident WHERE id = ?`, id);
  return row === undefined ? undefined : incidentRow(row);
}

/** Whether it was going on at any moment of a span. */
export function isWithin({ opened, lasted }: IncidentRow, from: number, to: number): boolean {
  return opened < to && (lasted === null || opened + lasted > from || opened >= from);
}

/** Incidents as they are told. */
export function describeIncidents(database: BulkReadable, rows: readonly IncidentRow[]): HistoryIncident[] {
  return rows.map(({ id, service, opened, lasted, state, steps }) => {
    const { worst, status, gaps } = unpackState(state);
    const [change] = database.rows(
      `SELECT service.service, service.name, change.kind, change.numbers, message.text
        FROM service LEFT JOIN change ON change.id = ? LEFT JOIN message ON message.id = change.message WHERE service.id = ?`,
      id,
      service,
    );
    const [key, name, kind, numbers, message] = change ?? [];
    return {
      id,
      service: maybe(key, text) ?? '',
      name: maybe(name, text) ?? '',
      openedAt: opened,
      closedAt: lasted === null ? null : opened + lasted,
      worst: statusOf(worst) ?? 'unknown',
      status: statusOf(status) ?? 'unknown',
      reason: unpackChange(maybe(kind, integer) ?? 0).reason,
      message: fill(maybe(message, text) ?? '', maybe(numbers, text)),
      steps,
      acknowledged: acknowledgementOf(database, id),
      gaps,
    };
  });
}

/** The last one, unless it was taken back. */
function acknowledgementOf(database: BulkReadable, incident: number): HistoryIncident['acknowledged'] {
  const [row] = database.rows(
    `SELECT at, by, text, kind FROM note WHERE incident = ? AND kind IN ('acknowledged', 'unacknowledged')
      ORDER BY id DESC LIMIT 1`,
    incident,
  );
  if (row === undefined || row[3] !== 'acknowledged') return null;
  return { at: integer(row[0]), by: text(row[1]), note: text(row[2]) };
}
