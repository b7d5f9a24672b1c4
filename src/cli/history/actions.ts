import { homedir } from 'node:os';
import { toCsv } from '../../main/history/export-csv.ts';
import {
  allIncidents,
  allTransitions,
  incidentRow,
  observedSeconds,
  type Row,
  transitionRow,
  uptimeRows,
  WINDOWS,
} from '../../main/history/export-rows.ts';
import { COLUMNS, exportHistory } from '../../main/history/export.ts';
import type { HistoryQueries } from '../../main/history/history.ts';
import { openHistoryReader } from '../../main/history/reader.ts';
import { deliveriesOf } from '../../main/notifications/delivery-log.ts';
import { openReadOnly } from '../../main/notifications/store/reader.ts';
import { findPlaces } from '../../main/settings/places.ts';
import {
  type HistoryIncident,
  type HistoryTransition,
  IncidentsQuery,
  type ServiceUptime,
  type StatusSeconds,
  TransitionsQuery,
  upShare,
} from '../../shared/history.ts';
import type { HealthStatus } from '../../shared/status.ts';
import { formatDuration, formatMoment } from '../../shared/text.ts';
import type { PlaceOptions } from '../arguments.ts';
import { table } from '../table.ts';
import { printable, printableJson } from '../terminal-text.ts';

type Format = 'table' | 'json' | 'csv';

export interface HistoryOptions extends PlaceOptions {
  service?: string[];
  since?: number;
  until?: number;
  status?: HealthStatus[];
  search?: string;
  what?: 'incidents' | 'changes';
  format: Format;
  limit: number;
}

/** Reads beside a monitor that runs, or without one. */
async function withHistory(
  places: PlaceOptions,
  use: (queries: HistoryQueries, dataDir: string) => Promise<void>,
  otherwise: () => void = () => undefined,
): Promise<void> {
  const { dataDir } = findPlaces(places, process.env);
  const reader = openHistoryReader(dataDir);
  if (reader === undefined) {
    console.error(`Nothing is kept in ${dataDir} yet: the history begins when the tray application or "monitor" runs.`);
    otherwise();
    return;
  }
  try {
    await use(reader, dataDir);
  } finally {
    reader.close();
  }
}

export async function history({
  service,
  since,
  until,
  status,
  search,
  what,
  format,
  limit,
  ...places
}: HistoryOptions): Promise<void> {
  const query = { services: service, from: since, to: until, statuses: status, search };
  const show = (incidents: HistoryIncident[], changes: HistoryTransition[], cut: boolean): void => {
    const only = what ?? (format === 'csv' ? 'incidents' : undefined);
    print({ incidents, changes }, only, format);
    if (cut) console.error(`There is more: --limit is ${limit}.`);
  };
  await withHistory(
    places,
    async (queries) => {
      const nothing = { items: [], cut: false };
      const incidents = what === 'changes' ? nothing : await allIncidents(queries, IncidentsQuery.parse(query), limit);
      const wanted = what === 'changes' || (what === undefined && format !== 'csv');
      const changes = wanted ? await allTransitions(queries, TransitionsQuery.parse(query), limit) : nothing;
      show(incidents.items, changes.items, incidents.cut || changes.cut);
    },
    () => {
      if (format !== 'table') show([], [], false);
    },
  );
}

interface Found {
  incidents: HistoryIncident[];
  changes: HistoryTransition[];
}

function print({ incidents, changes }: Found, only: keyof Found | undefined, format: Format): void {
  const now = Date.now();
  if (format === 'table') {
    if (only !== 'changes') console.log(incidentTable(incidents, now));
    if (only === undefined) console.log('');
    if (only !== 'incidents') console.log(changeTable(changes));
    return;
  }
  const rows = {
    incidents: incidents.map((incident) => incidentRow(incident, now)),
    changes: changes.map(transitionRow),
  };
  if (format === 'csv') {
    const [columns, list] =
      only === 'changes' ? [COLUMNS.transitions, rows.changes] : [COLUMNS.incidents, rows.incidents];
    printCsv(columns, list);
  } else {
    printJson(only === undefined ? rows : rows[only]);
  }
}

