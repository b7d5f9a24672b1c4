import type { MessageEvent } from '../../../shared/notification-message.ts';
import type { Stage } from '../../../shared/notification-state.ts';
import { worstOfSystem } from '../../../shared/status.ts';
import type { Terms } from './rules.ts';
import { isBad, type ServiceState, type Told } from './service-state.ts';
import { type Context, type News, RECOVERY_TIME, STAGES } from './stages.ts';

/** What is to become of one piece of news. */
export interface Decision {
  event: MessageEvent;
  /** `tell` the handlers in `tellTo`; `hold` it until later; `stop`: nobody is told. */
  verdict: 'tell' | 'hold' | 'stop';
  stages: Stage[];
  tellTo: string[];
  /** Those who would be told, were it not held. */
  waiting: string[];
}

/** Whether the result that is looked at now is one of a service that has just turned healthy. */
export interface Moment {
  turnedHealthy: boolean;
}

/**
 * What is to be told of a service now: one decision for each kind of news, as handlers may know different things of it. A
 * handler is told where what is true differs from what it was told last. So nothing is forgotten that was held back, and
 * nothing is told twice.
 */
export function decide(service: string, state: ServiceState, context: Context, moment: Moment): Decision[] {
  const terms = context.policy.terms(service, state.status);
  const byEvent = new Map<MessageEvent, string[]>();
  for (const handler of candidates(service, state, terms, context)) {
    const event = newsFor(handler, state, terms, context.now, moment);
    if (event === null) continue;
    const others = byEvent.get(event);
    if (others === undefined) byEvent.set(event, [handler]);
    else others.push(handler);
  }
  // Nobody to be told is a decision, too: otherwise nobody could find out why a service was silent.
  if (byEvent.size === 0 && isBad(state.status) && Object.keys(state.told).length === 0) byEvent.set('opened', []);
  return [...byEvent].map(([event, handlers]) => judge({ service, event, state, terms, handlers }, context));
}

function candidates(service: string, state: ServiceState, terms: Terms, { policy, now }: Context): Set<string> {
  const all = new Set(terms.handlers);
  // Whoever was told of an incident is told of its end, whatever the rules say of other statuses.
  for (const handler of Object.keys(state.told)) all.add(handler);
  if (isEscalated(state, terms, now)) for (const handler of terms.escalateTo) all.add(handler);
  if (state.missed !== null) for (const handler of policy.terms(service, state.missed.worst).handlers) all.add(handler);
  return all;
}

/** Whether an incident that somebody was told of has lasted long enough to tell further handlers. */
function isEscalated({ incident, told, status }: ServiceState, { escalateAfter }: Terms, now: number): boolean {
  if (incident === null || !isBad(status) || escalateAfter === 0 || Object.keys(told).length === 0) return false;
  return now >= incident.openedAt + escalateAfter;
}

/** What is news for this handler; null where it knows all there is. */
function newsFor(
  handler: string,
  state: ServiceState,
  terms: Terms,
  now: number,
  { turnedHealthy }: Moment,
): MessageEvent | null {
  const told: Told | undefined = state.told[handler];
  if (told !== undefined) return newsAfter(told, state, terms, now);
  if (isBad(state.status)) {
    if (state.flapping) return 'flapping';
    return terms.handlers.has(handler) ? 'opened' : terms.escalateTo.has(handler) ? 'escalated' : null;
  }
  if (state.missed !== null) return state.missed.toldTo.includes(handler) ? null : 'passed';
  return turnedHealthy ? 'healthy' : null;
}

function newsAfter(told: Told, state: ServiceState, terms: Terms, now: number): MessageEvent | null {
  if (state.flapping && !told.flapping) return 'flapping';
  if (!isBad(state.status)) return 'recovered';
  if (told.status !== state.status || (told.flapping && !state.flapping)) return 'changed';
  return terms.remindEvery > 0 && now >= told.at + terms.remindEvery ? 'reminder' : null;
}

function judge(news: Omit<News, 'toldAt' | 'toldStatus'>, context: Context): Decision {
  const known = news.handlers.map((handler) => news.state.told[handler]).filter((told) => told !== undefined);
  const full: News = {
    ...news,
    toldAt: known.length === 0 ? null : Math.max(...known.map(({ at }) => at)),
    toldStatus: known.length === 0 ? null : worstOfSystem(known.map((told) => told.status)),
  };
  const stages = STAGES.map((rule) => rule(full, context));
  const failed = stages.filter(({ verdict }) => verdict !== 'pass');
  const handlers = [...news.handlers];
  const [first] = failed;
  if (first === undefined) {
    stages.push({ stage: 'grouping', verdict: 'pass', reason: 'It is collected with what else changes.' });
    return { event: news.event, verdict: 'tell', stages, tellTo: handlers, waiting: [] };
  }
  // Quiet hours are the one stage that some handlers may pass and others not.
  const bold = failed.every(({ stage }) => stage === 'quiet-hours')
    ? handlers.filter((id) => ignoresQuiet(id, context))
    : [];
  const waiting = handlers.filter((id) => !bold.includes(id));
  const stopped = failed.find(({ verdict }) => verdict === 'stop');
  if (bold.length > 0) return { event: news.event, verdict: 'tell', stages, tellTo: bold, waiting };
  return { event: news.event, verdict: stopped === undefined ? 'hold' : 'stop', stages, tellTo: [], waiting };
}

