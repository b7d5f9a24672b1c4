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