function printJson(value: Row[] | Record<string, Row[]>): void {
  console.log(printableJson(value));
}

function printCsv(columns: readonly string[], rows: readonly Row[]): void {
  const safe = rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([key, cell]) => [key, typeof cell === 'string' ? printable(cell) : cell]),
    ),
  );
  process.stdout.write(toCsv(columns, safe));
}

function incidentTable(incidents: readonly HistoryIncident[], now: number): string {
  if (incidents.length === 0) return 'No incidents.';
  const rows = incidents.map(({ id, openedAt, closedAt, service, worst, message, gaps, acknowledged }) => [
    String(id),
    formatMoment(openedAt),
    `${formatDuration((closedAt ?? now) - openedAt)}${closedAt === null ? ' so far' : ''}${gaps ? ' ?' : ''}`,
    service,
    worst.toUpperCase(),
    acknowledged === null
      ? message
      : `[${acknowledged.by}${acknowledged.note === '' ? '' : `: ${acknowledged.note}`}] ${message}`,
  ]);
  const text = table(['INCIDENT', 'BEGAN', 'LASTED', 'SERVICE', 'WORST', 'WHY'], rows, process.stdout.columns);
  const hint = incidents.some(({ gaps }) => gaps) ? '\n? A part of it was not observed.' : '';
  return text + hint;
}

function changeTable(changes: readonly HistoryTransition[]): string {
  if (changes.length === 0) return 'No changes.';
  const rows = changes.map(({ at, service, from, to, reason, message, incident }) => [
    formatMoment(at),
    service,
    from === null ? to : `${from} → ${to}`,
    reason,
    incident === null ? '' : String(incident),
    message,
  ]);
  return table(['WHEN', 'SERVICE', 'CHANGE', 'REASON', 'INCIDENT', 'MESSAGE'], rows, process.stdout.columns);
}

export async function uptime({
  service,
  format,
  ...places
}: PlaceOptions & { service?: string[]; format: Format }): Promise<void> {
  await withHistory(
    places,
    async (queries) => printUptime((await queries.uptime({ services: service })).services, format),
    () => {
      if (format !== 'table') printUptime([], format);
    },
  );
}

function printUptime(services: readonly ServiceUptime[], format: Format): void {
  if (format === 'table') {
    console.log(services.length === 0 ? 'No services.' : uptimeTable(services));
    return;
  }
  const rows = services.flatMap(uptimeRows);
  if (format === 'csv') printCsv(COLUMNS.uptime, rows);
  else printJson(rows);
}

function uptimeTable(services: readonly ServiceUptime[]): string {
  const rows = services.map((uptime) => [uptime.service, ...WINDOWS.map(([key]) => share(uptime[key]))]);
  return table(['SERVICE', ...WINDOWS.map(([, window]) => `LAST ${window}`)], rows, process.stdout.columns);
}

/** `99.93 % of 4 d 3 h`: the time is what was observed. Never 100 where there was anything else. */
function share(seconds: StatusSeconds): string {
  const up = upShare(seconds);
  if (up === null) return 'not observed';
  return `${(Math.floor(up * 10_000) / 100).toFixed(2)} % of ${formatDuration(observedSeconds(seconds) * 1000)}`;
}

export async function report(incident: number, places: PlaceOptions): Promise<void> {
  await withHistory(
    places,
    async (queries, dataDir) => {
      const log = openReadOnly(dataDir);
      const { text } = await exportHistory(
        queries,
        { what: 'incident', format: 'html', incident },
        {
          now: Date.now(),
          homes: [homedir()],
          notifications: (found) => (log === undefined ? [] : deliveriesOf(log, found)),
        },
      );
      log?.close();
      process.stdout.write(text);
    },
    () => {
      process.exitCode = 3;
    },
  );
}
