import { currentChecks } from '../../shared/health-report.ts';
import { toJsonValue } from '../../shared/json.ts';
import type { CheckResult, ServiceSummary } from '../../shared/service-status.ts';
import { parseTimestamp } from '../../shared/timestamp.ts';
import type { Reading, Verdict } from './rules.ts';

/** A reading in the engine's own time. */
export interface Held extends Reading {
  /** Awake time at which the report's age was 0. */
  bornAt: number;
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
  return (Object.keys(a) as (keyof ServiceSummary)[]).every((key) => a[key] === b[key]);
}

/** A service as lists and the tray show it. */
export function describe(
  tracked: Tracked,
  verdict: Verdict,
  { host, since }: { host: string; since: number },
): ServiceSummary {
  const last = tracked.lastReport;
  const facts = last?.facts;
  return {
    service: tracked.service,
    name: facts?.name ?? tracked.service,
    host,
    file: [...tracked.sources.values()].at(-1)?.file ?? '',
    status: verdict.status,
    reason: verdict.reason,
    fault: verdict.fault,
    message: verdict.message,
    since,
    lastCheck: last?.lastCheck ?? null,
    reportedAt: last?.reportedAt ?? null,
    uptime: facts?.uptime ?? null,
    errorCount: facts?.errorCount ?? 0,
    restartCount: facts?.restartCount ?? 0,
    messagesSent: facts?.messagesSent ?? null,
    messagesReceived: facts?.messagesReceived ?? null,
    expected: tracked.expected,
    checkCount: facts?.checkCount ?? 0,
  };
}

/** The checks behind a service, from its last usable report. */
export function checksOf(tracked: Tracked): CheckResult[] {
  const last = tracked.lastReport;
  return currentChecks(last?.report()?.checks ?? []).map((check) => ({
    name: check.name,
    status: check.status,
    message: check.message,
    at: check.timestamp === null ? null : (parseTimestamp(check.timestamp, last?.observedAt) ?? null),
    metadata: Object.fromEntries(Object.entries(check.metadata).map(([key, value]) => [key, toJsonValue(value)])),
  }));
}
