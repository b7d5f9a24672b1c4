import type { Message, MessageService } from '../notification-message.ts';
import type { HealthStatus } from '../status.ts';
import { formatDuration, formatMoment } from '../text.ts';
import { manyLines, oneLine } from './bounded-text.ts';
import { isHttpAddress } from './fields.ts';

/** A status as a sign that differs in shape as well as in colour, for channels that have but text. */
export const STATUS_SIGN: Readonly<Record<HealthStatus, string>> = {
  healthy: '✅',
  warning: '⚠️',
  error: '🔴',
  fatal: '⛔',
  unknown: '❔',
};

/** Colours as `RRGGBB`, each readable beside white and black. */
export const STATUS_COLOUR: Readonly<Record<HealthStatus, string>> = {
  healthy: '2e7d32',
  warning: 'b26a00',
  error: 'c62828',
  fatal: '8e1a5a',
  unknown: '5f6368',
};

/** A message's title, never empty. */
export function titleOf(message: Message, most: number): string {
  return oneLine(message.title, most) || `Health: ${message.status}`;
}

/** A message's text; its title where there is none, so that it is never empty. */
export function textOf(message: Message, most: number): string {
  return manyLines(message.text, most) || titleOf(message, most);
}

/** Where a click leads, as a browser would write it; null where there is no such address, or none that it opens. */
export function linkOf({ link }: Pick<Message, 'link'>): string | null {
  if (link === null || link.length > 1000 || !isHttpAddress(link)) return null;
  const { href } = new URL(link);
  return href.length > 1000 ? null : href;
}

/** `2026-11-23 23:13:33, after 3 min 20 s`: when it changed, and how long its incident has lasted. */
export function timeOf({ at, openedAt }: MessageService): string {
  return openedAt === null || openedAt >= at
    ? formatMoment(at)
    : `${formatMoment(at)}, after ${formatDuration(at - openedAt)}`;
}
