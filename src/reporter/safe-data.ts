/*
 * Makes whatever a caller hands over fit for a health file: plain data, no cycles, bounded. A file may be 1 MiB at most (that is
 * where readers stop), and every character that is not ASCII takes six in it, so what is counted is the length as written.
 */

/** How long a message may be as written in the file, in bytes. */
export const LONGEST_MESSAGE = 4_096;
/** How long all metadata of one record may be as written in the file, in bytes. */
export const LARGEST_METADATA = 4_096;
/** How long the name of a check may be, in characters. */
export const LONGEST_NAME = 100;

const DEEPEST = 8;
const MOST_ITEMS = 100;
/** Room that is always left for saying that something was left out. */
const NOTE = 64;

/** Half a surrogate pair cannot be sent on as UTF-8 by any reader, and U+0000 is what `formatPythonJson` marks numbers with. */
const UNFIT = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|\u0000/g;
const PLAIN = /^[ !#-[\]-~]*$/;

/** How many bytes one UTF-16 unit takes in the file. */
function writtenCost(code: number): number {
  const short = code === 0x22 || code === 0x5c || (code >= 8 && code <= 13 && code !== 11);
  return short ? 2 : code < 0x20 || code > 0x7e ? 6 : 1;
}

/** How many units of a text fit into so many bytes of the file. */
function fitting(text: string, room: number): number {
  let length = 0;
  for (let index = 0; index < text.length; index += 1) {
    length += writtenCost(text.charCodeAt(index));
    if (length > room) return index;
  }
  return text.length;
}

/** How many bytes a text takes in the file, without its quotes. */
function writtenLength(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let length = 0;
  for (let index = 0; index < text.length; index += 1) length += writtenCost(text.charCodeAt(index));
  return length;
}

/**
 * The same text where it fits, else as much of it as fits and a note of how long it was. What no reader could take in is
 * replaced by U+FFFD.
 *
 * @param most bytes as written in the file.
 */
export function cutText(text: string, most: number): string {
  // Only what may fit is looked at: the text may be 10 MB long.
  if (text.length <= most && PLAIN.test(text)) return text;
  const head = text.slice(0, most).replace(UNFIT, '\ufffd');
  if (head.length === text.length && fitting(head, most) === head.length) return head;
  const kept = head.slice(0, fitting(head, Math.max(0, most - NOTE)));
  // A pair that the cut went through leaves half of itself.
  return `${kept.replace(UNFIT, '')} [cut: ${text.length} characters]`;
}

/** A value as text, or a short name where it has no text of its own. */
function describe(value: unknown): string {
  if (typeof value === 'function') return `(function ${value.name === '' ? 'without a name' : value.name})`;
  if (typeof value === 'symbol') return `(${String(value)})`;
  return String(value);
}

/** Copies a value into plain data, and keeps count of the room that is left. */
class Copier {
  readonly #above = new Set<object>();
  #room: number;

  constructor(room: number) {
    this.#room = room;
  }

  copy(value: unknown): unknown {
    if (typeof value === 'string') return this.#text(value);
    if (typeof value === 'number') {
      this.#room -= String(value).length + 2;
      // JSON has no such numbers; a reader in strict JSON would lose the whole file. And -0 is written as 0.
      return Number.isFinite(value) ? value + 0 : String(value);
    }
    if (typeof value === 'boolean' || value === null) {
      this.#room -= 5;
      return value;
    }
    if (typeof value === 'object') return this.#object(value);
    return this.#text(textOf(value));
  }

  #text(text: string): string {
    const cut = cutText(text, Math.max(0, this.#room - NOTE));
    this.#room -= writtenLength(cut) + 2;
    return cut;
  }

  #object(value: object): unknown {
    if (this.#above.has(value)) return this.#text('(circular)');
    if (this.#above.size >= DEEPEST) return this.#text(`(nested deeper than ${DEEPEST} levels)`);
    this.#room -= this.#layout;
    this.#above.add(value);
    try {
      return this.#container(value);
    } catch (error) {
      // A getter, a proxy or a toJSON of the caller's that throws.
      return this.#text(`(cannot be read: ${messageOf(error)})`);
    } finally {
      this.#above.delete(value);
    }
  }

  #container(value: object): unknown {
    if (Array.isArray(value)) return this.#list(value, value.length);
    if (value instanceof Error) return this.#entries(entriesOfError(value));
    if (value instanceof Map) return this.#entries(keyed(value));
    if (value instanceof Set) return this.#list(value, value.size);
    if (value instanceof Date) return this.#text(Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString());
    if (ArrayBuffer.isView(value)) return this.#text(`(${value.constructor.name} of ${value.byteLength} bytes)`);
    if (value instanceof RegExp || value instanceof URL) return this.#text(String(value));
    if ('toJSON' in value && typeof value.toJSON === 'function') return this.copy((value as Jsonable).toJSON());
    return this.#entries(owned(value));
  }

  #list(items: Iterable<unknown>, length: number): unknown[] {
    const list: unknown[] = [];
    for (const item of items) {
      if (this.#full(list.length)) {
        list.push(`(${length - list.length} more)`);
        break;
      }
      this.#room -= this.#layout;
      list.push(this.copy(item === undefined ? null : item));
    }
    return list;
  }

  #entries(entries: Iterable<[string, () => unknown]>): Record<string, unknown> {
    const kept: [string, unknown][] = [];
    for (const [key, read] of entries) {
      if (this.#full(kept.length)) {
        kept.push(['…', '(more was left out)']);
        break;
      }
      const value = this.#read(read);
      if (value === undefined) continue;
      const name = cutText(key, LONGEST_NAME);
      // Quotes, colon and blank.
      this.#room -= this.#layout + writtenLength(name) + 4;
      kept.push([name, this.copy(value)]);
    }
    // Unlike an assignment, this makes even `__proto__` a key like any other.
    return Object.fromEntries(kept);
  }

  #read(read: () => unknown): unknown {
    try {
      return read();
    } catch (error) {
      return `(cannot be read: ${messageOf(error)})`;
    }
  }

  /** What a line costs besides its content: comma, line feed, and the indentation at its depth in the file. */
  get #layout(): number {
    return 2 + 2 * (this.#above.size + 4);
  }

  #full(count: number): boolean {
    return count >= MOST_ITEMS || this.#room < NOTE * 2;
  }
}

