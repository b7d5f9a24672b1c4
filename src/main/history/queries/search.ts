import type { BulkReadable } from '../../sqlite/connection.ts';
import { integer } from '../rows.ts';
import type { KnownService } from './selection.ts';

/** More words than these are not looked at. */
const MOST_WORDS = 8;

/** Messages by id, and whether it takes the numbers of the change to tell. */
type Messages = Map<number, boolean>;

/** What a search means. Words that begin with a digit may be in the numbers of a change (dictionary.ts). */
export interface Found {
  /** Services of which everything is found, since their names hold every word. */
  services: Set<number>;
  /** Of the other services, those messages, and the words that must be in them. `undefined`: of any other service. */
  messages: Map<number | undefined, { words: readonly string[]; ids: Messages }>;
}

/** The words of a text, as the search tells them apart: without case and accents. */
export function wordsOf(text: string): string[] {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}\p{Co}]+/u)
    .filter((word) => word !== '');
}

/** Looks the words of a search up; undefined where there is nothing to search for. */
export function lookUp(database: BulkReadable, search: string, services: readonly KnownService[]): Found | undefined {
  if (search.trim() === '') return undefined;
  const words = [...new Set(wordsOf(search))].slice(0, MOST_WORDS);
  const found: Found = { services: new Set(), messages: new Map() };
  if (words.length === 0) return found;
  const known = new Map<string, Messages>();
  const messages = (rest: readonly string[]): { words: readonly string[]; ids: Messages } => {
    const key = rest.join(' ');
    const ids = known.get(key) ?? messagesWith(database, rest);
    known.set(key, ids);
    return { words: rest, ids };
  };
  found.messages.set(undefined, messages(words));
  for (const { id, service, name } of services) {
    const own = wordsOf(`${service} ${name}`);
    const rest = words.filter((word) => !own.some((one) => one.startsWith(word)));
    if (rest.length === 0) found.services.add(id);
    else if (rest.length < words.length) found.messages.set(id, messages(rest));
  }
  return found;
}

/** The messages that hold words which begin with each of these. */
function messagesWith(database: BulkReadable, words: readonly string[]): Messages {
  const plain = words.filter((word) => !/^\d/.test(word));
  const ids: Messages = new Map();
  if (plain.length < words.length) for (const id of withHoles(database, plain)) ids.set(id, true);
  const whole = database.rows('SELECT rowid FROM message_words WHERE message_words MATCH ?', queryOf(words));
  for (const [id] of whole) ids.set(integer(id), false);
  return ids;
}

/** Messages with numbers taken out, which hold these words. */
function withHoles(database: BulkReadable, words: readonly string[]): number[] {
  const hole = 'instr(text, char(1)) > 0';
  const rows =
    words.length === 0
      ? database.rows(`SELECT id FROM message WHERE ${hole}`)
      : database.rows(
          `SELECT id FROM message WHERE ${hole} AND id IN (SELECT rowid FROM message_words WHERE message_words MATCH ?)`,
          queryOf(words),
        );
  return rows.map(([id]) => integer(id));
}

/** Quoted, a word is text and never an operator of the query language. */
function queryOf(words: readonly string[]): string {
  return words.map((word) => `"${word.replaceAll('"', '""')}"*`).join(' ');
}

/** Whether a change of a service is meant. */
export function matches(found: Found, service: number, message: number, numbers: string | null): boolean {
  if (found.services.has(service)) return true;
  const { words, ids } = found.messages.get(service) ?? found.messages.get(undefined) ?? { words: [], ids: new Map() };
  const uncertain = ids.get(message);
  if (uncertain !== true) return uncertain === false;
  const each = wordsOf(numbers ?? '');
  return words.every((word) => !/^\d/.test(word) || each.some((one) => one.startsWith(word)));
}
