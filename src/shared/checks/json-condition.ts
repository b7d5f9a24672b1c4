import { oneLine } from '../handlers/bounded-text.ts';

/** What must hold of one field of a JSON document. */
export interface JsonCondition {
  /** `database.replicas.0.state`: names of fields, and places in lists. */
  path: string;
  operator: '=' | '!=' | '<' | '<=' | '>' | '>=';
  value: string;
}

const CONDITION = /^([^\s=!<>]{1,200})\s*(<=|>=|!=|==?|<|>)\s*(.*)$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const WORDS: Readonly<Record<JsonCondition['operator'], string>> = {
  '=': '',
  '!=': 'not ',
  '<': 'less than ',
  '<=': 'at most ',
  '>': 'more than ',
  '>=': 'at least ',
};
/** How much of a value is quoted, UTF-16 units. */
const QUOTED = 60;

/**
 * Reads `queue.length <= 100` or `database = ok`.
 *
 * @returns a sentence's end where it cannot be read.
 */
export function parseJsonCondition(text: string): JsonCondition | string {
  const [whole, path = '', sign = '', value = ''] = CONDITION.exec(text.trim()) ?? [];
  if (whole === undefined || value === '') return 'must be a field, a sign and a value: database = ok, queue <= 100';
  const operator = (sign === '==' ? '=' : sign) as JsonCondition['operator'];
  if (!['=', '!='].includes(operator) && !NUMBER.test(value)) return `must compare with a number after ${operator}`;
  return { path, operator, value };
}

/**
 * Whether a condition holds of a document.
 *
 * @returns what is there in place of it, as a part of a sentence; undefined where it holds.
 */
export function jsonMismatch({ path, operator, value }: JsonCondition, document: unknown): string | undefined {
  const actual = fieldAt(document, path);
  if (actual === undefined) return `no “${path}”`;
  if (holds(actual, operator, value)) return undefined;
  return `“${path}” ${oneLine(shown(actual), QUOTED)} in place of ${WORDS[operator]}${value}`;
}

function fieldAt(document: unknown, path: string): unknown {
  let at = document;
  for (const name of path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return at;
}

function holds(actual: unknown, operator: JsonCondition['operator'], value: string): boolean {
  if (operator === '=') return equals(actual, value);
  if (operator === '!=') return !equals(actual, value);
  const number = typeof actual === 'string' && NUMBER.test(actual.trim()) ? Number(actual) : actual;
  if (typeof number !== 'number') return false;
  const limit = Number(value);
  if (operator === '<') return number < limit;
  if (operator === '<=') return number <= limit;
  return operator === '>' ? number > limit : number >= limit;
}

/** `ok` and `"ok"` are the same text; `1`, `true` and `null` are what they are in JSON, or that as a text. */
function equals(actual: unknown, value: string): boolean {
  const quoted = /^"(.*)"$/.exec(value)?.[1];
  if (typeof actual === 'string') return actual === (quoted ?? value) || actual === value;
  if (quoted !== undefined) return false;
  if (typeof actual === 'number' && NUMBER.test(value)) return actual === Number(value);
  return String(actual) === value;
}

function shown(actual: unknown): string {
  if (typeof actual === 'string') return `“${actual}”`;
  return Array.isArray(actual)
    ? 'a list'
    : typeof actual === 'object' && actual !== null
      ? 'an object'
      : String(actual);
}