interface Jsonable {
  toJSON(): unknown;
}

function* owned(value: object): Iterable<[string, () => unknown]> {
  for (const key in value) {
    if (Object.hasOwn(value, key)) yield [key, () => (value as Record<string, unknown>)[key]];
  }
}

function* keyed(map: ReadonlyMap<unknown, unknown>): Iterable<[string, () => unknown]> {
  for (const [key, value] of map) yield [textOf(key), () => value];
}

function* entriesOfError(error: Error): Iterable<[string, () => unknown]> {
  yield ['name', () => error.name];
  yield ['message', () => error.message];
  if (error.cause !== undefined) yield ['cause', () => error.cause];
  yield* owned(error);
}

/** Any value as text, without throwing: objects may have a `toString` that does. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return describe(value);
  } catch (error) {
    return `(a value that cannot be shown: ${kindOf(error)})`;
  }
}

/** Also an error may be such that every look at it throws. */
function kindOf(error: unknown): string {
  try {
    return error instanceof Error ? String(error.name) : typeof error;
  } catch {
    return 'nor can the reason';
  }
}

/** What an error says, without throwing whatever was thrown. As Python's `str(error)`: without its type, if it has a text. */
export function messageOf(error: unknown): string {
  try {
    if (error instanceof Error) return textOf(error.message) === '' ? textOf(error.name) : textOf(error.message);
  } catch (again) {
    return textOf(again);
  }
  return textOf(error);
}

/** What kind of error it is, as Python's `type(error).__name__`. */
export function typeOfError(error: unknown): string {
  try {
    if (error instanceof Error) return cutText(textOf(error.name), LONGEST_NAME);
  } catch (again) {
    return cutText(textOf(again), LONGEST_NAME);
  }
  return typeof error;
}

/**
 * A copy of `metadata` that a health file can hold: plain data, at most 4 kB as written, 8 levels deep, 100 items a container.
 * What is left out is said. Never throws.
 */
export function safeMetadata(metadata: unknown): Record<string, unknown> {
  if (metadata === undefined || metadata === null) return {};
  const copy = new Copier(LARGEST_METADATA).copy(metadata);
  if (typeof copy === 'object' && copy !== null && !Array.isArray(copy)) return copy as Record<string, unknown>;
  return { value: copy };
}
