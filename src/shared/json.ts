import { z } from 'zod';

/** A value that strict JSON can carry. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export const JsonValue: z.ZodType<JsonValue> = z.json();

const BARE_NUMBER = /"(?:[^"\\]|\\.)*"|-?Infinity\b|\bNaN\b/g;
const MARK = '\u0000number:';

/**
 * Parses JSON as Python's `json` module writes it: bare `NaN`, `Infinity` and `-Infinity` are numbers.
 * @throws SyntaxError with the position of the fault, as JSON.parse does.
 */
export function parsePythonJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (!/NaN|Infinity/.test(text)) throw error;
    // Only words outside strings are numbers; a string is matched first and kept as it is.
    const quoted = text.replace(BARE_NUMBER, (word) => (word.startsWith('"') ? word : JSON.stringify(MARK + word)));
    return JSON.parse(quoted, (_key, value: unknown) =>
      typeof value === 'string' && value.startsWith(MARK) ? Number(value.slice(MARK.length)) : value,
    ) as unknown;
  }
}

/**
 * Writes JSON as Python's `json.dumps(value, indent=2)` does: ASCII only, numbers that are not finite as bare words.
 * The value must be plain data.
 */
export function formatPythonJson(value: unknown): string {
  const marked = JSON.stringify(
    value,
    (_key, item: unknown) => (typeof item === 'number' && !Number.isFinite(item) ? MARK + String(item) : item),
    2,
  );
  return marked
    .replace(/"\\u0000number:(-?Infinity|NaN)"/g, '$1')
    .replace(/[\u007f-\uffff]/g, (unit) => '\\u' + unit.charCodeAt(0).toString(16).padStart(4, '0'));
}

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
