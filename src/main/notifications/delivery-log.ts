import { z } from 'zod';
import { type DeliveryEntry, type DeliveryPage, type DeliveryQuery, Stage } from '../../shared/notification-state.ts';
import type { NotificationCenter } from './center.ts';
import { idAt } from './store/ids.ts';
import type { DeliveryEntry as LogEntry } from './store/log.ts';
import type { Store } from './store/store.ts';

/** What a page is made from: the store itself, or another process's view of it. */
type Log = Pick<Store, 'deliveries' | 'traceOf'>;
const Stages = z.array(Stage);

/** A page of what was told and what was not, as a person reads it. */
export function deliveryPage(
  store: Log,
  { search, handler, service, states, after, limit }: DeliveryQuery,
): DeliveryPage {
  const page = store.deliveries({
    search: search === '' ? undefined : search,
    handler,
    service,
    states: states === undefined || states.length === 0 ? undefined : states,
    before: after === undefined ? undefined : Number(after),
    limit,
  });
  return {
    entries: page.entries.map((entry) => entryOf(store, entry)),
    next: page.next === null ? null : String(page.next),
  };
}

/** A service's incident, as far as its messages are found by it. Times are milliseconds since the epoch. */
export interface IncidentTime {
  service: string;
  openedAt: number;
  closedAt: number | null;
}

/** What is held back (at night, say) is told so long after the incident at most, in ms. */
const TOLD_WITHIN = 86_400_000;
/** By how much the times of the history and those of the messages may differ, in ms. */
const SLACK = 1_000;
const MOST_OF_ONE = 1_000;
const PAGE = 200;

/** Who was told of an incident, who was not and why: oldest first; of very many, the last ones. */
export function deliveriesOf(store: Log, { service, openedAt, closedAt }: IncidentTime): DeliveryEntry[] {
  const since = openedAt - SLACK;
  let before = closedAt === null ? undefined : idAt(closedAt + TOLD_WITHIN);
  const found: LogEntry[] = [];
  for (;;) {
    const page = store.deliveries({ service, since, before, limit: PAGE });
    found.push(...page.entries.filter((entry) => isOf(entry, openedAt, closedAt)));
    if (page.next === null || found.length >= MOST_OF_ONE) break;
    before = page.next;
  }
  return found
    .slice(0, MOST_OF_ONE)
    .reverse()
    .map((entry) => entryOf(store, entry));
}

/** What is told late tells when it happened: the end of the incident before, say, or the beginning of the next one. */
function isOf({ event, at }: LogEntry, openedAt: number, closedAt: number | null): boolean {
  if (closedAt !== null && at > closedAt + SLACK) return false;
  const ends = event === 'recovered' || event === 'passed' || event === 'healthy';
  return !ends || at >= openedAt;
}

function entryOf(store: Log, entry: LogEntry): DeliveryEntry {
  const stages = Stages.safeParse(store.traceOf(entry.id));
  return {
    id: String(entry.id),
    at: entry.at,
    handler: entry.handler,
    services: entry.services,
    event: entry.event,
    status: entry.status,
    title: entry.title,
    text: entry.text ?? '',
    state: entry.state,
    reason: reasonOf(entry),
    attempts: entry.attempts,
    deliveredAt: entry.deliveredAt,
    nextAttemptAt: entry.nextAttemptAt,
    stages: stages.success ? stages.data : [],
  };
}

/** What the server answered in the end comes before what was in the way until then. */
function reasonOf({ state, reason, answer }: LogEntry): string {
  if (state !== 'delivered' || answer === null) return reason ?? answer ?? '';
  return reason === null ? answer : `${answer}. Before that: ${reason}`;
}

/** @throws Error with a sentence where it cannot be tried again. */
export function retryDelivery(center: NotificationCenter, id: string): { queued: boolean; id: string } {
  const retried = center.outbox.retry(Number(id));
  if (!retried.ok) throw new Error(retried.reason);
  return { queued: true, id: String(retried.id) };
}
