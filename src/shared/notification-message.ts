import { z } from 'zod';
import { JsonValue } from './json.ts';
import { Reason } from './service-status.ts';
import { HealthStatus } from './status.ts';

/** How urgent a message is, in the installation's words (COMPATIBILITY, "On the wire"). */
export const Priority = z.enum(['low', 'default', 'high', 'urgent']);
export type Priority = z.infer<typeof Priority>;

/**
 * What a message tells of a service:
 *
 * - `opened`: it turned bad. An incident begins.
 * - `changed`: the incident goes on with another status.
 * - `recovered`: the incident is over.
 * - `reminder`: it is still bad.
 * - `escalated`: it is still bad after `escalate_after`, and further handlers are told.
 * - `flapping`: it changes all the time; single changes are not told until it settles.
 * - `passed`: it was bad and is well again, all of it while nothing could be told (quiet hours, a pause, maintenance).
 * - `acknowledged`: somebody is at work on it. Told to channels that have such a thing, and to no other.
 * - `healthy`: it is well, where every healthy result is to be told (`notify_on_healthy`).
 * - `started`, `stopped`: the monitor itself.
 * - `test`: nothing happened; a person tries a handler out.
 */
export const MessageEvent = z.enum([
  'opened',
  'changed',
  'recovered',
  'reminder',
  'escalated',
  'flapping',
  'passed',
  'acknowledged',
  'healthy',
  'started',
  'stopped',
  'test',
]);
export type MessageEvent = z.infer<typeof MessageEvent>;

/** One line of a service's checks, as far as messages carry them. */
export const MessageCheck = z.object({ name: z.string(), status: HealthStatus, message: z.string().nullable() });
export type MessageCheck = z.infer<typeof MessageCheck>;

/** What a message says of one service. Times are milliseconds since the epoch. */
export const MessageService = z.object({
  service: z.string(),
  /** What it calls itself. */
  name: z.string(),
  host: z.string(),
  event: MessageEvent,
  /** The status that was told before; null where none was. */
  from: HealthStatus.nullable(),
  status: HealthStatus,
  /** The worst status of its incident. */
  worst: HealthStatus,
  reason: Reason,
  message: z.string(),
  /** When it changed. */
  at: z.number(),
  /** When its incident began; null where there is none. */
  openedAt: z.number().nullable(),
  /** The same for every message of one incident; null where there is none. */
  incident: z.string().nullable(),
  tags: z.array(z.string()),
  /** The check recorded last. */
  latest: MessageCheck.nullable(),
  /** Its checks that are not healthy, worst first, ten at most. */
  failing: z.array(MessageCheck),
  /** The health file's fields (COMPATIBILITY, "Health file"), as the webhook sends them. */
  report: z.record(z.string(), JsonValue),
});
export type MessageService = z.infer<typeof MessageService>;

/** What is told, whoever tells it. Title and text are plain text: every handler escapes them for its channel. */
export const Message = z.object({
  id: z.string(),
  event: MessageEvent,
  /** The worst of its services. */
  status: HealthStatus,
  priority: Priority,
  /** One line. */
  title: z.string(),
  /** One or more lines. */
  text: z.string(),
  /** When what it tells of happened, milliseconds since the epoch. */
  at: z.number(),
  /** After this it is not worth telling any more, milliseconds since the epoch. */
  expiresAt: z.number(),
  /** The machine that the monitor runs on. */
  host: z.string(),
  /** Worst first. */
  services: z.array(MessageService),
  /** Where a click leads, where there is such an address. */
  link: z.string().nullable(),
});
export type Message = z.infer<typeof Message>;

/** Whether this message ends what earlier ones began. */
export function isResolution(message: Pick<Message, 'event'>): boolean {
  return message.event === 'recovered' || message.event === 'passed';
}