function ignoresQuiet(id: string, { policy }: Context): boolean {
  return policy.settings.handlers.some((handler) => handler.id === id && handler.ignore_quiet_hours);
}

/** The stage that kept a decision from being told to all. */
export function obstacle({ stages }: Decision): Stage | null {
  const failed = stages.filter(({ verdict }) => verdict !== 'pass');
  return failed.find(({ verdict }) => verdict === 'stop') ?? failed[0] ?? null;
}

/** What the service's state is once the decisions are carried out. */
export function afterDecisions(state: ServiceState, decisions: readonly Decision[], now: number): ServiceState {
  const told = new Map(Object.entries(withWorst(state)));
  let untold: Stage | null = null;
  let passedLeft = false;
  for (const decision of decisions) {
    const { event, verdict, tellTo, waiting } = decision;
    const over = event === 'recovered' || event === 'passed' || event === 'healthy';
    for (const handler of tellTo) {
      if (over) told.delete(handler);
      else if (event === 'flapping' || state.incident !== null) {
        told.set(handler, toldOf(state, event, now, told.get(handler)));
      }
    }
    // A recovery that nobody wants to hear of still ends what was told.
    if (over && verdict === 'stop') for (const handler of waiting) told.delete(handler);
    if (waiting.length > 0 || verdict !== 'tell') untold = obstacle(decision) ?? untold;
    if (event === 'passed' && verdict === 'hold') passedLeft = true;
  }
  const missed = passedLeft || state.incident !== null ? state.missed : null;
  return { ...state, told: Object.fromEntries(told), untold, missed };
}

/** What handlers were told, with the worst that its incident has come to since. */
function withWorst({ told, incident }: ServiceState): Record<string, Told> {
  if (incident === null) return { ...told };
  return Object.fromEntries(
    Object.entries(told).map(([handler, one]) => [
      handler,
      one.incident === incident.id ? { ...one, worst: incident.worst } : one,
    ]),
  );
}

function toldOf(state: ServiceState, event: MessageEvent, now: number, before: Told | undefined): Told {
  // A service that is flapping may be well at this moment: then it is the incident of before that goes on.
  const { incident } = state;
  return {
    status: state.status,
    at: now,
    incident: incident?.id ?? before?.incident ?? '',
    openedAt: incident?.openedAt ?? before?.openedAt ?? state.since,
    worst: incident?.worst ?? before?.worst ?? state.status,
    flapping: event === 'flapping',
  };
}

/**
 * When a service must be looked at again though nothing new comes in; null where it need not.
 * @param step how long until a service that does not report has given another result, in ms.
 */
export function nextLook(service: string, state: ServiceState, context: Context, step: number): number | null {
  const { policy, now, pausedUntil } = context;
  const terms = policy.terms(service, state.status);
  const times: number[] = [];
  const lastChange = state.changes.at(-1);
  if (state.flapping && lastChange !== undefined) times.push(lastChange + policy.settings.flapping_within * 1000);
  const { incident } = state;
  if (incident !== null) {
    const until = incident.acknowledged?.until;
    if (typeof until === 'number') times.push(until);
    const told = Object.values(state.told);
    if (terms.escalateAfter > 0 && told.length > 0) times.push(incident.openedAt + terms.escalateAfter);
    if (terms.remindEvery > 0) {
      for (const { at } of told) times.push(at + Math.max(terms.remindEvery, terms.cooldown));
    }
  }
  if (state.untold?.verdict === 'hold' || state.confirmedBad !== isBad(state.status)) times.push(now + step);
  switch (state.untold?.stage) {
    case 'maintenance':
    case 'quiet-hours': {
      const boundary = policy.nextBoundary(now);
      if (boundary !== null) times.push(boundary);
      break;
    }
    case 'pause':
      if (pausedUntil !== null) times.push(pausedUntil);
      break;
    case 'dependency':
      times.push(now + RECOVERY_TIME / 2);
      break;
    default:
  }
  const ahead = times.filter((time) => time > now);
  return ahead.length === 0 ? null : Math.min(...ahead);
}
