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
    /** The last run that did not stop cleanly, null where none is known. */
    last_restart: { at: string; reason: string } | null;
    crash_loop: boolean;
    pid: number | null;
    started_at: string | null;
    /** How its run ended, null while it goes on. */
    stopped: { at: string; clean: boolean; reason: string } | null;
    group: string | null;
    instance: string | null;
  }[];
}

/** Worst first, then what changed last, then by name. */
export function worstFirst<Service extends ServiceSummary>(services: readonly Service[]): Service[] {
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
      last_restart: service.lastRestart && { ...service.lastRestart, at: time(service.lastRestart.at) },
      crash_loop: service.crashLoop,
      pid: service.pid,
      started_at: service.startedAt === null ? null : time(service.startedAt),
      stopped: service.stopped && { ...service.stopped, at: time(service.stopped.at) },
      group: service.group,
      instance: service.instance,
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
