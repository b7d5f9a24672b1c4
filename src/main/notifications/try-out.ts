import type { Message } from '../../shared/notification-message.ts';
import type { HandlerEntry } from '../../shared/notification-settings.ts';
import type { TestResult } from '../../shared/notification-state.ts';
import type { ComposeOptions } from './compose.ts';
import { describeFaults, type HandlerSet } from './handler-set.ts';
import { renderRequest } from './render.ts';

/** How long a person waits for an answer, in ms: a little more than a transport's own limit. */
const TIME_LIMIT = 20_000;

/** Sends a test message by a handler as somebody has just filled it in. */
export async function tryOut(
  { handlers, options }: { handlers: HandlerSet; options: ComposeOptions },
  entry: HandlerEntry,
  secrets: Record<string, string | null>,
): Promise<TestResult> {
  const prepared = handlers.prepare(entry, secrets);
  if (!prepared.ok) {
    return { delivered: false, message: describeFaults(entry, prepared.faults), request: '', faults: prepared.faults };
  }
  const message = testMessage(options, entry);
  const request = renderRequest(
    prepared.type.buildRequest(message, prepared.config, { now: message.at }),
    prepared.type,
    prepared.config,
  );
  const outcome = await handlers.send(prepared, message, AbortSignal.timeout(TIME_LIMIT));
  const delivered = outcome.outcome === 'delivered';
  return { delivered, message: delivered ? outcome.answer : outcome.message, request, faults: [] };
}

function testMessage({ id, now, host, expiry, priorities }: ComposeOptions, { name }: HandlerEntry): Message {
  return {
    id,
    event: 'test',
    status: 'healthy',
    priority: priorities.healthy,
    title: 'Test by Experimance Health',
    text: `If you can read this, "${name}" works. It was sent by the monitor on ${host}.`,
    at: now,
    expiresAt: now + expiry,
    host,
    services: [],
    link: null,
  };
}
