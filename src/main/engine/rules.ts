import { currentChecks, type HealthReport, statusOfReport } from '../../shared/health-report.ts';
import type { Observation, Problem } from '../../shared/observation.ts';
import type { Reason } from '../../shared/service-status.ts';
import { type HealthStatus, SERVICE_ORDER, SYSTEM_ORDER } from '../../shared/status.ts';
import { formatDuration, formatMoment, plural } from '../../shared/text.ts';
import { parseTimestamp } from '../../shared/timestamp.ts';

/** A writer's clock may be this far ahead of ours before it is worth a word, in ms. */
const CLOCK_TOLERANCE = 5_000;

/** What the newest observation of a source means, apart from how old it has become. */
export interface Reading {
  observation: Observation;
  /** The report's own `last_check` (or `last_updated`), null where it has none that can be read. */
  lastCheck: number | null;
  /**
   * The moment from which its age counts: never later than when it was seen, so that a writer whose clock is ahead cannot
   * look fresh after its death.
   */
  reportedAt: number;
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
  /** Since when, as far as the observation tells, in ms since the epoch. Asked for only when the status changes. */
  since: () => number;
}

export function readObservation(observation: Observation): Reading {
  const { report, observedAt } = observation;
  const written = report?.last_check ?? report?.last_updated ?? null;
  const lastCheck = written === null ? null : (parseTimestamp(written, observedAt) ?? null);
  return { observation, lastCheck, reportedAt: Math.min(lastCheck ?? observedAt, observedAt) };
}

/** Judges one observation. Pure: the same arguments always give the same verdict. */
export function judge(reading: Reading, circumstances: Circumstances): Verdict {
  const { report, problem, observedAt } = reading.observation;
  if (report === undefined) return judgeProblem(problem, observedAt, circumstances.inGrace);
  if (circumstances.age > circumstances.timeout) return judgeStale(reading, report, circumstances);
  const status = statusOfReport(report);
  if (problem !== undefined && SYSTEM_ORDER[status] <= SYSTEM_ORDER.unknown) {
    return {
      status: 'unknown',
      reason: problem.kind,
      fault: problem.fault,
      message: problem.message,
      since: () => reading.reportedAt,
    };
  }
  return {
    status,
    reason: 'reported',
    fault: problem?.fault ?? null,
    message: [reportMessage(report, status), problem?.message, aheadMessage(reading)].filter(Boolean).join(' '),
    since: () => Math.min(sinceInReport(report, status, observedAt) ?? reading.reportedAt, observedAt),
  };
}

function judgeProblem(problem: Problem | undefined, observedAt: number, inGrace: boolean): Verdict {
  const kind = problem?.kind ?? 'never-seen';
  if (inGrace && (kind === 'missing' || kind === 'never-seen')) {
    const message = 'Waiting for the first report: the monitor has only just started.';
    return { status: 'unknown', reason: 'grace', fault: null, message, since: () => observedAt };
  }
  return {
    status: 'unknown',
    reason: kind,
    fault: problem?.fault ?? null,
    message: problem?.message ?? 'Nothing has been seen of it.',
    since: () => observedAt,
  };
}

function judgeStale(reading: Reading, report: HealthReport, { timeout, inGrace }: Circumstances): Verdict {
  const { observedAt } = reading.observation;
  const last = formatMoment(reading.reportedAt);
  const allowed = formatDuration(timeout);
  if (inGrace) {
    const message = `Its last report is of ${last}. Waiting for a new one: the monitor has only just started.`;
    return { status: 'unknown', reason: 'grace', fault: null, message, since: () => reading.reportedAt + timeout };
  }
  const behind =
    reading.lastCheck !== null && observedAt - reading.lastCheck > timeout
      ? ` Its file was written at ${formatMoment(observedAt)}, but says ${last}: its clock or time zone may differ from this machine's.`
      : '';
  return {
    status: 'error',
    reason: 'stale',
    fault: null,
    message: `No report since ${last} (at most ${allowed} are allowed). It last said: ${statusOfReport(report)}.${behind}`,
    since: () => reading.reportedAt + timeout,
  };
}

/** Several checks, in one sentence: the worst and its message. */
function reportMessage(report: HealthReport, status: HealthStatus): string {
  const checks = currentChecks(report.checks);
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

function aheadMessage({ lastCheck, observation }: Reading): string | undefined {
  if (lastCheck === null || lastCheck - observation.observedAt <= CLOCK_TOLERANCE) return undefined;
  const ahead = formatDuration(lastCheck - observation.observedAt);
  return `Its clock is ${ahead} ahead (last_check is ${formatMoment(lastCheck)}), so its age counts from when the file was written.`;
}

/**
 * Since when the report's records say that it has this status: the earliest record of the unbroken run of the check that
 * has had it longest. A healthy service is well since its last check became so.
 */
function sinceInReport(report: HealthReport, status: HealthStatus, near: number): number | undefined {
  const runs = new Map<string, { status: HealthStatus; since: string | null }>();
  for (const record of report.checks) {
    const run = runs.get(record.name);
    if (run?.status !== record.status) runs.set(record.name, { status: record.status, since: record.timestamp });
  }
  const times = [...runs.values()]
    .filter((run) => run.status === status && run.since !== null)
    .map((run) => parseTimestamp(run.since ?? '', near))
    .filter((time) => time !== undefined);
  if (times.length === 0) return undefined;
  return SERVICE_ORDER[status] <= SERVICE_ORDER.healthy ? Math.max(...times) : Math.min(...times);
}

/** Of several sources' verdicts on one service the worst counts: none can make it look better than another knows. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict | undefined {
  return verdicts.reduce<Verdict | undefined>(
    (worst, verdict) =>
      worst === undefined || SYSTEM_ORDER[verdict.status] > SYSTEM_ORDER[worst.status] ? verdict : worst,
    undefined,
  );
}
