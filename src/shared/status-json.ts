import type { ServiceSummary } from './service-status.ts';
import type { Snapshot } from './snapshot.ts';
import { type HealthStatus, SYSTEM_ORDER } from './status.ts';

/** What `experimance-health status --json` prints and `/status` answers. Times are ISO 8601 in UTC. */
export interface StatusJson {
  status: HealthStatus;
  services: {
    service: string;
    name: string;
    status: HealthStatus;
    reason: string;
    /** What exactly is wrong with its file, null where nothing is. */
    fault: string | null;
    message: string;
    since: string;
    last_check: string | null;
    age_seconds: number | null;
    /** Seconds. */
    uptime: number | null;
    error_count: number;
    restart_count: number;
  }[];
}

/** Worst first, then what changed last, then by name. */
export function worstFirst(services: readonly ServiceSummary[]): ServiceSummary[] {
  return [...services].sort(
    (a, b) =>
      SYSTEM_ORDER[b.status] - SYSTEM_ORDER[a.status] || b.since - a.since || a.service.localeCompare(b.service),
  );
}

export function statusJson(snapshot: Snapshot): StatusJson {
  const time = (ms: number): string => new Date(ms).toISOString();
  return {
    status: snapshot.status,
    services: worstFirst(snapshot.services).map((service) => ({
      service: service.service,
      name: service.name,
      status: service.status,
      reason: service.reason,
      fault: service.fault,
      message: service.message,
      since: time(service.since),
      last_check: service.lastCheck === null ? null : time(service.lastCheck),
      age_seconds: service.reportedAt === null ? null : Math.round((snapshot.at - service.reportedAt) / 100) / 10,
      uptime: service.uptime,
      error_count: service.errorCount,
      restart_count: service.restartCount,
    })),
  };
}

/** Exit codes as Nagios has them, error and fatal being critical. */
export const EXIT_CODES: Readonly<Record<HealthStatus, number>> = {
  healthy: 0,
  warning: 1,
  error: 2,
  fatal: 2,
  unknown: 3,
};
