import { z } from 'zod';
import { type DeliveryEntry, type DeliveryPage, type DeliveryQuery, Stage } from '../../shared/notification-state.ts';
import type { NotificationCenter } from './center.ts';
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
