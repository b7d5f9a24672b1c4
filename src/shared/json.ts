import { z } from 'zod';

export { formatPythonJson, parsePythonJson } from './python-json.ts';

/** A value that strict JSON can carry. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export const JsonValue: z.ZodType<JsonValue> = z.json();

/** Deeper than any service has a reason to nest; beyond it a hostile file could exhaust the stack. */
const DEEPEST = 32;

/**
 * The same value as strict JSON can carry it to a screen: a number that is not finite becomes its name, and what lies
 * deeper than 32 levels a note saying so.
 */
export function toJsonValue(value: unknown, depth = 0): JsonValue {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value !== 'object') return String(value);
  if (depth >= DEEPEST) return `(nested deeper than ${DEEPEST} levels)`;
  if (Array.isArray(value)) return value.map((item) => toJsonValue(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJsonValue(item, depth + 1)]));
}
