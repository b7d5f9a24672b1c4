import type { JsonValue } from '../json.ts';
import { byteLength, cut, wellFormed } from './bounded-text.ts';

/** Ever tighter bounds: longest text, longest list, most fields of an object. */
const BOUNDS: readonly (readonly [text: number, items: number, fields: number])[] = [
  [10_000, 1000, 5000],
  [1_000, 1000, 5000],
  [500, 50, 1000],
  [200, 10, 1000],
  [100, 1, 1000],
  [60, 0, 300],
];

/**
 * A value that somebody else's files are in, at most `most` bytes of JSON where that can be reached: texts and lists are
 * shortened, only as far as needed. Of a list the end is kept, since health files record the latest last.
 */
export function boundedJson(value: JsonValue, most: number): JsonValue {
  let result: JsonValue = null;
  for (const [text, items, fields] of BOUNDS) {
    result = bounded(value, text, items, fields);
    const json = JSON.stringify(result);
    if (json.length <= most && byteLength(json) <= most) break;
  }
  return result;
}

function bounded(value: JsonValue, text: number, items: number, fields: number): JsonValue {
  // A half character would be no valid UTF-8, and strict readers refuse the whole.
  if (typeof value === 'string') return wellFormed(cut(value, text));
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    return (items === 0 ? [] : value.slice(-items)).map((item) => bounded(item, text, items, fields));
  }
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, fields)
      .map(([name, item]) => [wellFormed(cut(name, 200)), bounded(item, text, items, fields)]),
  );
}
