import type { StageName } from '../../shared/notification-state.ts';

/** What each stage of the policy is about. */
export const STAGE_WORDS: Readonly<Record<StageName, string>> = {
  enabled: 'Notifications',
  level: 'Level',
  status: 'Kind of change',
  confirmation: 'Confirmation',
  flapping: 'Flapping',
  dependency: 'Dependencies',
  maintenance: 'Maintenance',
  'quiet-hours': 'Quiet hours',
  acknowledgement: 'Acknowledgement',
  pause: 'Pause',
  cooldown: 'Cooldown',
  routing: 'Rules',
  grouping: 'Grouping',
};

/** `a`, `a and b`, `a, b and c`. */
export function andList(items: readonly string[], word = 'and'): string {
  const last = items.at(-1);
  if (last === undefined) return '';
  return items.length === 1 ? last : `${items.slice(0, -1).join(', ')} ${word} ${last}`;
}

/** The sentence with a capital at its beginning. */
export function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** What a handler is called; its id where it is not set up any more. */
export function handlerName(handlers: readonly { id: string; name: string }[], id: string): string {
  return handlers.find((handler) => handler.id === id)?.name ?? id;
}

/** What the monitor says of a field that is not set, with the field’s name in the form: `webhook_url` is for the file. */
export function asInForm(message: string, fields: readonly { name: string; label: string }[]): string {
  const missing = fields.find(({ name }) => message.includes(`: ${name} is not set`));
  return missing === undefined
    ? message
    : message.replace(`: ${missing.name} is not set`, () => `: “${missing.label}” is not set`);
}
