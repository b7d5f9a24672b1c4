import type { CheckResult, Reason, ServiceSummary } from '../shared/service-status.ts';
import type { Snapshot } from '../shared/snapshot.ts';
import { type HealthStatus, SERVICE_ORDER } from '../shared/status.ts';
import { formatDuration } from '../shared/text.ts';

export const STATUS_WORDS: Readonly<Record<HealthStatus, string>> = {
  fatal: 'Fatal',
  error: 'Error',
  warning: 'Warning',
  unknown: 'Unknown',
  healthy: 'Healthy',
};

/** The reason in two words, for a label; empty where the service itself reported, which needs no label. */
export const REASON_WORDS: Readonly<Record<Reason, string>> = {
  reported: '',
  stale: 'Stale',
  grace: 'Starting',
  missing: 'File gone',
  'never-seen': 'Never seen',
  corrupt: 'Corrupt file',
  unreadable: 'Unreadable file',
  'too-large': 'File too large',
  'check-failed': 'Check failed',
};

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A length of time as coarse as a glance needs it: seconds only below a minute. */
export function coarse(ms: number): string {
  return formatDuration(ms < MINUTE ? ms : ms < 100 * HOUR ? ms - (ms % MINUTE) : ms - (ms % HOUR));
}

/** How long ago something was, or `just now`. Clocks differ a little: what lies just ahead is now, too. */
export function ago(time: number, now: number): string {
  const past = now - time;
  if (past < -5_000) return `in ${coarse(-past)}`;
  return past < 1_000 ? 'just now' : `${coarse(past)} ago`;
}

/** 14:03, or with the date where that is another day. */
export function clockTime(time: number, now: number): string {
  const date = new Date(time);
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const sameDay = date.toDateString() === new Date(now).toDateString();
  return date.toLocaleString(undefined, sameDay ? clock : { ...clock, month: 'short', day: 'numeric' });
}

/** The machine-readable form of a time, undefined for one that no calendar has. */
export function isoTime(time: number): string | undefined {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** The window's title: what is wrong first, so that it can be read in a taskbar. */
export function documentTitle(snapshot: Snapshot | undefined, connected: boolean): string {
  const APP = 'Experimance Health';
  if (!connected) return snapshot === undefined ? APP : `Not connected — ${APP}`;
  if (snapshot === undefined) return APP;
  if (snapshot.monitor.state === 'unwell') return `Monitor unwell — ${APP}`;
  const { counts, status } = snapshot;
  if (snapshot.services.length === 0) return `No services — ${APP}`;
  return `${status === 'healthy' ? 'All' : ''} ${counts[status]} ${status} — ${APP}`.trim();
}

/** Whether a person should look at it: an unknown service is told apart. */
export function needsAttention(service: ServiceSummary): boolean {
  return service.status === 'warning' || service.status === 'error' || service.status === 'fatal';
}

/** A service's checks, worst first; the latest first among equals. */
export function sortChecks(checks: readonly CheckResult[]): CheckResult[] {
  return [...checks].sort(
    (a, b) =>
      SERVICE_ORDER[b.status] - SERVICE_ORDER[a.status] || (b.at ?? 0) - (a.at ?? 0) || (a.name < b.name ? -1 : 1),
  );
}

/** Whole numbers grouped, so that 1234567 can be read. */
export function formatCount(count: number): string {
  return count.toLocaleString('en').replaceAll(',', '\u202f');
}
