import type { Clock } from '../../../../src/shared/clock.ts';
import type { ServiceSummary, Transition } from '../../../../src/shared/service-status.ts';
import type { Snapshot } from '../../../../src/shared/snapshot.ts';
import { countStatuses, type HealthStatus, worstOfSystem } from '../../../../src/shared/status.ts';

export const NOW = new Date(2026, 10, 24, 13, 3, 0).getTime();

export function summary(service: string, status: HealthStatus, more: Partial<ServiceSummary> = {}): ServiceSummary {
  return {
    service,
    name: service,
    host: 'here',
    file: `/health/${service}.json`,
    status,
    reason: 'reported',
    fault: null,
    message: `${service} is ${status}`,
    since: NOW,
    lastCheck: NOW,
    reportedAt: NOW,
    uptime: 1,
    errorCount: 0,
    restartCount: 0,
    messagesSent: null,
    messagesReceived: null,
    expected: false,
    checkCount: 1,
    pid: null,
    startedAt: null,
    crashLoop: false,
    lastRestart: null,
    stopped: null,
    group: null,
    instance: null,
    ...more,
  };
}

export function snapshot(services: ServiceSummary[], more: Partial<Snapshot> = {}): Snapshot {
  const statuses = services.map(({ status }) => status);
  return {
    revision: 1,
    at: NOW,
    status: worstOfSystem(statuses),
    counts: countStatuses(statuses),
    folders: [],
    monitor: { state: 'ok', problems: [] },
    notes: [],
    pausedUntil: null,
    version: '1.0.0',
    startedAt: NOW,
    serviceTimeout: 120,
    services,
    ...more,
  };
}

export function transition(
  service: string,
  from: HealthStatus | null,
  to: HealthStatus,
  more: Partial<Transition> = {},
): Transition {
  return {
    service,
    name: service,
    from,
    to,
    at: NOW,
    reason: 'reported',
    fromReason: from === null ? null : 'reported',
    message: `${service} is ${to}`,
    ...more,
  };
}

/** A clock that stands still until it is told to go on. */
export function testClock(): Clock & { advance(ms: number): void; pending(): number } {
  let time = 0;
  let timers: { at: number; callback: () => void }[] = [];
  return {
    now: () => NOW + time,
    monotonic: () => time,
    after(ms, callback) {
      const timer = { at: time + ms, callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance(ms) {
      time += ms;
      const due = timers.filter(({ at }) => at <= time);
      timers = timers.filter(({ at }) => at > time);
      for (const { callback } of due) callback();
    },
    pending: () => timers.length,
  };
}
