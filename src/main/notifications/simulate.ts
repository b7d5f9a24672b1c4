import type { NotificationSettings } from '../../shared/notification-settings.ts';
import type { Simulation } from '../../shared/notification-state.ts';
import type { ServiceStatus } from '../../shared/service-status.ts';
import type { HealthStatus } from '../../shared/status.ts';
import type { NotificationCenter } from './center.ts';
import { composeMessage } from './compose.ts';
import { describeFaults } from './handler-set.ts';
import { type Decision, obstacle } from './policy/decide.ts';
import { goneService, newsOf } from './policy/news.ts';
import type { Policy } from './policy/rules.ts';
import type { ServiceState } from './policy/service-state.ts';
import { renderRequest } from './render.ts';

export interface Question {
  service: string;
  status: HealthStatus;
  /** Settings that are not saved; else those in force. */
  settings?: NotificationSettings | undefined;
  /** What is known of the service now, where there is one of that name. */
  known: ServiceStatus | null;
  now: number;
}

/** Goes through every stage as if a service had just changed, and tells nobody. */
export function simulate(center: NotificationCenter, { service, status, settings, known, now }: Question): Simulation {
  const policy = settings === undefined ? center.policy : center.policyFor(settings);
  const message = status === 'healthy' ? 'All checks passed.' : `A simulated ${status}.`;
  const supposed: ServiceStatus = {
    ...(known ?? goneService(service, message, now)),
    status,
    reason: 'reported',
    message,
    since: known?.status === status ? known.since : now,
  };
  const { state, decisions } = center.runner.simulate(supposed, policy);
  const decision = decisions.find(({ tellTo }) => tellTo.length > 0) ?? decisions[0];
  if (decision === undefined) {
    return { event: null, stages: [], outcome: nothingNew(supposed, known), told: false, messages: [] };
  }
  const told = decision.tellTo.length > 0;
  const recipients = told ? decision.tellTo : decision.verdict === 'hold' ? decision.waiting : [];
  const render = (handler: string): Simulation['messages'][number] =>
    rendered(center, handler, { decision, state, supposed, policy });
  return {
    event: decision.event,
    stages: decision.stages,
    outcome: outcomeOf(decision, (id) => policy.nameOf(id)),
    told,
    messages: recipients.map(render),
  };
}

function nothingNew({ service, status }: ServiceStatus, known: ServiceStatus | null): string {
  return known?.status === status
    ? `${service} is ${status} already, and everybody who is to know was told.`
    : `That ${service} is ${status} is nothing that anybody is told of.`;
}

function outcomeOf(decision: Decision, nameOf: (id: string) => string): string {
  const names = (ids: readonly string[]): string => ids.map(nameOf).join(', ');
  const failed = obstacle(decision);
  if (decision.tellTo.length > 0) {
    const later =
      decision.waiting.length > 0 && failed !== null ? ` Later: ${names(decision.waiting)}. ${failed.reason}` : '';
    return `Told to ${names(decision.tellTo)}.${later}`;
  }
  if (failed === null) return 'Nobody is told.';
  return decision.verdict === 'hold' ? `Not told now. ${failed.reason}` : `Nobody is told. ${failed.reason}`;
}

interface Supposed {
  decision: Decision;
  state: ServiceState;
  supposed: ServiceStatus;
  policy: Policy;
}

function rendered(
  center: NotificationCenter,
  handler: string,
  { decision, state, supposed, policy }: Supposed,
): Simulation['messages'][number] {
  const { settings, tagsOf } = policy;
  const options = center.composeOptions(settings);
  const from = state.told[handler]?.status ?? null;
  const news = newsOf(decision.event, state, supposed, { from, tags: tagsOf(supposed.service), now: options.now });
  const message = composeMessage([news], options);
  const entry = settings.handlers.find(({ id }) => id === handler) ?? center.handlers.find(handler);
  const shared = {
    handler,
    name: entry?.name ?? handler,
    groupFor: center.groupTimes(handler, settings).window / 1000,
    title: message.title,
    text: message.text,
  };
  if (entry === undefined) return { ...shared, rendering: '', problem: 'There is no such handler.' };
  const prepared = center.handlers.prepare(entry);
  if (!prepared.ok) return { ...shared, rendering: '', problem: describeFaults(entry, prepared.faults) };
  const request = prepared.type.buildRequest(message, prepared.config, { now: options.now });
  return { ...shared, rendering: renderRequest(request, prepared.type, prepared.config), problem: null };
}
