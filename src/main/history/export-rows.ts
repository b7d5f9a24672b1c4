import { DateTime } from 'luxon';
import {
  type HistoryIncident,
  type HistoryTransition,
  type IncidentsQuery,
  type Series,
  type ServiceUptime,
  type StatusSeconds,
  type TransitionsQuery,
  upShare,
} from '../../shared/history.ts';
import type { HistoryQueries } from './history.ts';

/** What stands in one cell. */
export type Cell = string | number | boolean | null;
export type Row = Record<string, Cell>;

export interface Rows {
  rows: Row[];
  /** Whether there are more. */
  cut: boolean;
}

/** The largest page that a query gives. */
const PAGE = 200;

/** A moment with the offset of its zone, so that it is both readable and unambiguous: `2026-11-25T04:11:54.120+01:00`. */
export function stamp(time: number): string {
  return DateTime.fromMillis(time).toISO() ?? '';
}

const maybe = (time: number | null): string | null => (time === null ? null : stamp(time));
const rounded = (value: number): number => Math.round(value * 1000) / 1000;

/** Follows a query's pages, newest first, to at most `most` rows. */
async function follow<Q extends { after?: string | undefined; limit: number }, T>(
  ask: (query: Q) => Promise<{ items: T[]; next: string | null }>,
  query: Q,
  most: number,
): Promise<{ items: T[]; cut: boolean }> {
  const items: T[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await ask({ ...query, after, limit: Math.min(PAGE, most - items.length) });
    items.push(...page.items);
    if (page.next === null) return { items, cut: false };
    if (items.length >= most || page.items.length === 0) return { items, cut: true };
    after = page.next;
  }
}

/** All incidents that a query finds, whichever page it is of. */
export async function allIncidents(
  queries: Pick<HistoryQueries, 'incidents'>,
  { view: _view, ...query }: IncidentsQuery,
  most: number,
): Promise<{ items: HistoryIncident[]; cut: boolean }> {
  return follow(
    async (page) => {
      const { incidents, next } = await queries.incidents(page);
      return { items: incidents, next };
    },
    query,
    most,
  );
}

/** All transitions that a query finds, whichever page it is of. */
export async function allTransitions(
  queries: Pick<HistoryQueries, 'transitions'>,
  { view: _view, ...query }: TransitionsQuery,
  most: number,
): Promise<{ items: HistoryTransition[]; cut: boolean }> {
  return follow(
    async (page) => {
      const { entries, next } = await queries.transitions(page);
      return { items: entries, next };
    },
    query,
    most,
  );
}

/** @param now how long an incident lasts that goes on. */
export function incidentRow(incident: HistoryIncident, now: number): Row {
  const { acknowledged } = incident;
  return {
    id: incident.id,
    service: incident.service,
    name: incident.name,
    opened: stamp(incident.openedAt),
    closed: maybe(incident.closedAt),
    seconds: rounded(((incident.closedAt ?? now) - incident.openedAt) / 1000),
    worst: incident.worst,
    status: incident.status,
    reason: incident.reason,
    message: incident.message,
    changes: incident.steps,
    acknowledged_at: maybe(acknowledged?.at ?? null),
    acknowledged_by: acknowledged?.by ?? null,
    acknowledged_note: acknowledged?.note ?? null,
    partly_not_observed: incident.gaps,
  };
}

export function transitionRow(entry: HistoryTransition): Row {
  return {
    id: entry.id,
    at: stamp(entry.at),
    service: entry.service,
    from: entry.from,
    to: entry.to,
    reason: entry.reason,
    message: entry.message,
    incident: entry.incident,
  };
}

/** The windows of `ServiceUptime`, and how a table calls them. */
export const WINDOWS = [
  ['h24', '24 h'],
  ['d7', '7 d'],
  ['d30', '30 d'],
  ['d90', '90 d'],
] as const satisfies readonly (readonly [keyof ServiceUptime, string])[];

/** For how many seconds a service was observed. */
export function observedSeconds({ healthy, warning, error, fatal, unknown }: StatusSeconds): number {
  return healthy + warning + error + fatal + unknown;
}

/** One row for each window of a service. */
export function uptimeRows(uptime: ServiceUptime): Row[] {
  return WINDOWS.map(([key, window]) => {
    const seconds = uptime[key];
    const share = upShare(seconds);
    return {
      service: uptime.service,
      window,
      up_percent: share === null ? null : rounded(share * 100),
      observed_seconds: rounded(observedSeconds(seconds)),
      ...Object.fromEntries(Object.entries(seconds).map(([status, value]) => [`${status}_seconds`, rounded(value)])),
    };
  });
}

/** One row for each part of a series; parts in which nothing was sampled are left out. */
export function seriesRows({ service, metric, unit, at, min, avg, max }: Series): Row[] {
  return at.flatMap((time, index) => {
    const value = avg[index] ?? null;
    if (value === null) return [];
    const row = { at: stamp(time), service, metric, unit };
    return [{ ...row, min: min[index] ?? null, avg: value, max: max[index] ?? null }];
  });
}
