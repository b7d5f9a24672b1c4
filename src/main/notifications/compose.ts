import {
  type Message,
  type MessageEvent,
  type MessageService,
  type Priority,
} from '../../shared/notification-message.ts';
import { countStatuses, type HealthStatus, SYSTEM_ORDER, worstOfSystem } from '../../shared/status.ts';
import { formatCounts, formatDuration, formatMoment, plural } from '../../shared/text.ts';

export interface ComposeOptions {
  id: string;
  now: number;
  host: string;
  /** How long the message is worth telling, in ms. */
  expiry: number;
  priorities: Readonly<Record<HealthStatus, Priority>>;
  link: string | null;
}

/** More services than this are counted, not named. */
const NAMED = 50;
const SENTENCE_LENGTH = 300;

/** The message for news of one or more services, each of which stands in it once. */
export function composeMessage(news: readonly MessageService[], options: ComposeOptions): Message {
  const services = [...news].sort(worstFirst);
  const [first] = services;
  const single = services.length === 1 && first !== undefined;
  return {
    ...frame(services, options),
    event: sameEvent(services),
    title: single ? titleOf(first, options.now) : titleOfMany(services),
    text: single ? textOf(first, options.now) : listOf(services, options.now),
  };
}

/** How the installation stands, as the monitor has just started or is about to stop. */
export interface Standing {
  event: 'started' | 'stopped';
  counts: Record<HealthStatus, number>;
  total: number;
}

/** The summary after the start, and the message before the end. */
export function composeStanding(
  { event, counts, total }: Standing,
  news: readonly MessageService[],
  options: ComposeOptions,
): Message {
  const services = [...news].sort(worstFirst);
  const standing = total === 0 ? 'no services' : `${plural(total, 'service')}: ${formatCounts(counts)}`;
  const list = services.length === 0 ? '' : `\n${listOf(services, options.now)}`;
  const statuses = (Object.keys(counts) as HealthStatus[]).filter((status) => counts[status] > 0);
  const status = total === 0 ? 'unknown' : worstOfSystem(statuses);
  return {
    ...frame(services, options),
    event,
    status,
    priority: event === 'stopped' ? options.priorities.healthy : options.priorities[status],
    title: event === 'started' ? `Monitoring ${standing}` : `The monitor on ${options.host} has stopped`,
    text:
      event === 'started'
        ? `The monitor on ${options.host} has started and watches ${standing}.${list}`
        : `Nobody is told of anything until it is started again. At the end it saw ${standing}.${list}`,
  };
}

function frame(services: MessageService[], { id, now, host, expiry, priorities, link }: ComposeOptions): Message {
  const status = worstOfSystem(services.map((service) => service.status));
  const at = services.length === 0 ? now : Math.min(...services.map((service) => service.at));
  return {
    id,
    event: 'test',
    status,
    priority: priorities[status],
    title: '',
    text: '',
    at,
    expiresAt: now + expiry,
    host,
    services,
    link,
  };
}

/** One kind of news where all are of that kind; else the most telling of them. */
function sameEvent(services: readonly MessageService[]): MessageEvent {
  const order: MessageEvent[] = [
    'opened',
    'escalated',
    'changed',
    'flapping',
    'reminder',
    'acknowledged',
    'recovered',
    'passed',
  ];
  return order.find((event) => services.some((service) => service.event === event)) ?? services[0]?.event ?? 'healthy';
}

function worstFirst(a: MessageService, b: MessageService): number {
  return SYSTEM_ORDER[b.status] - SYSTEM_ORDER[a.status] || (a.service < b.service ? -1 : 1);
}

function titleOf({ service, event, status, worst, openedAt, at }: MessageService, now: number): string {
  const lasted = openedAt === null ? '' : formatDuration(now - openedAt);
  switch (event) {
    case 'recovered':
      return status === 'healthy' ? `${service}: healthy again` : `${service}: ${status}`;
    case 'reminder':
      return `${service}: still ${status} after ${lasted}`;
    case 'escalated':
      return `${service}: ${status} for ${lasted}`;
    case 'flapping':
      return `${service}: flapping, now ${status}`;
    case 'acknowledged':
      return `${service}: ${status}, acknowledged`;
    case 'passed':
      return `${service}: was ${worst} for ${formatDuration(at - (openedAt ?? at))}, healthy again`;
    default:
      return `${service}: ${status}`;
  }
}

function textOf(item: MessageService, now: number): string {
  const { message, event, openedAt, at, failing, worst } = item;
  const lines = [sentence(message)];
  const others = failing.filter((check) => check.message !== null && !message.includes(check.message));
  for (const check of others) lines.push(`${check.name}: ${check.status}: ${sentence(check.message ?? '')}`);
  if (event === 'flapping') lines.push('It changes all the time. You are told how it ends, not each change.');
  const over = event === 'recovered' || event === 'passed';
  if (over && openedAt !== null) {
    lines.push(`It was ${worst} at worst, from ${formatMoment(openedAt)} to ${formatMoment(at)}.`);
  } else if (openedAt !== null) {
    lines.push(`Since ${formatMoment(openedAt)} (${formatDuration(now - openedAt)}).`);
  }
  return lines.join('\n');
}

function titleOfMany(services: readonly MessageService[]): string {
  const counts = formatCounts(countStatuses(services.map(({ status }) => status)));
  if (services.every(({ event }) => event === 'recovered')) return `${services.length} services are healthy again`;
  if (services.every(({ event }) => event === 'passed')) {
    return `${services.length} services were unwell and are healthy again`;
  }
  if (services.every(({ event }) => event === 'reminder'))
    return `${services.length} services are still unwell: ${counts}`;
  return `${services.length} services changed: ${counts}`;
}

function listOf(services: readonly MessageService[], now: number): string {
  const lines = services.slice(0, NAMED).map((item) => `• ${titleOf(item, now)}: ${sentence(item.message)}`);
  const more = services.length - lines.length;
  return more > 0 ? [...lines, `… and ${more} more`].join('\n') : lines.join('\n');
}

/** A service's message on one line, cut where it is longer than anybody reads. */
function sentence(message: string): string {
  const line = message.replace(/\s+/gu, ' ').trim();
  return line.length <= SENTENCE_LENGTH ? line : `${[...line.slice(0, SENTENCE_LENGTH)].slice(0, -1).join('')}…`;
}
