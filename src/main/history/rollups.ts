import type { Connection } from '../sqlite/connection.ts';
import { dayNumber, localDay, type Span } from './days.ts';
import { PER_HOUR } from './form.ts';
import { HOUR, Hour } from './hour.ts';
import { bytes, integer, maybe } from './rows.ts';
import { sumSpan } from './sums.ts';

interface Open {
  id: number;
  hour: Hour;
  changed: boolean;
}

/**
 * Writes for how long each service had each status: by the hour, with its course, and by the local day. Of each service the
 * latest hour is held until `flush`.
 */
export class Rollups {
  readonly #open = new Map<number, Open>();
  /** Local days that have got something since they were last added up, by their beginning. */
  readonly #touched = new Map<number, Span>();
  #today: Span | undefined;
  /** No hour is kept from this number on, so that none needs to be looked for. */
  #end: number;
  /** No local day that is added up goes beyond it. */
  #doneUntil: number;

  constructor(private readonly database: Connection) {
    this.#end = Math.floor(integer(database.ask('SELECT coalesce(max(id), -1) FROM hour')) / PER_HOUR) + 1;
    this.#doneUntil = integer(database.ask('SELECT coalesce(max(ends), 0) FROM day WHERE done = 1'));
    for (const [start, ends] of database.rows('SELECT start, ends FROM day WHERE done = 0')) {
      this.#touched.set(integer(start), { from: integer(start), to: integer(ends) });
    }
  }

  /** A service had a status for that long. Every moment may be told once. */
  add(service: number, from: number, to: number, status: number): void {
    if (from >= to) return;
    this.#touch(from, to);
    for (let at = from; at < to;) {
      const number = Math.floor(at / HOUR);
      const start = number * HOUR;
      const end = Math.min(to, start + HOUR);
      const open = this.#opened(service, number);
      open.hour.add(at - start, end - start, status);
      open.changed = true;
      at = end;
    }
  }

  flush(): void {
    for (const open of this.#open.values()) this.#write(open);
  }

  /** Adds up those local days that are over. @param now milliseconds since the epoch. */
  completeDays(now: number): void {
    for (const [start, day] of this.#touched) {
      if (day.from <= now && now < day.to) continue;
      this.flush();
      for (const [service, sums] of sumSpan(this.database, day)) {
        this.database.run(
          `INSERT OR REPLACE INTO day_sum (id, healthy, warning, error, fatal, unknown) VALUES (?, ?, ?, ?, ?, ?)`,
          dayNumber(start) * PER_HOUR + service,
          ...sums,
        );
      }
      this.database.run('UPDATE day SET done = 1 WHERE start = ?', start);
      this.#doneUntil = Math.max(this.#doneUntil, day.to);
      this.#touched.delete(start);
    }
  }

  #opened(service: number, number: number): Open {
    const id = number * PER_HOUR + service;
    const open = this.#open.get(service);
    if (open?.id === id) return open;
    if (open !== undefined) this.#write(open);
    const hour = number >= this.#end ? new Hour() : this.#read(id);
    const next = { id, hour, changed: false };
    this.#open.set(service, next);
    return next;
  }

  #read(id: number): Hour {
    const [row] = this.database.rows(
      'SELECT healthy, warning, error, fatal, unknown, parts FROM hour WHERE id = ?',
      id,
    );
    if (row === undefined) return new Hour();
    return new Hour({ sums: row.slice(0, 5).map(integer), parts: maybe(row[5], bytes) });
  }

  #write(open: Open): void {
    if (!open.changed) return;
    const { sums, parts } = open.hour.row();
    this.database.run(
      `INSERT OR REPLACE INTO hour (id, healthy, warning, error, fatal, unknown, parts) VALUES (?, ?, ?, ?, ?, ?, ?)`,
      open.id,
      ...sums,
      parts,
    );
    this.#end = Math.max(this.#end, Math.floor(open.id / PER_HOUR) + 1);
    open.changed = false;
  }

  /** The local days of a span will have to be added up, those that had been as well. */
  #touch(from: number, to: number): void {
    if (from < this.#doneUntil) this.#reopen(from, to);
    for (let at = from; at < to;) {
      const today = this.#today;
      const day = today !== undefined && today.from <= at && at < today.to ? today : localDay(at);
      if (day !== today || !this.#touched.has(day.from)) {
        this.#today = day;
        this.#touched.set(day.from, day);
        this.database.run('INSERT OR REPLACE INTO day (start, ends, done) VALUES (?, ?, 0)', day.from, day.to);
      }
      at = day.to;
    }
  }

  /** Only after a clock was set back into time that had not been observed, or the zone was changed. */
  #reopen(from: number, to: number): void {
    const sql = 'SELECT start, ends FROM day WHERE done = 1 AND start < ? AND ends > ?';
    for (const [start, ends] of this.database.rows(sql, to, from)) {
      this.database.run('UPDATE day SET done = 0 WHERE start = ?', integer(start));
      this.#touched.set(integer(start), { from: integer(start), to: integer(ends) });
    }
  }
}
