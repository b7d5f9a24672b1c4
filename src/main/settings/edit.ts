import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { applyEdits, modify, parseTree } from 'jsonc-parser';
import {
  NOTIFICATION_KEYS,
  type NotificationSettings,
  NotificationSettings as NotificationSchema,
} from '../../shared/notification-settings.ts';
import type { EditableNotifications, SaveResult } from '../../shared/notification-state.ts';
import type { Settings } from '../../shared/settings.ts';
import { checkHandlers } from './handlers.ts';
import type { Loaded } from './load.ts';

const FORMAT = { formattingOptions: { insertSpaces: true, tabSize: 2, eol: '\n' } };

/** The part of the settings that notifications are made of. */
export function notificationsOf(settings: Settings): NotificationSettings {
  return Object.fromEntries(NOTIFICATION_KEYS.map((key) => [key, settings[key]])) as NotificationSettings;
}

/** The settings of notifications as the window edits them. */
export function editable(file: string, { settings, text, inherited, problems }: Loaded): EditableNotifications {
  const sources = Object.entries(inherited.sources).filter(([key]) => NOTIFICATION_KEYS.some((known) => known === key));
  return {
    settings: notificationsOf(settings),
    defaults: NotificationSchema.parse({}),
    // Of what was read, not of what stands there by now: an edit by hand must not be saved over.
    revision: revisionOf(text),
    file,
    inherited: Object.fromEntries(sources),
    problems,
  };
}

/**
 * Saves the settings of notifications into the settings file, and leaves everything else in it as it is: other keys, their
 * order, comments. What is the same as without the file is not written. Nothing is written where anything is wrong.
 *
 * @param revision of the file that was edited.
 */
export function saveNotifications(
  file: string,
  { settings, revision }: { settings: NotificationSettings; revision: string },
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
    const faults = checkHandlers(settings.handlers);
    if (faults.length > 0) return refuse('Something is not right yet. Nothing was saved.', faults);
    const after = withNotifications(text ?? '', settings, inherited.keys);
    if (after !== text) writeWhole(file, after);
    return { saved: true, message: '', faults: [] };
  } catch (error) {
    return refuse(`The settings file cannot be written: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

function withNotifications(text: string, settings: NotificationSettings, inherited: Record<string, unknown>): string {
  const defaults = NotificationSchema.parse({});
  let result = text.trim() === '' ? '{\n  "version": 1\n}\n' : text;
  for (const key of NOTIFICATION_KEYS) {
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
