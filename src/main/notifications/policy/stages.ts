import type { MessageEvent } from '../../../shared/notification-message.ts';
import type { Stage, StageName } from '../../../shared/notification-state.ts';
import type { Reason } from '../../../shared/service-status.ts';
import type { HealthStatus } from '../../../shared/status.ts';
import { formatDuration, formatMoment, plural } from '../../../shared/text.ts';
import type { Policy, Terms } from './rules.ts';
import { type ServiceState, worseThan } from './service-state.ts';

/** What a stage may look at besides the service itself. */
export interface Context {
  policy: Policy;
  now: number;
  /** Until when notifications are paused; null while they are not. */
  pausedUntil: number | null;
  /** What is true of another service now; undefined for one that nobody knows. */
  look(service: string): { status: HealthStatus; reason: Reason } | undefined;
  /** When a service that others need was last down; undefined where it never was. */
  lastDown(service: string): number | undefined;
}

/** A piece of news of one service for some handlers. */
export interface News {
  service: string;
  event: MessageEvent;
  state: ServiceState;
  terms: Terms;
  handlers: readonly string[];
  /** When the handlers were told last; null where they were not. */
  toldAt: number | null;
  /** The worst status that one of them was told; null where none was. */
  toldStatus: HealthStatus | null;
}

/** One stage: a pure function from a piece of news to a verdict. */
export type StageRule = (news: News, context: Context) => Stage;

const pass = (stage: StageName, reason: string): Stage => ({ stage, verdict: 'pass', reason });
const hold = (stage: StageName, reason: string): Stage => ({ stage, verdict: 'hold', reason });
const stop = (stage: StageName, reason: string): Stage => ({ stage, verdict: 'stop', reason });

/** How long those that need a service get to recover after it has, in ms: two of the services' own reports. */
export const RECOVERY_TIME = 60_000;

/** Whether the news is that something is (still) wrong, rather than that it is over. */
function isBadNews(event: MessageEvent): boolean {
  return (
    event === 'opened' || event === 'changed' || event === 'reminder' || event === 'escalated' || event === 'flapping'
  );
}

/** The status that decides whether the news is worth telling: what it is about, which may be over. */
function gravity({ event, state }: News): HealthStatus {
  if (event === 'passed') return state.missed?.worst ?? state.status;
  if (event === 'flapping') return state.incident?.worst ?? state.status;
  return state.status;
}

const enabled: StageRule = (_news, { policy }) =>
  policy.settings.enable_notifications
    ? pass('enabled', 'Notifications are on.')
    : stop('enabled', 'Notifications are switched off (enable_notifications).');

const LEVELS = { error: ['error', 'fatal'], warning: ['warning', 'error', 'fatal'], info: [] } as const;

const level: StageRule = (news, _context) => {
  const { event, terms, toldAt } = news;
  const status = gravity(news);
  if (event === 'recovered') return pass('level', 'It ends what was told.');
  if (event === 'healthy') return pass('level', 'A healthy result is decided by its own switch.');
  if (event === 'changed' && toldAt !== null) return pass('level', 'The incident was told, so its changes are, too.');
  if (status === 'unknown') return pass('level', 'Unknown is decided by its own switch.');
  if (terms.level === 'info') return pass('level', 'Everything is told at level info.');
  return LEVELS[terms.level].some((told) => told === status)
    ? pass('level', `${status} is told at level ${terms.level}.`)
    : stop('level', `${status} is below the level ${terms.level}.`);
};

const status: StageRule = (news, { policy }) => {
  const { event, terms, toldAt } = news;
  const { notify_on_healthy, notify_on_recovery, notify_on_unknown } = policy.settings;
  if (event === 'recovered') {
    return notify_on_recovery
      ? pass('status', 'Recoveries are told.')
      : stop('status', 'Recoveries are not told (notify_on_recovery).');
  }
  if (event === 'healthy') {
    return notify_on_healthy || terms.level === 'info'
      ? pass('status', 'Healthy results are told.')
      : stop('status', 'Healthy results are not told (notify_on_healthy).');
  }
  if (gravity(news) === 'unknown' && !notify_on_unknown && !(event === 'changed' && toldAt !== null)) {
    return stop('status', 'Unknown is not told (notify_on_unknown).');
  }
  return pass('status', `${gravity(news)} is told.`);
};

const confirmation: StageRule = ({ event, state, terms }) => {
  if (event === 'recovered' && state.confirmedBad) {
    return hold('confirmation', `${state.results} of ${plural(terms.confirmGood, 'good result')} in a row so far.`);
  }
  if (event === 'opened' && !state.confirmedBad) {
    return hold('confirmation', `${state.results} of ${plural(terms.confirmBad, 'bad result')} in a row so far.`);
  }
  return pass('confirmation', 'It is confirmed.');
};

