import type { NotificationSettings } from '../../shared/notification-settings.ts';
import type { Fault } from '../../shared/notification-state.ts';

/** Where something stands in the settings: `['handlers', 0, 'config', 'topic']`. */
export type Path = readonly (string | number)[];

export type SettingKey = keyof NotificationSettings;

/** A fault, and whether it only says that something was not filled in yet. */
export interface DraftFault extends Fault {
  missing?: boolean;
}

/** A path as a text: for comparing, and for finding its field on the page. */
export function pathText(path: Path): string {
  return path.join('.');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether two values are the same as JSON: the order of an object's keys is nothing, a key without a value is none. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => same(item, b[index]));
  }
  if (!isRecord(a) || !isRecord(b)) return false;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => same(a[key], b[key]));
}

/** What stands at a path; undefined where nothing does. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const key of path) {
    if (Array.isArray(value)) value = value[Number(key)];
    else if (isRecord(value)) value = value[key];
    else return undefined;
  }
  return value;
}
