import type { HealthReport } from '../../shared/health-report.ts';
import type { ActiveResult, Observation, Problem } from '../../shared/observation.ts';
import type { Reason } from '../../shared/service-status.ts';
import { type HealthStatus, SYSTEM_ORDER, worstOfSystem } from '../../shared/status.ts';
import { formatDuration, formatMoment, plural } from '../../shared/text.ts';
import { parseTimestamp } from '../../shared/timestamp.ts';
import { type Expiring, expiringOf, factsOf, type ReportFacts } from './report-facts.ts';

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
  /** What active checks found; undefined where the source is another. */
  results: readonly ActiveResult[] | undefined;
  /** Results that count for a limited time; of nearly every report there are none. */
  expiring: readonly Expiring[];
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
export function readObservation({ observedAt, file, problem, report, again, results }: Observation): Reading {
  const written = report?.last_check ?? report?.last_updated ?? null;
  const lastCheck = written === null ? null : (parseTimestamp(written, observedAt) ?? null);
  const reportedAt = Math.min(lastCheck ?? observedAt, observedAt);
  return {
    observedAt,
    file,
    problem,
    facts: report && factsOf(report, observedAt),
    report: again ?? (() => report),
    lastCheck,
    reportedAt,
    results,
    expiring: report === undefined ? [] : expiringOf(report, reportedAt),
  };
}

/** Judges one observation. Pure: the same arguments always give the same verdict. */
export function judge(reading: Reading, circumstances: Circumstances): Verdict {
  const { facts, problem, observedAt, reportedAt, results } = reading;
  if (results !== undefined) return judgeResults(results, observedAt);
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
    // A result lapses after it was observed; everything else was before.
    since: Math.min(facts.since ?? reportedAt, facts.lapsed ? Infinity : observedAt),
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

/** Active checks are as old as they may be by themselves: whoever carries them out says when one gives no answer. */
function judgeResults(results: readonly ActiveResult[], observedAt: number): Verdict {
  // Unlike a service's own checks: one that finds nothing out must not be hidden by another that is well.
  const status = worstOfSystem(results.map((result) => result.status));
  const same = results.filter((result) => result.status === status);
  const [first] = same;
  if (first === undefined) {
    return { status, reason: 'check-failed', fault: null, message: 'Nothing was found out yet.', since: observedAt };
  }
  const more = same.length > 1 ? ` (and ${plural(same.length - 1, 'other check')})` : '';
  const times = same.map(({ since }) => since);
  return {
    status,
    reason: status === 'unknown' ? 'check-failed' : 'checked',
    fault: null,
    message:
      status === 'healthy' ? `${plural(same.length, 'check')} healthy.` : `${first.name}: ${first.message}${more}`,
    // A service is well since the last of its checks became so, and unwell since the first of them.
    since: status === 'healthy' ? Math.max(...times) : Math.min(...times),
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
  const stopped = facts.run?.stopped ?? null;
  if (stopped !== null) {
    const { at, clean, reason } = stopped;
    const how = clean ? `stopped at ${formatMoment(at)}` : `ended at ${formatMoment(at)} (${reason})`;
    const message = `It ${how} and has not been started again.`;
    return { status: 'error', reason: 'stale', fault: null, message, since: reading.reportedAt + timeout };
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

function aheadMessage({ lastCheck, observedAt }: Reading): string | undefined {
  if (lastCheck === null || lastCheck - observedAt <= CLOCK_TOLERANCE) return undefined;
  const ahead = formatDuration(lastCheck - observedAt);
  return `Its clock is ${ahead} ahead (last_check is ${formatMoment(lastCheck)}), so its age counts from when the file was written.`;
}

/** Of several sources' verdicts on one service the worst counts: none can make it look better than another knows. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict | undefined {
  return verdicts.reduce<Verdict | undefined>(
    (worst, verdict) =>
      worst === undefined || SYSTEM_ORDER[verdict.status] > SYSTEM_ORDER[worst.status] ? verdict : worst,
    undefined,
  );
}
