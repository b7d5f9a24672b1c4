import { toJsonValue } from '../../shared/json.ts';
import type { ActiveResult } from '../../shared/observation.ts';
import { readRunFields } from '../../shared/run-fields.ts';
import type { CheckResult, RestartSeen, ServiceSummary } from '../../shared/service-status.ts';
import { parseTimestamp } from '../../shared/timestamp.ts';
import type { Place } from './instances.ts';
import { factsOf, type Lapsed, NOTHING_LAPSED, restartsOf, resultsOf } from './report-facts.ts';
import type { Reading, Verdict } from './rules.ts';

/**
 * How long after its time to live a result still counts, in ms: repeated results reach the file up to a second after they
 * were recorded. A reporter that runs says itself, and at once, that a result has run out; this is for one that cannot.
 */
export const EXPIRY_ALLOWANCE = 2_000;

/** A reading in the engine's own time. */
export interface Held extends Reading {
  /** Awake time at which the report's age was 0. */
  bornAt: number;
  /** When results stop to count, in awake time, the earliest first. */
  readonly expiries: readonly Expiry[];
  /** Those that have stopped to. */
  lapsed: Lapsed;
}

interface Expiry {
  name: string;
  due: number;
}

const NO_EXPIRIES: readonly Expiry[] = [];
const NO_RESULTS: readonly ActiveResult[] = [];

/**
 * A reading in the engine's own time.
 *
 * @param now the awake time.
 * @param since how much of the time since a moment, in ms since the epoch, counts as awake.
 */
export function hold(reading: Reading, now: number, since: (wall: number) => number): Held {
  const expiries = reading.expiring.map(({ name, recordedAt, lastsFor }) => ({
    name,
    due: now - since(recordedAt) + lastsFor + EXPIRY_ALLOWANCE,
  }));
  return {
    ...reading,
    bornAt: now - since(reading.reportedAt),
    expiries: expiries.length === 0 ? NO_EXPIRIES : expiries.sort((a, b) => a.due - b.due),
    lapsed: NOTHING_LAPSED,
  };
}

/** When the next of its results stops to count, Infinity where none will. */
export function nextExpiry({ expiries }: Held, awake: number): number {
  return expiries.find(({ due }) => due > awake)?.due ?? Infinity;
}

/**
 * Lets those results lapse whose time has run out.
 *
 * @param now the wall clock, in ms since the epoch.
 */
export function lapse(held: Held, awake: number, now: number): void {
  const due = held.expiries.filter((expiry) => expiry.due <= awake);
  if (due.length === held.lapsed.size) return;
  // Its checks are not kept: they are read once more, which is seldom.
  const report = held.report();
  if (report === undefined) return;
  held.lapsed = new Map(due.map((expiry) => [expiry.name, now - (awake - expiry.due) - EXPIRY_ALLOWANCE]));
  held.facts = factsOf(report, held.observedAt, held.lapsed);
}

/** What the engine knows of one service. */
export interface Tracked {
  service: string;
  expected: boolean;
  sources: Map<string, Held>;
  /** The newest reading with a report: what is shown of a service whose file cannot be read now. */
  lastReport: Held | undefined;
  status: ServiceSummary | undefined;
  /** When its file vanished, in awake time. */
  goneAt: number | undefined;
}

/** Since when a service has its status: never before the status that it had before. */
export function sinceWhen(before: ServiceSummary | undefined, verdict: Verdict, now: number): number {
  if (before?.status === verdict.status) return before.since;
  return Math.max(before?.since ?? -Infinity, Math.min(verdict.since, now));
}

/** Whether two summaries show the same. */
export function same(a: ServiceSummary, b: ServiceSummary): boolean {
  return (Object.keys(a) as (keyof ServiceSummary)[]).every((key) => alike(a[key], b[key]));
}

function alike(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b));
}

/** A service as lists and the tray show it. */
export function describe(
  tracked: Tracked,
  verdict: Verdict,
  { host, since, place }: { host: string; since: number; place: Place },
): ServiceSummary {
  const last = tracked.lastReport;
  const active = activeResults(tracked);
  const looked = active.length === 0 ? null : Math.max(...active.map(({ at }) => at));
  const facts = last?.facts;
  const run = facts?.run;
  return {
    service: tracked.service,
    name: facts?.name ?? tracked.service,
    host,
    file: [...tracked.sources.values()].findLast(({ results }) => results === undefined)?.file ?? '',
    status: verdict.status,
    reason: verdict.reason,
    fault: verdict.fault,
    message: verdict.message,
    since,
    // What never reports by itself is as new as the last look at it.
    lastCheck: last === undefined ? looked : last.lastCheck,
    reportedAt: last === undefined ? looked : last.reportedAt,
    uptime: facts?.uptime ?? null,
    errorCount: facts?.errorCount ?? 0,
    restartCount: facts?.restartCount ?? 0,
    messagesSent: facts?.messagesSent ?? null,
    messagesReceived: facts?.messagesReceived ?? null,
    expected: tracked.expected,
    checkCount: (facts?.checkCount ?? 0) + active.length,
    pid: run?.pid ?? null,
    startedAt: run?.startedAt ?? null,
    crashLoop: run?.crashLoop ?? false,
    lastRestart: run?.lastRestart ?? null,
    stopped: run?.stopped ?? null,
    group: place.group,
    instance: place.instance,
  };
}

/** What active checks have found of a service. */
function activeResults({ sources }: Tracked): readonly ActiveResult[] {
  for (const { results } of sources.values()) if (results !== undefined) return results;
  return NO_RESULTS;
}

/** What stands behind a service's summary, from its last usable report and from active checks. */
export function detailsOf(tracked: Tracked): { checks: CheckResult[]; restarts: RestartSeen[] } {
  const { checks, restarts } = reportDetails(tracked);
  const taken = new Set(checks.map(({ name }) => name));
  const active = activeResults(tracked).map(({ name, status, message, at, metadata }) => ({
    // Two checks of one name could not be told apart.
    name: taken.has(name) ? `${name} (active)` : name,
    status,
    message,
    at,
    metadata,
  }));
  return { checks: [...checks, ...active], restarts };
}

function reportDetails({ lastReport: last }: Tracked): { checks: CheckResult[]; restarts: RestartSeen[] } {
  const report = last?.report();
  if (last === undefined || report === undefined) return { checks: [], restarts: [] };
  const checks = resultsOf(report, last.lapsed).map((check) => ({
    name: check.name,
    status: check.status,
    message: check.message,
    at: check.timestamp === null ? null : (parseTimestamp(check.timestamp, last.observedAt) ?? null),
    metadata: Object.fromEntries(Object.entries(check.metadata).map(([key, value]) => [key, toJsonValue(value)])),
  }));
  return { checks, restarts: restartsOf(readRunFields(report)) };
}
