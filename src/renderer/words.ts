import type { NotificationSettings } from '../shared/notification-settings.ts';
import type { HandlerState, Keyring } from '../shared/notification-state.ts';
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
  checked: 'Checked',
  'check-failed': 'Check failed',
};

/** The label of a service's reason: that it is well needs none. */
export function reasonWord({ reason, status, stopped }: Pick<ServiceSummary, 'reason' | 'status' | 'stopped'>): string {
  // That it was stopped says more than that it is silent since.
  if (reason === 'stale' && stopped?.clean === true) return 'Stopped';
  return reason === 'checked' && status === 'healthy' ? '' : REASON_WORDS[reason];
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time as coarse as a glance needs it: seconds only below a minute, hours only below a month. */
export function coarse(ms: number): string {
  const unit = ms < MINUTE ? 1 : ms < 100 * HOUR ? MINUTE : ms < 30 * DAY ? HOUR : DAY;
  return formatDuration(ms - (ms % unit));
}

/** How long ago something was, or `just now`. Clocks differ a little: what lies just ahead is now, too. */
export function ago(time: number, now: number): string {
  const past = now - time;
  if (past < -5_000) return `in ${coarse(-past)}`;
  return past < 1_000 ? 'just now' : `${coarse(past)} ago`;
}

/** When something is to come: `in 12 s`, or `now` where it is due. */
export function dueIn(time: number, now: number): string {
  const ahead = time - now;
  return ahead < 1_000 ? 'now' : `in ${coarse(ahead)}`;
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

/** What the settings of notifications are called, to a person. */
export const SETTING_WORDS: Readonly<Record<keyof NotificationSettings, string>> = {
  enable_notifications: 'Notifications',
  notification_level: 'Least that is told',
  notify_on_healthy: 'Tell of healthy services',
  notify_on_recovery: 'Tell of recoveries',
  notify_on_unknown: 'Tell of unknown services',
  notification_on_startup: 'Summary at the start',
  notification_on_shutdown: 'Tell when the monitor stops',
  notification_cooldown: 'Cooldown',
  enable_buffering: 'Collect changes',
  buffer_time: 'Collect for',
  buffer_longest: 'Collect at most for',
  confirm_bad: 'Bad results until somebody is told',
  confirm_good: 'Good results until it is over',
  flapping_changes: 'Changes that are flapping',
  flapping_within: 'Flapping is counted within',
  remind_every: 'Remind every',
  escalate_after: 'Escalate after',
  escalate_to: 'Escalate to',
  message_expiry: 'Give a message up after',
  priorities: 'Priorities',
  tags: 'Tags',
  depends_on: 'Dependencies',
  quiet_hours: 'Quiet hours',
  maintenance: 'Maintenance',
  rules: 'Rules',
  handlers: 'Handlers',
};

/** The name of a keyring, as its owner knows it. */
export const KEYRING_WORDS: Readonly<Record<string, string>> = {
  'gnome-libsecret': 'GNOME Keyring',
  gnome_libsecret: 'GNOME Keyring',
  kwallet: 'KWallet',
  kwallet5: 'KWallet',
  kwallet6: 'KWallet',
  dpapi: 'Windows',
  keychain: 'Keychain',
  basic_text: 'a file',
  environment: 'the environment',
};

/** Eight in the morning to come: tomorrow's, or today's for somebody who is up in the small hours. */
export function morning(now: number): { time: number; label: string } {
  const date = new Date(now);
  const today = date.getHours() < 5;
  date.setHours(8, 0, 0, 0);
  if (!today) date.setDate(date.getDate() + 1);
  return { time: date.getTime(), label: today ? 'Until 8:00 today' : 'Until tomorrow 8:00' };
}

/** How a handler is doing: its shape and its word. */
export const HANDLER_WORDS: Readonly<
  Record<HandlerState['state'] | 'new', { status: HealthStatus | 'paused'; word: string }>
> = {
  working: { status: 'healthy', word: 'Working' },
  failing: { status: 'error', word: 'Failing' },
  incomplete: { status: 'warning', word: 'Incomplete' },
  unused: { status: 'unknown', word: 'Untried' },
  unavailable: { status: 'unknown', word: 'Not here' },
  off: { status: 'paused', word: 'Off' },
  new: { status: 'unknown', word: 'Not saved' },
};

/** Whether what the monitor says of a handler says more than its state does. */
export function isWorthSaying({ state, message }: HandlerState): boolean {
  return message !== '' && (state === 'failing' || state === 'incomplete' || state === 'unavailable');
}

/** What keeps a secret: `GNOME Keyring`. */
export function keyringName({ backend }: Keyring): string {
  return KEYRING_WORDS[backend] ?? 'the keyring';
}

/** The environment variable that holds a handler's secret. */
export function secretVariable(handler: string, field: string): string {
  const part = (text: string): string => text.toUpperCase().replaceAll('-', '_');
  return `EXPERIMANCE_SECRET_${part(handler)}_${part(field)}`;
}
