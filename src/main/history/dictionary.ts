import type { Connection } from '../sqlite/connection.ts';
import { integer, text as textOf } from './rows.ts';

/** Longer messages are cut, in UTF-16 units: what happened is said at their beginning. */
const LONGEST = 2000;
/** Stands where a number was taken out. No service has a reason to write it. */
const HOLE = '\u0001';
const HOLES = /\u0001/g;
/** A number of its own, not the digits at the end of a name. */
const NUMBER = /(?<![\p{L}\p{N}_])\d+(?:[.,:]\d+)*/gu;
/** A message with so many variants that differ only in their numbers is kept once, and the numbers with each change. */
const VARIANTS = 8;
/** How much is remembered, in entries: whatever is not is looked up. */
const REMEMBERED = 20_000;

/** How a message is kept: an entry of the dictionary, and the numbers that fill its holes. */
export interface Kept {
  id: number;
  numbers: string | null;
}

/**
 * Every distinct message once. Those that differ only in numbers ("No report since 12:03:04") become one with holes as soon as
 * there are several: else each change would cost as much as its sentence, and the words for the search as well.
 */
export class Dictionary {
  /** Distinct texts that were asked for lately, the latest last. */
  #known = new Map<string, number>();
  #variants = new Map<string, number>();
  #nextId: number;

  constructor(private readonly database: Connection) {
    this.#nextId = integer(database.ask('SELECT coalesce(max(id), 0) FROM message')) + 1;
  }

  keep(message: string): Kept {
    const text = message.length > LONGEST ? `${message.slice(0, LONGEST - 1)}…` : message;
    const known = this.#known.get(text);
    if (known !== undefined) return { id: known, numbers: null };
    if (text.includes(HOLE)) return { id: this.#idOf(text), numbers: null };
    const numbers: string[] = [];
    const template = text.replace(NUMBER, (number) => {
      numbers.push(number);
      return HOLE;
    });
    if (numbers.length === 0) return { id: this.#idOf(text), numbers: null };
    const id = this.#known.get(template) ?? this.#find(template) ?? this.#newTemplate(template);
    return id === undefined ? { id: this.#idOf(text), numbers: null } : { id, numbers: numbers.join(' ') };
  }

  /** Makes one with holes once there are enough variants; undefined before. */
  #newTemplate(template: string): number | undefined {
    const count = (this.#variants.get(template) ?? 0) + 1;
    if (count > VARIANTS) return this.#add(template);
    if (this.#variants.size >= REMEMBERED) this.#variants = new Map();
    this.#variants.set(template, count);
    return undefined;
  }

  #idOf(text: string): number {
    return this.#find(text) ?? this.#add(text);
  }

  #find(text: string): number | undefined {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    for (const [id, kept] of this.database.rows('SELECT id, text FROM message WHERE hash = ?', hashOf(text))) {
      if (kept === text) return this.#remember(text, integer(id));
    }
    return undefined;
  }

  #add(text: string): number {
    const id = this.#nextId;
    this.#nextId += 1;
    this.database.run('INSERT INTO message (id, hash, text) VALUES (?, ?, ?)', id, hashOf(text), text);
    this.database.run('INSERT INTO message_words (rowid, text) VALUES (?, ?)', id, text);
    return this.#remember(text, id);
  }

  #remember(text: string, id: number): number {
    // Nothing is gained by telling old from new ones exactly.
    if (this.#known.size >= REMEMBERED) this.#known = new Map();
    this.#known.set(text, id);
    return id;
  }

  /**
   * Removes entries that nothing uses any more.
   * @param after where to go on. @returns where to go on from next time; 0 at the end.
   */
  sweep(after: number, limit: number): number {
    const rows = this.database.rows(
      `SELECT id, text, EXISTS (SELECT 1 FROM change WHERE change.message = message.id)
        FROM message WHERE id > ? ORDER BY id LIMIT ?`,
      after,
      limit,
    );
    for (const [id, text, used] of rows) {
      if (used === 1) continue;
      const words = "INSERT INTO message_words (message_words, rowid, text) VALUES ('delete', ?, ?)";
      this.database.run(words, integer(id), textOf(text));
      this.database.run('DELETE FROM message WHERE id = ?', integer(id));
      this.#known.delete(textOf(text));
    }
    return rows.length < limit ? 0 : integer(rows.at(-1)?.[0]);
  }
}

/** The message as it was, from its entry and its numbers. */
export function fill(text: string, numbers: string | null): string {
  if (numbers === null) return text;
  const each = numbers.split(' ');
  let index = 0;
  return text.replace(HOLES, () => each[index++] ?? '');
}

/** FNV-1a, 32 bits: only to find a text again; the text itself is compared. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
