import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { applyEdits, modify, parseTree } from 'jsonc-parser';
import { checkShape } from '../../shared/check-settings.ts';
import { CheckSettings as CheckSchema, type CheckSettings, type EditableChecks } from '../../shared/check-state.ts';
import {
  NOTIFICATION_KEYS,
  type NotificationSettings,
  NotificationSettings as NotificationSchema,
} from '../../shared/notification-settings.ts';
import type { EditableNotifications, Fault, SaveResult } from '../../shared/notification-state.ts';
import type { Settings } from '../../shared/settings.ts';
import { checkChecks } from './checks.ts';
import { checkHandlers } from './handlers.ts';
import type { Loaded } from './load.ts';

const FORMAT = { formattingOptions: { insertSpaces: true, tabSize: 2, eol: '\n' } };

/** A part of the settings that the window edits as a whole. */
interface Section<T extends Partial<Settings>> {
  schema: { parse(value: unknown): T };
  keys: readonly (keyof T & keyof Settings)[];
  /** What its schema does not find: the configuration of each type. */
  check(settings: T): Fault[];
}

const NOTIFICATIONS: Section<NotificationSettings> = {
  schema: NotificationSchema,
  keys: NOTIFICATION_KEYS,
  check: ({ handlers }) => checkHandlers(handlers),
};
const CHECKS: Section<CheckSettings> = {
  schema: CheckSchema,
  keys: Object.keys(checkShape) as (keyof CheckSettings)[],
  check: ({ checks }) => checkChecks(checks),
};

/** A part as the window edits it. */
interface Editable<T> {
  settings: T;
  defaults: T;
  revision: string;
  file: string;
  inherited: Record<string, string>;
  problems: string[];
}

/** The part of the settings that notifications are made of. */
export function notificationsOf(settings: Settings): NotificationSettings {
  return partOf(NOTIFICATIONS, settings);
}

/** The part of the settings that active checks are made of. */
export function checksOf(settings: Settings): CheckSettings {
  return partOf(CHECKS, settings);
}

/** The settings of notifications as the window edits them. */
export function editable(file: string, loaded: Loaded): EditableNotifications {
  return editablePart(NOTIFICATIONS, file, loaded);
}

/** The settings of active checks as the window edits them. */
export function editableChecks(file: string, loaded: Loaded): EditableChecks {
  return editablePart(CHECKS, file, loaded);
}

/**
 * Saves the settings of notifications into the settings file, and leaves everything else in it as it is: other keys, their
 * order, comments. What is the same as without the file is not written. Nothing is written where anything is wrong.
 *
 * @param revision of the file that was edited.
 */
export function saveNotifications(
  file: string,
  change: { settings: NotificationSettings; revision: string },
  loaded: Loaded,
): SaveResult {
  return savePart(NOTIFICATIONS, file, change, loaded);
}

/** The same for the settings of active checks. */
export function saveChecks(
  file: string,
  change: { settings: CheckSettings; revision: string },
  loaded: Loaded,
): SaveResult {
  return savePart(CHECKS, file, change, loaded);
}

function partOf<T extends Partial<Settings>>({ keys }: Section<T>, settings: Settings): T {
  return Object.fromEntries(keys.map((key) => [key, settings[key]])) as unknown as T;
}

function editablePart<T extends Partial<Settings>>(
  section: Section<T>,
  file: string,
  { settings, text, inherited, problems }: Loaded,
): Editable<T> {
  const sources = Object.entries(inherited.sources).filter(([key]) => section.keys.some((known) => known === key));
  return {
    settings: partOf(section, settings),
    defaults: section.schema.parse({}),
    // Of what was read, not of what stands there by now: an edit by hand must not be saved over.
    revision: revisionOf(text),
    file,
    inherited: Object.fromEntries(sources),
    problems,
  };
}

function savePart<T extends Partial<Settings>>(
  section: Section<T>,
  file: string,
  { settings, revision }: { settings: T; revision: string },
  { inherited, problems }: Loaded,
): SaveResult {
  const refuse = (message: string, faults: SaveResult['faults'] = []): SaveResult => ({
    saved: false,
    message,
    faults,
  });
  try {
    const text = readText(file);
    if (revisionOf(text) !== revision) {
      return refuse('The settings file was changed meanwhile, by hand or in another window. Nothing was saved.');
    }
    if (text !== undefined && problems.length > 0) {
      return refuse(`The settings file must be set right first: ${problems.join(' ')}`);
    }
    const faults = section.check(settings);
    if (faults.length > 0) return refuse('Something is not right yet. Nothing was saved.', faults);
    const after = withPart(section, text ?? '', settings, inherited.keys);
    if (after !== text) writeWhole(file, after);
    return { saved: true, message: '', faults: [] };
  } catch (error) {
    return refuse(`The settings file cannot be written: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

function withPart<T extends Partial<Settings>>(
  { schema, keys }: Section<T>,
  text: string,
  settings: T,
  inherited: Record<string, unknown>,
): string {
  const defaults = schema.parse({});
  let result = text.trim() === '' ? '{\n  "version": 1\n}\n' : text;
  for (const key of keys) {
    const without = key in inherited ? inherited[key] : defaults[key];
    const value = isDeepStrictEqual(settings[key], without) ? undefined : settings[key];
    const before = parseTree(result, [], { allowTrailingComma: true });
    const there = before?.children?.some(({ children }) => children?.[0]?.value === key) ?? false;
    if (value === undefined && !there) continue;
    result = applyEdits(result, modify(result, [key], value, FORMAT));
  }
  return result;
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

function revisionOf(text: string | undefined): string {
  return text === undefined ? 'none' : createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** Replaces a file as a whole, so that nobody ever reads half of it; a link stays one. */
export function writeWhole(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const target = realTarget(file);
  const temporary = `${target}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    writeFileSync(temporary, text, { mode: 0o600, flush: true });
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function realTarget(file: string): string {
  try {
    return realpathSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return file;
    throw error;
  }
}
