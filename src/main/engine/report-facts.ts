import { type CheckRecord, checksOfReport, type HealthReport, statusOfReport } from '../../shared/health-report.ts';
import { readRunFields, type RunFields } from '../../shared/run-fields.ts';
import type { RestartSeen } from '../../shared/service-status.ts';
import { type HealthStatus, SERVICE_ORDER, worstOfService } from '../../shared/status.ts';
import { plural } from '../../shared/text.ts';
import { parseTimestamp } from '../../shared/timestamp.ts';

/** A report as far as lists show it. */
export interface ReportFacts {
  status: HealthStatus;
  /** Why, in a sentence. */
  message: string;
  /** Since when its records say that it has this status, ms since the epoch; undefined where they do not tell. */
  since: number | undefined;
  name: string;
  uptime: number | null;
  errorCount: number;
  restartCount: number;
  messagesSent: number | null;
  messagesReceived: number | null;
  checkCount: number;
  /** For how long its writer says that it counts, in ms; null where it does not. */
  validFor: number | null;
  /** Whether the time to live of one of its results has run out. */
  lapsed: boolean;
  /** What the writer says of its process, undefined where it is not our reporter. */
  run: RunFacts | undefined;
}

/** What a report of our own reporter says of the process that wrote it. Times are ms since the epoch. */
export interface RunFacts {
  serviceType: string;
  instance: string | null;
  host: string;
  pid: number;
  /** Tells it from a later process of the same number; undefined where it is not known. */
  processStart: number | undefined;
  startedAt: number | null;
  crashLoop: boolean;
  lastRestart: RestartSeen | null;
  stopped: { at: number; clean: boolean; reason: string } | null;
}

/** A result that counts for a limited time. */
export interface Expiring {
  name: string;
  /** When it was recorded, by the clock that `reportedAt` is of, in ms since the epoch. */
  recordedAt: number;
  /** In ms. */
  lastsFor: number;
}

/** Results whose time to live has run out: when, in ms since the epoch, by the check's name. */
export type Lapsed = ReadonlyMap<string, number>;

export const NOTHING_LAPSED: Lapsed = new Map();

/**
 * Draws from a report what its service is judged by.
 *
 * @param observedAt when it was seen; decides between equal local times.
 */
export function factsOf(report: HealthReport, observedAt: number, lapsed: Lapsed = NOTHING_LAPSED): ReportFacts {
  const run = readRunFields(report);
  const checks = resultsOf(report, lapsed);
  const status = statusAfter(report, lapsed, checks);
  return {
    status,
    message: reportMessage(checks, status),
    since: run === undefined ? sinceInRecords(report, status, observedAt) : sinceInRun(run, status, lapsed),
    name: report.service_name,
    uptime: report.uptime,
    errorCount: report.error_count,
    restartCount: report.restart_count,
    messagesSent: report.messages_sent ?? null,
    messagesReceived: report.messages_received ?? null,
    checkCount: checks.length,
    validFor: validForOf(report),
    lapsed: lapsed.size > 0,
    run: run && runFactsOf(run),
  };
}

/** The longest that a report can ask for, in seconds: a day. */
const LONGEST_VALID = 86_400;

function validForOf({ valid_for_seconds: seconds }: HealthReport): number | null {
  return typeof seconds === 'number' && seconds > 0 ? Math.min(seconds, LONGEST_VALID) * 1000 : null;
}

/** The current result of each check. One whose time to live has run out says that nothing is known any more. */
export function resultsOf(report: HealthReport, lapsed: Lapsed): CheckRecord[] {
  const checks = checksOfReport(report);
  if (lapsed.size === 0) return checks;
  const lives = new Map(readRunFields(report)?.current.map((result) => [result.name, result.ttl_seconds]));
  return checks.map((check) => {
    const at = lapsed.get(check.name);
    if (at === undefined) return check;
    // In the words of the reporter, which says the same where it still runs.
    const message = `No result for ${lives.get(check.name) ?? 0} s; the last one was ${check.status}`;
    return { ...check, status: 'unknown', message, timestamp: new Date(at).toISOString() };
  });
}

/**
 * The results that count for a limited time.
 *
 * @param reportedAt when the report counts from, in ms since the epoch. Only how long before it a result was recorded is taken
 *   from the file: the writer's clock may differ from ours.
 */
export function expiringOf(report: HealthReport, reportedAt: number): Expiring[] {
  const run = readRunFields(report);
  if (run === undefined) return [];
  const writtenAt = parseTimestamp(run.written_at);
  const expiring = new Map<string, Expiring>();
  for (const { name, at, ttl_seconds } of run.current) {
    if (ttl_seconds === undefined || !(ttl_seconds > 0 && ttl_seconds < Infinity)) continue;
    const before = Math.max(0, (writtenAt ?? 0) - (parseTimestamp(at) ?? Infinity));
    expiring.set(name, { name, recordedAt: reportedAt - before, lastsFor: ttl_seconds * 1000 });
  }
  return [...expiring.values()];
}

