import { z } from 'zod';
import { readRunFields } from './run-fields.ts';
import { type HealthStatus, parseStatus, SERVICE_ORDER, worstOfService } from './status-order.ts';

/** One record of a service's check, as it stands in the file: a name can stand there many times, oldest first. */
export interface CheckRecord {
  name: string;
  status: HealthStatus;
  message: string | null;
  /** As written: ISO 8601, usually naive local time (see `parseTimestamp`). */
  timestamp: string | null;
  metadata: Record<string, unknown>;
  /** Fields that this version does not know are kept. */
  [field: string]: unknown;
}

/**
 * A health file's content (COMPATIBILITY, "Health file"), with every optional field filled in. Numbers inside metadata
 * may be NaN or infinite, as Python writes them.
 */
export interface HealthReport {
  service_name: string;
  overall_status: HealthStatus;
  checks: CheckRecord[];
  last_updated: string | null;
  last_check: string | null;
  /** Seconds. */
  uptime: number | null;
  restart_count: number;
  error_count: number;
  messages_sent?: number | null | undefined;
  messages_received?: number | null | undefined;
  /** Fields that this version does not know are kept. */
  [field: string]: unknown;
}

/** A word in the file that is not a status; the rest of the file is read all the same. */
export interface UnknownStatusWord {
  /** Where it stands: `overall_status` or `checks[3].status`. */
  field: string;
  word: string;
}

/** What the fields must be at least, whatever wrote them. JSON's own types only; the words are judged below. */
const anyNumber = z.custom<number>((value) => typeof value === 'number', 'must be a number');
const plainObject = z.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'must be an object',
);
const RawCheck = z.looseObject({
  name: z.string(),
  status: z.string(),
  message: z.string().nullish(),
  timestamp: z.string().nullish(),
  metadata: plainObject.nullish(),
});
const RawReport = z.looseObject({
  service_name: z.string().nullish(),
  overall_status: z.string().nullish(),
  checks: z.array(RawCheck).nullish(),
  last_updated: z.string().nullish(),
  last_check: z.string().nullish(),
  uptime: anyNumber.nullish(),
  restart_count: anyNumber.nullish(),
  error_count: anyNumber.nullish(),
  messages_sent: anyNumber.nullish(),
  messages_received: anyNumber.nullish(),
});

export type ReadReport =
  | { ok: true; report: HealthReport; unknownWords: UnknownStatusWord[] }
  /** `field` is the path of the first wrong one, empty for the whole; `fault` says what is wrong with it. */
  | { ok: false; field: string; fault: string };

/**
 * Reads parsed JSON as a health report, leniently: statuses in any case, nulls and missing optional fields, unknown
 * fields kept. A file must say at least how its service is: by `overall_status` or by one check.
 *
 * @param service the service type, which stands in for a missing `service_name`.
 */
export function readHealthReport(value: unknown, service: string): ReadReport {
  const parsed = RawReport.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { ok: false, field: fieldPath(issue?.path ?? []), fault: issue?.message ?? 'is not a health report' };
  }
  const raw = parsed.data;
  if (typeof raw.overall_status !== 'string' && (raw.checks ?? []).length === 0) {
    return { ok: false, field: 'overall_status', fault: 'is missing, and there is no check to tell it from' };
  }
  const unknownWords: UnknownStatusWord[] = [];
  const status = (word: string, field: () => string): HealthStatus => {
    const known = parseStatus(word);
    if (known === undefined) unknownWords.push({ field: field(), word });
    return known ?? 'unknown';
  };
  const checks = (raw.checks ?? []).map((check, index): CheckRecord => {
    check.status = status(check.status, () => `checks[${index}].status`);
    check.message ??= null;
    check.timestamp ??= null;
    check.metadata ??= {};
    return check as CheckRecord;
  });
  const report: HealthReport = {
    ...raw,
    service_name: raw.service_name ?? service,
    overall_status:
      typeof raw.overall_status === 'string'
        ? status(raw.overall_status, () => 'overall_status')
        : worstOfService(currentChecks(checks).map((check) => check.status)),
    checks,
    last_updated: raw.last_updated ?? null,
    last_check: raw.last_check ?? null,
    uptime: finite(raw.uptime),
    restart_count: finite(raw.restart_count) ?? 0,
    error_count: finite(raw.error_count) ?? 0,
  };
  return { ok: true, report, unknownWords };
}

function finite(value: number | null | undefined): number | null {
  return value !== null && value !== undefined && Number.isFinite(value) ? value : null;
}

function fieldPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
    '',
  );
}

/**
 * The latest record of each check name, in the order in which the names first appear. A healthy `error_recovery` after a
 * `service_error` ends it: that is how the Python services say that they reset their error state.
 */
export function currentChecks(records: readonly CheckRecord[]): CheckRecord[] {
  const latest = new Map<string, CheckRecord>();
  for (const record of records) {
    latest.set(record.name, record);
    if (record.name === 'error_recovery' && record.status === 'healthy') latest.delete('service_error');
  }
  return [...latest.values()];
}

/**
 * The current result of each of a report's checks. Where its writer tells them (`current`, see `RunFields`) those count: they
 * also hold checks whose records are no longer among the last fifty. Else they are found by replaying the records.
 */
export function checksOfReport(report: HealthReport): CheckRecord[] {
  const replayed = currentChecks(report.checks);
  const told = readRunFields(report)?.current;
  if (told === undefined) return replayed;
  const records = new Map(replayed.map((record) => [record.name, record]));
  return told.map(({ name, status, message, at }) => {
    const record = records.get(name);
    // The record holds more (metadata, the whole message), as long as it is of the same result.
    return record?.status === status ? record : { name, status, message, timestamp: at, metadata: {} };
  });
}

/**
 * What a report says of its service now: the worst of the latest result of each check name, not of old records, which
 * is what the Python services' own `overall_status` is the worst of. Where `overall_status` is worse than anything the
 * records hold, or there are none, its writer knew more than they tell, and it counts.
 */
export function statusOfReport(report: HealthReport): HealthStatus {
  const checks = checksOfReport(report);
  const current = worstOfService(checks.map((check) => check.status));
  const everRecorded = SERVICE_ORDER[worstOfService(report.checks.map((check) => check.status))];
  const unexplained = SERVICE_ORDER[report.overall_status] > Math.max(everRecorded, SERVICE_ORDER[current]);
  return unexplained || checks.length === 0 ? report.overall_status : current;
}
