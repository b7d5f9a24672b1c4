import type { Lane } from './lane.ts';
import type { HandlerQueueState, OutboxOptions } from './outbox.ts';

/** How it goes with each handler, for the window. */
export function handlerStates(
  { store, clock }: Pick<OutboxOptions, 'store' | 'clock'>,
  lanes: Iterable<Lane>,
): HandlerQueueState[] {
  const records = new Map(store.queue.handlers.all().map((record) => [record.handler, record]));
  const now = clock.now();
  return [...lanes]
    .filter(({ removed }) => !removed)
    .map((lane) => {
      const { handler, enabled } = lane;
      const record = records.get(handler);
      const due = enabled ? store.queue.nextDue(handler) : undefined;
      return {
        handler,
        enabled,
        queued: record?.queued ?? 0,
        sending: lane.attempts.size,
        failingSince: record?.failingSince ?? null,
        lastError: record?.lastError ?? null,
        lastDeliveredAt: record?.lastDeliveredAt ?? null,
        nextAttemptAt: due === undefined ? null : Math.max(due, now + lane.wait),
        delivered: record?.delivered ?? 0,
      };
    });
}
