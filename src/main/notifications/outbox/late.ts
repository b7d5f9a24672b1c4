import type { Message } from '../../../shared/notification-message.ts';
import { formatDuration, formatMoment } from '../../../shared/text.ts';

/** From this age on it is said that a message comes late, in ms. */
const LATE = 120_000;
/** The same where an attempt has failed before. */
const LATE_AFTER_FAILURE = 60_000;

export interface Lateness {
  /** Milliseconds since the epoch. */
  now: number;
  /** Attempts that have failed. */
  attempts: number;
  /** What it waited for; undefined where nobody knows. */
  why: string | undefined;
}

/** The message with a line that says when it happened and why it is told only now, where it comes late; else as it is. */
export function asLate(message: Message, { now, attempts, why }: Lateness): Message {
  const age = now - message.at;
  const late = age > LATE || (attempts > 0 && age > LATE_AFTER_FAILURE);
  // A person who tries a handler out knows when.
  if (!late || message.event === 'test') return message;
  const because = why === undefined ? '' : `: ${why.trim().replace(/\.+$/, '')}`;
  const line = `Happened ${formatMoment(message.at)}, told ${formatDuration(age)} late${because}.`;
  // First: channels cut a long text at its end.
  return { ...message, text: `${line}\n${message.text}` };
}
