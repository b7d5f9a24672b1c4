import { type CheckRecord, currentChecks, type HealthReport, statusOfReport } from '../../shared/health-report.ts';
import type { Observation, Problem } from '../../shared/observation.ts';
import type { Reason } from '../../shared/service-status.ts';
import { type HealthStatus, SERVICE_ORDER, SYSTEM_ORDER } from '../../shared/status.ts';
import { formatDuration, formatMoment, plural } from '../../shared/text.ts';
import { parseTimestamp } from '../../shared/timestamp.ts';

/** A writer's clock may be this far ahead of ours before it is worth a word, in ms. */
const CLOCK_TOLERANCE = 5_000;

/** What the newest observation of a source means, apart from how old it has become. */
export interface Reading {
  observedAt: number;
  file: string;
  problem: Problem | undefined;
  /** What its report says in short; undefined where there is none. */
  facts: ReportFacts | undefined;
  /** Gives the report with every check. */
  report: () => HealthReport | undefined;
  /** The report's own `last_check` (or `last_updated`), null where it has none that can be read. */
  lastCheck: number | null;
  /**
   * The moment from which its age counts: never later than when it was seen, so that a writer whose clock is ahead cannot
   * look fresh after its death.
   */
  reportedAt: number;
}

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
}

/** The circumstances of a verdict. */
export interface Circumstances {
  /** How old the report has become, in ms of awake time. */
  age: number;
  /** How old it may be, in ms. */
  timeout: number;
  /** Whether it is too early to call anything absent or old. */
  inGrace: boolean;
}

/** What one source's observation says of its service now. */
export interface Verdict {
  status: HealthStatus;
  reason: Reason;
  fault: string | null;
  message: string;
  /** Since when, as far as the observation tells, in ms since the epoch. */
  since: number;
}

/** Draws from an observation what its service is judged by, and lets go of the rest where it can be had again. */
export function readObservation({ observedAt, file, problem, report, again }: Observation): Reading {
  const written = report?.last_check ?? report?.last_updated ?? null;
  const lastCheck = written === null ? null : (parseTimestamp(written, observedAt) ?? null);
  return {
    observedAt,
    file,
    problem,
    facts: report && factsOf(report, observedAt),
    report: again ?? (() => report),
    lastCheck,
    reportedAt: Math.min(lastCheck ?? observedAt, observedAt),
  };
}

function factsOf(report: HealthReport, observedAt: number): ReportFacts {
  const checks = currentChecks(report.checks);
  const status = statusOfReport(report);
  return {
    status,
    message: reportMessage(checks, status),
    since: sinceInReport(report, status, observedAt),
    name: report.service_name,
    uptime: report.uptime,
    errorCount: report.error_count,
    restartCount: report.restart_count,
    messagesSent: report.messages_sent ?? null,
    messagesReceived: report.messages_received ?? null,
    checkCount: checks.length,
  };
}

/** Judges one observation. Pure: the same arguments always give the same verdict. */
export function judge(reading: Reading, circumstances: Circumstances): Verdict {
  const { facts, problem, observedAt, reportedAt } = reading;
  if (facts === undefined) return judgeProblem(problem, observedAt, circumstances.inGrace);
  if (circumstances.age > circumstances.timeout) return judgeStale(reading, facts, circumstances);
  const { status } = facts;
  if (problem !== undefined && SYSTEM_ORDER[status] <= SYSTEM_ORDER.unknown) {
    const { kind: reason, fault, message } = problem;
    return { status: 'unknown', reason, fault, message, since: reportedAt };
  }
  return {
    status,
    reason: 'reported',
    fault: problem?.fault ?? null,
    message: [facts.message, problem?.message, aheadMessage(reading)].filter(Boolean).join(' '),
    since: Math.min(facts.since ?? reportedAt, observedAt),
  };
}

function judgeProblem(problem: Problem | undefined, observedAt: number, inGrace: boolean): Verdict {
  const kind = problem?.kind ?? 'never-seen';
  if (inGrace && (kind === 'missing' || kind === 'never-seen')) {
    const message = 'Waiting for the first report: the monitor has only just started.';
    return { status: 'unknown', reason: 'grace', fault: null, message, since: observedAt };
  }
  return {
    status: 'unknown',
    reason: kind,
    fault: problem?.fault ?? null,
    message: problem?.message ?? 'Nothing has been seen of it.',
    since: observedAt,
  };
}

function judgeStale(reading: Reading, facts: ReportFacts, { timeout, inGrace }: Circumstances): Verdict {
  const { observedAt } = reading;
  const last = formatMoment(reading.reportedAt);
  const allowed = formatDuration(timeout);
  if (inGrace) {
    const message = `Its last report is of ${last}. Waiting for a new one: the monitor has only just started.`;
    return { status: 'unknown', reason: 'grace', fault: null, message, since: reading.reportedAt + timeout };
  }
  const behind =
    reading.lastCheck !== null && observedAt - reading.lastCheck > timeout
      ? ` Its file was written at ${formatMoment(observedAt)}, but says ${last}: its clock or time zone may differ from this machine's.`
      : '';
  return {
    status: 'error',
    reason: 'stale',
    fault: null,
    message: `No report since ${last} (at most ${allowed} are allowed). It last said: ${facts.status}.${behind}`,
    since: reading.reportedAt + timeout,
  };
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

function aheadMessage({ lastCheck, observedAt }: Reading): string | undefined {
  if (lastCheck === null || lastCheck - observedAt <= CLOCK_TOLERANCE) return undefined;
  const ahead = formatDuration(lastCheck - observedAt);
  return `Its clock is ${ahead} ahead (last_check is ${formatMoment(lastCheck)}), so its age counts from when the file was written.`;
}

/**
 * Since when the report's records say that it has this status: the earliest record of the unbroken run of the check that
 * has had it longest. A healthy service is well since the last of its checks became so.
 */
function sinceInReport(report: HealthReport, status: HealthStatus, near: number): number | undefined {
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

/** Of several sources' verdicts on one service the worst counts: none can make it look better than another knows. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict | undefined {
  return verdicts.reduce<Verdict | undefined>(
    (worst, verdict) =>
      worst === undefined || SYSTEM_ORDER[verdict.status] > SYSTEM_ORDER[worst.status] ? verdict : worst,
    undefined,
  );
}
