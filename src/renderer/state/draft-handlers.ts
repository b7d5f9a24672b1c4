import type { HandlerEntry } from '../../shared/notification-settings.ts';
import type { HandlerForm } from '../../shared/notification-state.ts';
import type { NotificationDraft } from './notification-draft.svelte.ts';

/** What the contract takes, with room for a number. */
const LONGEST = 50;

/** A name as an id: lower case letters, digits and dashes. */
function slug(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{Mark}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST)
    .replace(/^-+|-+$/g, '');
}

/** An id made of a name, that no other handler has or had: an old one's secrets and log are not a new one's. */
function freeId(name: string, type: string, taken: ReadonlySet<string>): string {
  const base = slug(name) || slug(type) || 'handler';
  let id = base;
  for (let number = 2; taken.has(id); number += 1) id = `${base}-${number}`;
  return id;
}

/** Ids that a handler must not have. */
function takenIds(draft: NotificationDraft, others: readonly string[], but?: HandlerEntry): Set<string> {
  const entries = [...draft.settings.handlers.filter((entry) => entry !== but), ...draft.saved.handlers];
  return new Set([...entries.map(({ id }) => id), ...others]);
}

/**
 * Adds a handler of a type.
 *
 * @param others ids of handlers that are not in the settings.
 * @returns its id.
 */
export function addHandler(draft: NotificationDraft, form: HandlerForm, others: readonly string[]): string {
  const names = new Set(draft.settings.handlers.map((entry) => entry.name));
  let name = form.label;
  for (let number = 2; names.has(name); number += 1) name = `${form.label} ${number}`;
  const id = freeId(name, form.type, takenIds(draft, others));
  const entry = { id, type: form.type, name, enabled: true, ignore_quiet_hours: false, config: {} };
  draft.settings.handlers.push(entry);
  return id;
}

/**
 * Gives a handler a name. Until it is saved its id follows, and with it whatever names the handler by its id.
 *
 * @returns the id that it has now.
 */
export function renameHandler(
  draft: NotificationDraft,
  entry: HandlerEntry,
  name: string,
  others: readonly string[],
): string {
  entry.name = name;
  const { id: before } = entry;
  if (draft.savedHandler(before) !== undefined) return before;
  const id = freeId(name, entry.type, takenIds(draft, others, entry));
  if (id === before) return before;
  entry.id = id;
  const follow = (ids: readonly string[]): string[] => ids.map((one) => (one === before ? id : one));
  const { settings } = draft;
  for (const rule of settings.rules) {
    rule.handlers = follow(rule.handlers);
    if (rule.escalate_to !== undefined) rule.escalate_to = follow(rule.escalate_to);
  }
  settings.escalate_to = follow(settings.escalate_to);
  const secrets = draft.secrets[before];
  if (secrets !== undefined) {
    draft.secrets[id] = secrets;
    Reflect.deleteProperty(draft.secrets, before);
  }
  return id;
}

/** Takes a handler out. @returns a function that puts it back where it was, secrets included. */
export function removeHandler(draft: NotificationDraft, entry: HandlerEntry): () => void {
  const { handlers } = draft.settings;
  const index = handlers.indexOf(entry);
  const kept = detached(entry);
  const secrets = detached(draft.secrets[entry.id]);
  handlers.splice(index, 1);
  Reflect.deleteProperty(draft.secrets, kept.id);
  return () => {
    const { settings } = draft;
    if (settings.handlers.some(({ id }) => id === kept.id)) return;
    settings.handlers.splice(Math.min(index, settings.handlers.length), 0, kept);
    if (secrets !== undefined) draft.secrets[kept.id] = secrets;
  };
}

/** What in the settings names a handler: the rules by name, and the escalation. */
export function whoNames(draft: NotificationDraft, id: string): string[] {
  const { rules, escalate_to: escalation } = draft.settings;
  const names = rules
    .filter((rule) => rule.handlers.includes(id) || rule.escalate_to?.includes(id) === true)
    .map((rule) => `the rule “${rule.name}”`);
  return escalation.includes(id) ? [...names, 'the escalation'] : names;
}

/** Moves a handler up or down the list. @returns its new place, counted from 1; undefined where it is at the end already. */
export function moveHandler(draft: NotificationDraft, entry: HandlerEntry, by: -1 | 1): number | undefined {
  const { handlers } = draft.settings;
  const index = handlers.indexOf(entry);
  const target = index + by;
  if (index < 0 || target < 0 || target >= handlers.length) return undefined;
  handlers.splice(index, 1);
  handlers.splice(target, 0, entry);
  return target + 1;
}

/** A copy that is tied to nothing: what a draft holds are proxies, which cannot be cloned. */
function detached<T>(value: T): T {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T);
}
