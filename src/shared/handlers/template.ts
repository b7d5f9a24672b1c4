import type { Message } from '../notification-message.ts';
import { manyLines, oneLine } from './bounded-text.ts';
import { linkOf } from './wording.ts';

/** What may stand between double braces in a template. */
export const PLACEHOLDERS = [
  'title',
  'text',
  'status',
  'event',
  'priority',
  'service',
  'services',
  'host',
  'time',
  'link',
  'id',
  'incident',
  'json',
] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

const PATTERN = /\{\{\s*([^{}]*?)\s*\}\}/g;

/**
 * What is wrong with a template.
 * @returns a sentence that names the placeholder, or undefined where nothing is wrong.
 */
export function templateFault(template: string): string | undefined {
  for (const [, word = ''] of template.matchAll(PATTERN)) {
    if (!isPlaceholder(word)) {
      return `{{${oneLine(word, 40)}}} is not a placeholder; there are ${PLACEHOLDERS.map((name) => `{{${name}}}`).join(', ')}`;
    }
  }
  return undefined;
}

function isPlaceholder(word: string): word is Placeholder {
  return (PLACEHOLDERS as readonly string[]).includes(word);
}

/** Puts values into a template, in one pass: a value that looks like a placeholder is not filled in again. */
export function fillTemplate(template: string, value: (placeholder: Placeholder) => string): string {
  return template.replace(PATTERN, (whole, word: string) => (isPlaceholder(word) ? value(word) : whole));
}

/** A message's values, but `json`, which is its handler's. All bounded, so that a template cannot outgrow them. */
export function placeholderValues(message: Message): Record<Exclude<Placeholder, 'json'>, string> {
  const [only] = message.services;
  return {
    title: oneLine(message.title, 250),
    text: manyLines(message.text, 8000),
    status: message.status,
    event: message.event,
    priority: message.priority,
    service: only === undefined || message.services.length > 1 ? 'system' : oneLine(only.service, 200),
    services: oneLine(message.services.map(({ service }) => oneLine(service, 200)).join(','), 4000),
    host: oneLine(message.host, 200),
    time: isoTime(message.at),
    link: linkOf(message) ?? '',
    id: oneLine(message.id, 200),
    incident: message.services.length === 1 ? oneLine(only?.incident ?? '', 200) : '',
  };
}

/** A moment as ISO 8601 in UTC. Times come from files: one that no calendar holds is the epoch. */
export function isoTime(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? new Date(0).toISOString() : date.toISOString();
}
