import type { HealthReport } from './health-report.ts';
import { formatPythonJson } from './python-json.ts';

/** The Python services keep this many records in a file (COMPATIBILITY, "Fields"). */
export const RECORDS_KEPT = 50;

/**
 * Writes a health report as the Python services do: their order of fields, at most the last 50 records, ASCII, two
 * blanks of indentation, `last_check` at the end. Fields of our own come after theirs.
 */
export function formatHealthReport(report: HealthReport): string {
  const {
    service_name,
    overall_status,
    checks,
    last_updated,
    uptime,
    restart_count,
    error_count,
    messages_sent,
    messages_received,
    last_check,
    ...own
  } = report;
  return formatPythonJson({
    service_name,
    overall_status,
    checks: checks.slice(-RECORDS_KEPT),
    last_updated,
    uptime,
    restart_count,
    error_count,
    ...(messages_sent === undefined ? {} : { messages_sent }),
    ...(messages_received === undefined ? {} : { messages_received }),
    last_check,
    ...own,
  });
}
