import type { MessageEvent, MessageService } from '../../../shared/notification-message.ts';

/** When a group of news must go out: so long after the last that came in, but not longer after the first. */
export function dueAt(
  { firstAt, lastAt }: { firstAt: number; lastAt: number },
  { window, longest }: { window: number; longest: number },
): number {
  return Math.min(lastAt + window, firstAt + Math.max(window, longest));
}

/**
 * Several pieces of news of one service become one, from the first status to the last, so that a message names each
 * service once. Their order is that of the last piece of each. What comes back to what was told before is no news: a service
 * that recovers and fails again in the same way meanwhile is not told a second time.
 */
export function collapse(news: readonly MessageService[]): MessageService[] {
  const services = new Map<string, MessageService>();
  for (const item of news) {
    const before = services.get(item.service);
    services.delete(item.service);
    const now = before === undefined ? item : join(before, item);
    if (before === undefined || now.event !== 'changed' || now.from !== now.status) services.set(item.service, now);
  }
  return [...services.values()];
}

function join(first: MessageService, last: MessageService): MessageService {
  return {
    ...last,
    from: first.from,
    event: joined(first.event, last.event),
    openedAt: last.openedAt === null ? first.openedAt : Math.min(first.openedAt ?? last.openedAt, last.openedAt),
    incident: last.incident ?? first.incident,
  };
}

/** What one piece of news and a later one are together. */
function joined(first: MessageEvent, last: MessageEvent): MessageEvent {
  const unheard = first === 'opened' || first === 'escalated' || first === 'passed' || first === 'healthy';
  // Whoever was told of an earlier incident hears that it goes on, or is over.
  if (first === 'recovered' && last === 'opened') return 'changed';
  if (first === 'recovered' && last === 'passed') return 'recovered';
  if (last === 'recovered') return unheard ? 'passed' : 'recovered';
  if (last === 'changed' || last === 'reminder') return unheard ? 'opened' : last;
  return last;
}
