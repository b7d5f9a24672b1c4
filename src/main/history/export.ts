import type { ExportedFile, ExportQuery } from '../../shared/history.ts';
import type { DeliveryEntry } from '../../shared/notification-state.ts';
import { toCsv } from './export-csv.ts';
import { incidentReport } from './export-report.ts';
import {
  allIncidents,
  allTransitions,
  incidentRow,
  type Row,
  type Rows,
  seriesRows,
  stamp,
  transitionRow,
  uptimeRows,
} from './export-rows.ts';
import type { HistoryQueries } from './history.ts';
import { redactValue } from './redact.ts';

/** More rows than this are cut: as many as the oldest spreadsheet that is still about opens without trouble. */
export const MOST_ROWS = 100_000;

export interface ExportOptions {
  /** Milliseconds since the epoch. */
  now: number;
  /** Home folders, which are left out. */
  homes: readonly string[];
  /** Who was told of an incident. */
  notifications(incident: { service: string; openedAt: number; closedAt: number | null }): DeliveryEntry[];
}

type TableQuery = Exclude<ExportQuery, { format: 'html' }>;

/** The columns of each table, also of one without rows. */
export const COLUMNS = {
  incidents: [
    ...['id', 'service', 'name', 'opened', 'closed', 'seconds', 'worst', 'status', 'reason', 'message', 'changes'],
    ...['acknowledged_at', 'acknowledged_by', 'acknowledged_note', 'partly_not_observed'],
  ],
  transitions: ['id', 'at', 'service', 'from', 'to', 'reason', 'message', 'incident'],
  uptime: [
    ...['service', 'window', 'up_percent', 'observed_seconds', 'healthy_seconds', 'warning_seconds', 'error_seconds'],
    ...['fatal_seconds', 'unknown_seconds', 'unobserved_seconds'],
  ],
  series: ['at', 'service', 'metric', 'unit', 'min', 'avg', 'max'],
} as const satisfies Record<TableQuery['what'], readonly string[]>;

/**
 * What a view shows, as a file, without secrets and home folders. A list is written whole, whichever page of it is shown.
 *
 * @throws Error with a sentence where there is no such incident.
 */
export async function exportHistory(
  queries: HistoryQueries,
  query: ExportQuery,
  options: ExportOptions,
): Promise<ExportedFile> {
  const { now, homes } = options;
  const day = stamp(now).slice(0, 10);
  if (query.what === 'incident') {
    const incident = await queries.incident(query.incident);
    if (incident === null) throw new Error(`There is no incident ${query.incident} (any more).`);
    const report = redactValue({ ...incident, notifications: options.notifications(incident) }, homes);
    const name = `incident-${incident.id}-${stamp(incident.openedAt).slice(0, 10)}.html`;
    return {
      name,
      type: 'text/html',
      text: await incidentReport(report as typeof incident & { notifications: DeliveryEntry[] }, now),
      cut: false,
    };
  }
  const { rows, cut } = await tableRows(queries, query, now);
  const safe = rows.map((row) => redactValue(row, homes) as Row);
  return query.format === 'csv'
    ? { name: `${query.what}-${day}.csv`, type: 'text/csv', text: toCsv(COLUMNS[query.what], safe, { bom: true }), cut }
    : { name: `${query.what}-${day}.json`, type: 'application/json', text: `${JSON.stringify(safe, null, 2)}\n`, cut };
}

async function tableRows(queries: HistoryQueries, table: TableQuery, now: number): Promise<Rows> {
  switch (table.what) {
    case 'incidents': {
      const { items, cut } = await allIncidents(queries, table.query, MOST_ROWS);
      return { rows: items.map((incident) => incidentRow(incident, now)), cut };
    }
    case 'transitions': {
      const { items, cut } = await allTransitions(queries, table.query, MOST_ROWS);
      return { rows: items.map(transitionRow), cut };
    }
    case 'uptime': {
      const { view: _view, ...query } = table.query;
      const { services } = await queries.uptime(query);
      return { rows: services.flatMap(uptimeRows), cut: false };
    }
    case 'series': {
      const { view: _view, ...query } = table.query;
      return { rows: seriesRows(await queries.series(query)), cut: false };
    }
  }
}
