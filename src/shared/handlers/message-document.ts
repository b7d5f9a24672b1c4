import type { JsonValue } from '../json.ts';
import type { Message, MessageCheck, MessageService } from '../notification-message.ts';
import { manyLines, oneLine } from './bounded-text.ts';
import { isoTime } from './template.ts';
import { linkOf } from './wording.ts';

/** More services than this are left out, best first. */
const MOST_SERVICES = 1000;
/** From so many services on, each is told more briefly: a reader then looks for which, not for every word. */
const MANY_SERVICES = 20;

/**
 * A message as JSON for programs: what a command reads and a webhook finds under `experimance` (docs/handlers.md). Times
 * are ISO 8601 in UTC. Every text is bounded; `count` tells how many services there are, should some be left out.
 */
export function messageDocument(message: Message): { [key: string]: JsonValue } {
  const brief = message.services.length > MANY_SERVICES;
  return {
    id: oneLine(message.id, 200),
    event: message.event,
    status: message.status,
    priority: message.priority,
    title: oneLine(message.title, 250),
    text: manyLines(message.text, 8000),
    time: isoTime(message.at),
    host: oneLine(message.host, 200),
    link: linkOf(message),
    count: message.services.length,
    services: message.services.slice(0, MOST_SERVICES).map((service) => serviceDocument(service, brief)),
  };
}

function serviceDocument(service: MessageService, brief: boolean): JsonValue {
  const length = brief ? 200 : 1000;
  return {
    service: oneLine(service.service, 200),
    name: oneLine(service.name, 200),
    host: oneLine(service.host, 200),
    event: service.event,
    from: service.from,
    status: service.status,
    worst: service.worst,
    reason: service.reason,
    message: manyLines(service.message, length),
    time: isoTime(service.at),
    opened: service.openedAt === null ? null : isoTime(service.openedAt),
    incident: service.incident === null ? null : oneLine(service.incident, 200),
    tags: service.tags.slice(0, brief ? 10 : 100).map((tag) => oneLine(tag, 100)),
    latest: service.latest === null ? null : checkDocument(service.latest, length),
    failing: service.failing.slice(0, brief ? 3 : 10).map((check) => checkDocument(check, length)),
  };
}

function checkDocument({ name, status, message }: MessageCheck, length: number): JsonValue {
  return { name: oneLine(name, 200), status, message: message === null ? null : manyLines(message, length) };
}