/** The last runs that did not stop cleanly, oldest first, without those whose time cannot be read. */
export function restartsOf(run: RunFields | undefined): RestartSeen[] {
  return (run?.restarts ?? []).flatMap(({ at, reason }) => {
    const time = parseTimestamp(at);
    return time === undefined ? [] : [{ at: time, reason }];
  });
}

function runFactsOf(run: RunFields): RunFacts {
  const stoppedAt = run.stopped === null ? undefined : parseTimestamp(run.stopped.at);
  return {
    serviceType: run.service_type,
    instance: run.instance ?? null,
    host: run.host,
    pid: run.pid,
    processStart: run.process_start,
    startedAt: parseTimestamp(run.started_at) ?? null,
    crashLoop: run.current.some(({ name, status }) => name === 'crash_loop' && status !== 'healthy'),
    lastRestart: restartsOf(run).at(-1) ?? null,
    stopped:
      run.stopped === null || stoppedAt === undefined
        ? null
        : { at: stoppedAt, clean: run.stopped.clean, reason: run.stopped.reason },
  };
}

/** The report's status once those results have lapsed. @param checks the results that are left. */
function statusAfter(report: HealthReport, lapsed: Lapsed, checks: readonly CheckRecord[]): HealthStatus {
  const before = statusOfReport(report);
  if (lapsed.size === 0) return before;
  // A status that no result explains is not one of theirs to take back.
  const explained = before === worstOfService(checksOfReport(report).map((check) => check.status));
  return explained ? worstOfService(checks.map((check) => check.status)) : before;
}

/** Several checks, in one sentence: the worst and its message. */
function reportMessage(checks: readonly CheckRecord[], status: HealthStatus): string {
  const same = checks.filter((check) => check.status === status);
  const first = same.at(-1);
  if (status === 'healthy' && checks.length > 0) {
    const well = plural(same.length, 'check');
    return same.length === checks.length
      ? `${well} healthy.`
      : `${well} healthy, ${checks.length - same.length} unknown.`;
  }
  if (first === undefined) return `It reports ${status}, and no check that says why.`;
  const more = same.length > 1 ? ` (and ${plural(same.length - 1, 'other check')})` : '';
  const text = first.message === null || first.message === '' ? `is ${status}` : first.message;
  return `${first.name}: ${text}${more}`;
}

/**
 * Since when the report's records say that it has this status: the earliest record of the unbroken run of the check that
 * has had it longest. A healthy service is well since the last of its checks became so.
 */
function sinceInRecords(report: HealthReport, status: HealthStatus, near: number): number | undefined {
  // Where nothing was ever recorded but this status, it has had it at least since the oldest record.
  if (report.checks.every((record) => record.status === status)) {
    const oldest = report.checks[0]?.timestamp ?? undefined;
    return oldest === undefined ? undefined : parseTimestamp(oldest, near);
  }
  const runs = new Map<string, CheckRecord>();
  for (const record of report.checks) {
    if (runs.get(record.name)?.status !== record.status) runs.set(record.name, record);
  }
  const latest = SERVICE_ORDER[status] <= SERVICE_ORDER.healthy;
  // Times of one form compare as text, and only one need be parsed: this runs for every report.
  let chosen: string | undefined;
  for (const { status: its, timestamp } of runs.values()) {
    if (its !== status || timestamp === null) continue;
    if (chosen === undefined || timestamp > chosen === latest) chosen = timestamp;
  }
  return chosen === undefined ? undefined : parseTimestamp(chosen, near);
}

/** The same where the writer tells since when each of its checks has its status: then old records need not be there. */
function sinceInRun({ current }: RunFields, status: HealthStatus, lapsed: Lapsed): number | undefined {
  // What was worse and has lapsed made it so.
  const made = current.flatMap((result) =>
    SERVICE_ORDER[result.status] > SERVICE_ORDER[status] ? (lapsed.get(result.name) ?? []) : [],
  );
  if (made.length > 0) return Math.max(...made);
  const latest = SERVICE_ORDER[status] <= SERVICE_ORDER.healthy;
  let chosen: string | undefined;
  for (const { name, status: its, at, since } of current) {
    if (its !== status) continue;
    // A recovery is healthy each time, and each time it ends an error: the last one counts.
    const time = name === 'error_recovery' ? at : since;
    if (chosen === undefined || time > chosen === latest) chosen = time;
  }
  return chosen === undefined ? undefined : parseTimestamp(chosen);
}
