import { z } from 'zod';
import type { JsonValue } from '../json.ts';
import type { Message } from '../notification-message.ts';
import { isResolution } from '../notification-message.ts';
import type { HealthStatus } from '../status.ts';
import { boundedJson } from './bounded-json.ts';
import { oneLine } from './bounded-text.ts';
import { addressOn, requiredSecret, server } from './fields.ts';
import { defineHandler, type HttpRequest } from './handler.ts';
import { unlessWebPage } from './http-status.ts';
import { messageDocument } from './message-document.ts';
import { isoTime } from './template.ts';
import { linkOf, titleOf } from './wording.ts';

/** PagerDuty's limits: characters of a summary and of a key, bytes of details (it takes 512 KB in all). */
const SUMMARY_LENGTH = 1024;
const KEY_LENGTH = 255;
const DETAILS_LIMIT = 200_000;

/** What nobody can see may be down, so an unknown service is more than information. */
const SEVERITY: Readonly<Record<HealthStatus, 'critical' | 'error' | 'warning' | 'info'>> = {
  fatal: 'critical',
  error: 'error',
  warning: 'warning',
  unknown: 'warning',
  healthy: 'info',
};

/**
 * PagerDuty's events, version 2: an incident of ours is an alert there, by its key. What is no incident (the monitor's start
 * and stop, a service that turns up healthy, something that was over before anybody could be told) becomes a change event,
 * which stands on PagerDuty's time line and wakes nobody.
 */
export const pagerduty = defineHandler({
  type: 'pagerduty',
  label: 'PagerDuty',
  help: 'Opens, acknowledges and resolves alerts in PagerDuty. Needs a service there with an “Events API v2” integration. A test opens an alert, too: resolve it there.',
  schema: z.strictObject({
    routing_key: requiredSecret({
      title: 'Integration key',
      description: 'The integration key of the “Events API v2” integration, 32 letters and digits.',
    }),
    server: server('https://events.pagerduty.com', {
      title: 'Server',
      description: 'PagerDuty’s, or for European accounts https://events.eu.pagerduty.com.',
      examples: ['https://events.pagerduty.com'],
    }),
  }),
  separateUpTo: Number.POSITIVE_INFINITY,
  acknowledges: true,
  buildRequest(message, { routing_key, server: host }): HttpRequest {
    const key = keyOf(message);
    const path = key === undefined ? 'v2/change/enqueue' : 'v2/enqueue';
    const event = key === undefined ? changeEvent(message) : alertEvent(message, key);
    return {
      transport: 'http',
      method: 'POST',
      url: addressOn(host || 'https://events.pagerduty.com', path),
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ routing_key, ...event }),
    };
  },
  readAnswer: unlessWebPage,
});

/** What the alert is known by; undefined where the message is no alert's. */
function keyOf(message: Message): string | undefined {
  if (message.event === 'test') return oneLine(`test-${message.id}`, KEY_LENGTH);
  if (['started', 'stopped', 'healthy', 'passed'].includes(message.event)) return undefined;
  const incidents = message.services.map(({ incident }) => incident).filter((incident) => incident !== null);
  // Several services come as a message each; should they come as one all the same, it has a key of its own.
  const [only] = incidents;
  if (only === undefined) return undefined;
  return oneLine(message.services.length === 1 ? only : message.id, KEY_LENGTH);
}

function actionOf(message: Message): 'trigger' | 'acknowledge' | 'resolve' {
  if (isResolution(message)) return 'resolve';
  return message.event === 'acknowledged' ? 'acknowledge' : 'trigger';
}

function alertEvent(message: Message, key: string): object {
  const link = linkOf(message);
  return {
    event_action: actionOf(message),
    dedup_key: key,
    payload: {
      ...payloadOf(message),
      severity: message.event === 'test' ? 'info' : SEVERITY[message.status],
      component: oneLine(message.services[0]?.service ?? 'system', 200),
      group: 'experimance',
      class: message.event,
    },
    client: 'Experimance Health',
    ...(link === null ? {} : { client_url: link }),
    ...linksOf(message),
  };
}

function changeEvent(message: Message): object {
  return { payload: payloadOf(message), ...linksOf(message) };
}

function payloadOf(message: Message): {
  summary: string;
  timestamp: string;
  source: string;
  custom_details: JsonValue;
} {
  const [only] = message.services;
  const host = message.services.length === 1 && only !== undefined ? only.host : message.host;
  return {
    summary: titleOf(message, SUMMARY_LENGTH),
    timestamp: isoTime(message.at),
    source: oneLine(host, 200) || 'experimance-health',
    custom_details: boundedJson(messageDocument(message), DETAILS_LIMIT),
  };
}

function linksOf(message: Message): object {
  const link = linkOf(message);
  return link === null ? {} : { links: [{ href: link, text: 'Open Experimance Health' }] };
}
