import { z } from 'zod';
import type { Readable } from '../../sqlite/connection.ts';
import type { Steady } from './steady.ts';

/** An item that is decided, and waits for others of its handler to become one message with them. */
export interface StagedItem {
  id: number;
  handler: string;
  service: string;
  item: unknown;
}

const Row = z.object({ name: z.string(), value: z.string() });
const StagedRow = z.object({ id: z.int(), handler: z.string(), service: z.string(), item: z.string() });

/** Where a document is kept. */
type Source = 'state' | 'meta' | 'staged';

/** JSON documents under a name: the policy's states and single facts. What cannot be read is left out. */
export class DocumentReader {
  constructor(private readonly database: Readable) {}

  loadStates(): Map<string, unknown> {
    const states = new Map<string, unknown>();
    for (const row of this.database.all('SELECT service AS name, value FROM state')) {
      const { name, value } = Row.parse(row);
      const parsed = this.parse('state', name, value);
      if (parsed !== undefined) states.set(name, parsed);
    }
    return states;
  }

  getMeta(key: string): unknown {
    const row = this.database.get('SELECT key AS name, value FROM meta WHERE key = ?', key);
    if (row === undefined) return undefined;
    const { name, value } = Row.parse(row);
    return this.parse('meta', name, value);
  }

  /** Undefined for what is no JSON. */
  protected parse(source: Source, name: string, value: string): unknown {
    try {
      return JSON.parse(value) as unknown;
    } catch (error) {
      this.reject(source, name, value, String(error));
      return undefined;
    }
  }

  protected reject(_source: Source, _name: string, _value: string, _reason: string): void {
    // A reader leaves everything as it is.
  }
}

/** The same, with writing, and with what is being grouped. What cannot be read is kept aside, for a person to look at. */
export class Documents extends DocumentReader {
  constructor(private readonly steady: Steady) {
    super(steady);
  }

  saveState(service: string, json: unknown): void {
    this.steady.write('INSERT OR REPLACE INTO state (service, value) VALUES (?, ?)', service, toJson(json));
  }

  deleteState(service: string): void {
    this.steady.write('DELETE FROM state WHERE service = ?', service);
  }

  setMeta(key: string, value: unknown): void {
    if (value === null) this.steady.write('DELETE FROM meta WHERE key = ?', key);
    else this.steady.write('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)', key, toJson(value));
  }

  stage(handler: string, service: string, item: unknown): number {
    const id = this.steady.nextId();
    const sql = 'INSERT INTO staged (id, handler, service, item) VALUES (?, ?, ?, ?)';
    this.steady.write(sql, id, handler, service, toJson(item));
    return id;
  }

  staged(): StagedItem[] {
    const items: StagedItem[] = [];
    for (const row of this.steady.all('SELECT id, handler, service, item FROM staged ORDER BY id')) {
      const { id, handler, service, item } = StagedRow.parse(row);
      const parsed = this.parse('staged', String(id), item);
      if (parsed !== undefined) items.push({ id, handler, service, item: parsed });
    }
    return items;
  }

  unstage(ids: readonly number[]): void {
    if (ids.length === 0) return;
    this.steady.write('DELETE FROM staged WHERE id IN (SELECT value FROM json_each(?))', JSON.stringify(ids));
  }

  protected override reject(source: Source, name: string, value: string, reason: string): void {
    this.steady.transaction(() => {
      if (source === 'state') this.deleteState(name);
      else if (source === 'meta') this.setMeta(name, null);
      else this.unstage([Number(name)]);
      const sql = 'INSERT INTO rejected (id, source, name, value, reason) VALUES (?, ?, ?, ?, ?)';
      this.steady.write(sql, this.steady.nextId(), source, name, value, reason);
    });
  }
}

/** @throws TypeError for what JSON cannot carry: that is a mistake in this program. */
function toJson(value: unknown): string {
  const text: unknown = JSON.stringify(value);
  if (typeof text !== 'string') throw new TypeError('Only what JSON can carry can be stored.');
  return text;
}
