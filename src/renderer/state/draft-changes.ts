import type { HandlerEntry, NotificationSettings } from '../../shared/notification-settings.ts';
import type { HandlerForm, SecretChanges } from '../../shared/notification-state.ts';
import { formatSeconds } from '../notifications/durations.ts';
import { SETTING_WORDS } from '../words.ts';
import { same, type SettingKey } from './draft-parts.ts';

/** A short value is told, a long one is only said to have changed. */
const SHORT = 40;

const quoted = (name: string): string => `“${name.trim() || 'without a name'}”`;

/** `field` of a handler in the words of its form. */
function fieldLabel(type: string, field: string, forms: readonly HandlerForm[]): string {
  const form = forms.find((known) => known.type === type);
  return form?.fields.find(({ name }) => name === field)?.label ?? field;
}

const ENTRY_WORDS: Partial<Record<keyof HandlerEntry, string>> = {
  group_for: 'collecting time',
  tell_of_monitor: 'telling of the monitor itself',
  ignore_quiet_hours: 'quiet hours',
};

function handlerChange(before: HandlerEntry, now: HandlerEntry, forms: readonly HandlerForm[]): string[] {
  const sentences: string[] = [];
  if (before.name !== now.name) sentences.push(`${quoted(before.name)} is called ${quoted(now.name)}`);
  if (before.enabled !== now.enabled) sentences.push(`${quoted(now.name)} switched ${now.enabled ? 'on' : 'off'}`);
  const fields = [...new Set([...Object.keys(before.config), ...Object.keys(now.config)])]
    .filter((field) => !same(before.config[field], now.config[field]))
    .map((field) => fieldLabel(now.type, field, forms));
  for (const [key, word] of Object.entries(ENTRY_WORDS)) {
    if (!same(before[key as keyof HandlerEntry], now[key as keyof HandlerEntry])) fields.push(word);
  }
  return [...sentences, ...fields.map((field) => `${quoted(now.name)}: ${field} changed`)];
}

function handlerChanges(
  saved: readonly HandlerEntry[],
  now: readonly HandlerEntry[],
  forms: readonly HandlerForm[],
): string[] {
  const before = new Map(saved.map((entry) => [entry.id, entry]));
  const after = new Map(now.map((entry) => [entry.id, entry]));
  const sentences = now.flatMap((entry) => {
    const old = before.get(entry.id);
    return old === undefined ? [`${quoted(entry.name)} added`] : handlerChange(old, entry, forms);
  });
  for (const entry of saved) if (!after.has(entry.id)) sentences.push(`${quoted(entry.name)} removed`);
  const stayed = (list: readonly HandlerEntry[]): string[] =>
    list.map(({ id }) => id).filter((id) => before.has(id) && after.has(id));
  if (!same(stayed(saved), stayed(now))) sentences.push('order of the handlers changed');
  return sentences;
}

/** Rules and windows have no identity: they are told by name where that is enough, by number where it is not. */
function namedChanges(word: string, saved: readonly { name: string }[], now: readonly { name: string }[]): string[] {
  const before = new Map(saved.map((item) => [item.name, item]));
  const after = new Map(now.map((item) => [item.name, item]));
  if (before.size !== saved.length || after.size !== now.length) return [`${word}: changed`];
  const sentences: string[] = [];
  for (const [name, item] of after) {
    if (!before.has(name)) sentences.push(`${word} ${quoted(name)} added`);
    else if (!same(before.get(name), item)) sentences.push(`${word} ${quoted(name)} changed`);
  }
  for (const name of before.keys()) if (!after.has(name)) sentences.push(`${word} ${quoted(name)} removed`);
  return sentences.length > 0 ? sentences : [`${word}: order changed`];
}

function shortText(value: unknown): string | undefined {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.length <= SHORT ? value : undefined;
}

/** Settings that are lengths of time, in seconds. */
const SECONDS: ReadonlySet<SettingKey> = new Set<SettingKey>([
  'notification_cooldown',
  'buffer_time',
  'buffer_longest',
  'flapping_within',
  'remind_every',
  'escalate_after',
  'message_expiry',
]);

/** What cannot be read as a time is not a number, and is not saved either. */
function timeText(seconds: number): string | undefined {
  return Number.isFinite(seconds) ? formatSeconds(seconds) : undefined;
}

function settingChange(key: SettingKey, before: unknown, now: unknown): string {
  const word = SETTING_WORDS[key];
  const text = (value: unknown): string | undefined =>
    SECONDS.has(key) && typeof value === 'number' ? timeText(value) : shortText(value);
  const [old, fresh] = [text(before), text(now)];
  return old === undefined || fresh === undefined ? `${word}: changed` : `${word}: ${old} → ${fresh}`;
}

function secretChanges(
  secrets: SecretChanges,
  handlers: readonly HandlerEntry[],
  forms: readonly HandlerForm[],
): string[] {
  return Object.entries(secrets).flatMap(([id, fields]) => {
    const entry = handlers.find((known) => known.id === id);
    if (entry === undefined) return [];
    return Object.entries(fields).map(([field, value]) => {
      const label = fieldLabel(entry.type, field, forms);
      return `${quoted(entry.name)}: ${label} ${value === null ? 'removed' : 'entered'}`;
    });
  });
}

/** What differs, one sentence each, in the order of the page: for whoever is to save it. */
export function describeChanges(
  saved: NotificationSettings,
  now: NotificationSettings,
  secrets: SecretChanges,
  forms: readonly HandlerForm[],
): string[] {
  const sentences = handlerChanges(saved.handlers, now.handlers, forms);
  sentences.push(...secretChanges(secrets, now.handlers, forms));
  for (const key of Object.keys(saved) as SettingKey[]) {
    if (key === 'handlers' || same(saved[key], now[key])) continue;
    if (key === 'rules') sentences.push(...namedChanges('Rule', saved.rules, now.rules));
    else if (key === 'quiet_hours') sentences.push(...namedChanges('Quiet hours', saved.quiet_hours, now.quiet_hours));
    else if (key === 'maintenance') sentences.push(...namedChanges('Maintenance', saved.maintenance, now.maintenance));
    else sentences.push(settingChange(key, saved[key], now[key]));
  }
  return sentences;
}
