import { hostname } from 'node:os';
import type { HealthReport } from '../../shared/health-report.ts';
import { formatHealthReport, RECORDS_KEPT } from '../../shared/health-report-format.ts';
import { SYSTEM_ORDER } from '../../shared/status.ts';
import { formatNaiveLocal } from '../../shared/timestamp.ts';
import { writeHealthFile } from '../../reporter/write-health-file.ts';
import { type Outcome, statusOf } from './outcome.ts';

/** What the script calls itself, and the stem of its file (COMPATIBILITY, "Health check script"). */
export const SERVICE = 'healthcheck';
export const TYPE = 'health';

/**
 * The look as a health file's content: each service is a record, and each resource of the machine.
 *
 * @param validFor for how many seconds it counts: nobody is to be told that a look which was made once is not made again.
 */
export function summaryOf(outcome: Outcome, validFor: number): HealthReport {
  const now = formatNaiveLocal(outcome.at);
  const { services, machine } = outcome;
  const records = [
    ...services.map(({ service, status, message, checks }) => ({
      name: service,
      status,
      message,
      timestamp: now,
      metadata: { checks: checks.length },
    })),
    ...(machine?.checks ?? []).map(({ name, status, message, metadata }) => ({
      name,
      status,
      message,
      timestamp: now,
      metadata,
    })),
  ].sort((a, b) => SYSTEM_ORDER[b.status] - SYSTEM_ORDER[a.status]);
  return {
    service_name: SERVICE,
    overall_status: statusOf(outcome),
    // The worst come first, and last in the file, where readers look; they are not the ones to leave out.
    checks: records.slice(0, RECORDS_KEPT).reverse(),
    last_updated: now,
    last_check: now,
    uptime: null,
    restart_count: 0,
    error_count: records.filter(({ status }) => status === 'error' || status === 'fatal').length,
    host: hostname(),
    valid_for_seconds: Math.min(86_400, validFor),
  };
}

/** @throws Error with a sentence where the folder cannot be written to. */
export function writeSummary(folder: string, summary: HealthReport): void {
  try {
    writeHealthFile(folder, TYPE, formatHealthReport(summary));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The health file of this check cannot be written to ${folder}: ${reason}`, { cause: error });
  }
}
