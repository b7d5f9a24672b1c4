import type { JsonValue } from '../../shared/json.ts';
import { type FormField, secretFields } from '../../shared/handlers/form.ts';
import { findHandlerType } from '../../shared/handlers/registry.ts';
import { type HandlerEntry, NotificationSettings } from '../../shared/notification-settings.ts';
import type { HandlerForm, SecretChanges } from '../../shared/notification-state.ts';
import { type DraftFault, pathText } from './draft-parts.ts';

/** What is known of secrets: those that are kept are not seen, those that were just typed are. */
export interface DraftSecrets {
  /** Whether there is one, kept or typed. */
  has: (handler: string, field: string) => boolean;
  typed: (handler: string, field: string) => string | undefined;
}

function isEmpty(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === 'string') return value.trim() === '';
  if (typeof value === 'object') return Object.keys(value).length === 0;
  return false;
}

function numberFault({ minimum, maximum }: FormField, value: JsonValue | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'must be a number';
  if (minimum !== undefined && value < minimum) return `must be at least ${minimum}`;
  if (maximum !== undefined && value > maximum) return `must be at most ${maximum}`;
  return undefined;
}

/** What the window can see of a field by itself. What else there is to it, the monitor says when it is tested or saved. */
function fieldFault(
  field: FormField,
  value: JsonValue | undefined,
  has: boolean,
): Omit<DraftFault, 'path'> | undefined {
  if (field.required && (field.secret ? !has : isEmpty(value)) && field.default === undefined) {
    return { message: 'must be filled in', missing: true };
  }
  if (field.secret || value === undefined) return undefined;
  const message =
    field.kind === 'number'
      ? numberFault(field, value)
      : field.kind === 'choice' && field.options?.includes(String(value)) !== true
        ? `must be one of ${(field.options ?? []).join(', ')}`
        : undefined;
  return message === undefined ? undefined : { message };
}

/** What the schema of its type says of a handler, where the window knows that type. */
function schemaFaults({ id, type, config }: HandlerEntry, secrets: DraftSecrets): DraftFault[] {
  const schema = findHandlerType(type)?.schema;
  if (schema === undefined) return [];
  const hidden = secretFields(schema);
  const typed = hidden.flatMap((field) => {
    const value = secrets.typed(id, field);
    return value === undefined ? [] : [[field, value] as const];
  });
  const unseen = new Set(hidden.filter((field) => !typed.some(([name]) => name === field)));
  const parsed = schema.safeParse({ ...config, ...Object.fromEntries(typed) });
  return (parsed.error?.issues ?? []).flatMap(({ path, message }) => {
    const within = path.filter(isWord);
    return within.length === 0 || unseen.has(String(within[0])) ? [] : [{ path: ['config', ...within], message }];
  });
}

/** What is wrong with one handler's form; paths begin at the handler. */
function handlerFaults(entry: HandlerEntry, forms: readonly HandlerForm[], secrets: DraftSecrets): DraftFault[] {
  const form = forms.find(({ type }) => type === entry.type);
  const faults = (form?.fields ?? []).flatMap((field): DraftFault[] => {
    // One that is switched off may wait for its secrets.
    const has = !entry.enabled || secrets.has(entry.id, field.name);
    const fault = fieldFault(field, entry.config[field.name], has);
    return fault === undefined ? [] : [{ path: ['config', field.name], ...fault }];
  });
  const known = new Set(faults.map(({ path }) => path[1]));
  return [...faults, ...schemaFaults(entry, secrets).filter(({ path }) => !known.has(path[1]))];
}

function isWord(part: PropertyKey): part is string | number {
  return typeof part !== 'symbol';
}

/** Everything that is wrong with settings as they are typed, and can be seen without asking the monitor. */
export function settingsFaults(
  settings: NotificationSettings,
  forms: readonly HandlerForm[],
  secrets: DraftSecrets,
): DraftFault[] {
  const parsed = NotificationSettings.safeParse(settings);
  const faults: DraftFault[] = (parsed.error?.issues ?? []).map((issue) => {
    const path = issue.path.filter(isWord);
    // An empty name is one that was not typed yet.
    const missing = path.at(-1) === 'name' && issue.code === 'too_small';
    return { path, message: issue.message, ...(missing ? { missing } : {}) };
  });
  settings.handlers.forEach((entry, index) => {
    for (const fault of handlerFaults(entry, forms, secrets)) {
      faults.push({ ...fault, path: ['handlers', index, ...fault.path] });
    }
  });
  return faults;
}

/** One fault for each place, in their order; of several at one place the last. */
export function byPath(faults: readonly DraftFault[]): ReadonlyMap<string, DraftFault> {
  return new Map(faults.map((fault) => [pathText(fault.path), fault]));
}

/** Secrets of handlers that are there, with nothing empty in between. */
export function secretsOf(secrets: SecretChanges, handlers: readonly HandlerEntry[]): SecretChanges {
  const ids = new Set(handlers.map(({ id }) => id));
  return Object.fromEntries(
    Object.entries(secrets).filter(([id, fields]) => ids.has(id) && Object.keys(fields).length > 0),
  );
}