const flapping: StageRule = ({ event, state }, { policy }) => {
  const within = formatDuration(policy.settings.flapping_within * 1000);
  if (!state.flapping) return pass('flapping', 'It is not flapping.');
  if (event === 'flapping') {
    return pass('flapping', `${plural(state.changes.length, 'change')} within ${within}: that is told once.`);
  }
  return hold('flapping', `It is flapping; how it ends is told when it has not changed for ${within}.`);
};

const dependency: StageRule = ({ service, event }, { policy, look, lastDown, now }) => {
  if (!isBadNews(event)) return pass('dependency', 'What it needs does not matter for good news.');
  for (const needed of policy.needs(service)) {
    const seen = look(needed);
    if (seen === undefined) continue;
    if (isDown(seen)) return hold('dependency', `${needed}, which it needs, is ${seen.status}.`);
    const since = lastDown(needed);
    if (since !== undefined && since <= now && now < since + RECOVERY_TIME) {
      return hold('dependency', `${needed}, which it needs, has just recovered; it gets a minute to follow.`);
    }
  }
  return pass('dependency', 'Nothing that it needs is down.');
};

/** Whether a service is so that those which need it cannot be well. */
export function isDown({ status: seen, reason }: { status: HealthStatus; reason: Reason }): boolean {
  return seen === 'fatal' || seen === 'error' || (seen === 'unknown' && reason !== 'grace');
}

const maintenance: StageRule = (news, { policy, now }) => {
  const { service, event, toldAt } = news;
  const open = policy.maintenance(service, gravity(news), now);
  if (open === undefined) return pass('maintenance', 'No maintenance window is open.');
  if (event === 'recovered' && toldAt !== null) return pass('maintenance', 'It ends what was told before.');
  return hold('maintenance', `Maintenance "${open.window.name}"${untilWhen(open.until)}.`);
};

const quietHours: StageRule = (news, { policy, now }) => {
  const { service, event, toldStatus } = news;
  // Whoever was told of a fatal error at night is told at night that it is over.
  const about = event === 'recovered' && toldStatus !== null ? toldStatus : gravity(news);
  const open = policy.quiet(service, about, now);
  return open === undefined
    ? pass('quiet-hours', 'No quiet hours hold it back.')
    : hold('quiet-hours', `Quiet hours "${open.window.name}"${untilWhen(open.until)}.`);
};

const acknowledgement: StageRule = ({ event, state }) => {
  const acknowledged = state.incident?.acknowledged ?? null;
  if (acknowledged === null || !isBadNews(event)) return pass('acknowledgement', 'It is not acknowledged.');
  if (worseThan(state.status, acknowledged.worst)) {
    return pass('acknowledgement', `It is worse than when ${acknowledged.by} acknowledged it.`);
  }
  const note = acknowledged.note === '' ? '' : `: ${acknowledged.note}`;
  return hold('acknowledgement', `Acknowledged by ${acknowledged.by}${note}${untilWhen(acknowledged.until)}.`);
};

const pause: StageRule = (_news, { pausedUntil, now }) =>
  pausedUntil !== null && pausedUntil > now
    ? hold('pause', `Notifications are paused${untilWhen(pausedUntil)}.`)
    : pass('pause', 'Notifications are not paused.');

const cooldown: StageRule = ({ event, terms, toldAt }, { now }) => {
  if (event !== 'reminder') return pass('cooldown', 'A change is told at once, whatever the cooldown.');
  const left = (toldAt ?? -Infinity) + terms.cooldown - now;
  return left > 0
    ? hold(
        'cooldown',
        `The same was told ${formatDuration(terms.cooldown - left)} ago; again in ${formatDuration(left)}.`,
      )
    : pass('cooldown', 'The cooldown is over.');
};

const routing: StageRule = ({ handlers, terms, event }, { policy }) => {
  const by = terms.rules.length === 0 ? '' : ` (${terms.rules.map((name) => `"${name}"`).join(', ')})`;
  if (handlers.length > 0) return pass('routing', `For ${handlers.map((id) => policy.nameOf(id)).join(', ')}${by}.`);
  return event === 'reminder' || event === 'changed'
    ? stop('routing', `Nobody was told of it before${by}.`)
    : stop('routing', `No handler is to be told of it${by}.`);
};

/** What passes all of these is told; the first that holds or stops it decides. */
export const STAGES: readonly StageRule[] = [
  enabled,
  level,
  status,
  confirmation,
  flapping,
  dependency,
  maintenance,
  quietHours,
  acknowledgement,
  pause,
  cooldown,
  routing,
];

function untilWhen(until: number | null): string {
  return until === null ? '' : ` until ${formatMoment(until).slice(0, 16)}`;
}
