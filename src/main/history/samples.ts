import type { Connection } from '../sqlite/connection.ts';
import { PER_HOUR } from './form.ts';
import { HOUR } from './hour.ts';
import { bytes, integer, text } from './rows.ts';
import { type Chunk, decodeChunk, encodeChunk, summarize } from './sample-codec.ts';

/** Of one service. What it reports beyond is not kept. */
const MOST_METRICS = 60;
const MOST_SERIES = 20_000;
const LONGEST_NAME = 300;
/** In one hour; a sample every 4 seconds. A row then still fits on one page. */
const MOST_IN_AN_HOUR = 900;
/** How long samples wait for each other at least and at most, in ms, and how much longer each further series makes it. */
const WAIT = { least: 15_000, most: 300_000, each: 150 };

interface Series {
  readonly id: number;
  /** The latest hour that has a row. */
  hour: number;
  open: (Chunk & { hour: number; changed: boolean }) | undefined;
}

/**
 * Writes the numbers that services report. Each series has one row an hour, which is rewritten as it grows: so samples are
 * gathered for a while, the longer the more series there are. A crash costs those of some minutes.
 */
export class Samples {
  readonly #series = new Map<string, Series>();
  readonly #perService = new Map<number, number>();
  readonly #changed = new Set<Series>();
  #nextId = 1;
  #writtenAt = 0;

  constructor(private readonly database: Connection) {
    for (const [id, service, metric, hour] of database.rows('SELECT id, service, metric, hour FROM series')) {
      const key = integer(id);
      this.#nextId = Math.max(this.#nextId, key + 1);
      this.#add(integer(service), text(metric), { id: key, hour: integer(hour), open: undefined });
    }
  }

  /** @param at milliseconds since the epoch. */
  add(service: number, at: number, values: readonly [metric: string, value: number][]): void {
    for (const [metric, value] of values) {
      if (!Number.isFinite(value) || metric.length > LONGEST_NAME) continue;
      const series = this.#of(service, metric);
      if (series !== undefined) this.#sample(series, at, value);
    }
  }

  /** Writes what waits, if it has waited long enough. @param now milliseconds since the epoch. */
  flush(now: number): void {
    const wait = Math.min(WAIT.most, Math.max(WAIT.least, this.#changed.size * WAIT.each));
    if (now >= this.#writtenAt && now < this.#writtenAt + wait) return;
    this.#writtenAt = now;
    this.writeAll();
  }

  writeAll(): void {
    for (const series of this.#changed) this.#write(series);
    this.#changed.clear();
  }

  /** Whether there is something of such a series that is not written. */
  waits(wanted: (id: number) => boolean): boolean {
    for (const { id } of this.#changed) if (wanted(id)) return true;
    return false;
  }

  /** Writes what waits of these series. */
  write(wanted: (id: number) => boolean): void {
    for (const series of this.#changed) {
      if (!wanted(series.id)) continue;
      this.#write(series);
      this.#changed.delete(series);
    }
  }

  /** Series that are not kept any more. */
  forget(ids: ReadonlySet<number>): void {
    for (const [key, { id }] of this.#series) {
      if (!ids.has(id)) continue;
      this.#series.delete(key);
      const service = Number(key.slice(0, key.indexOf(' ')));
      this.#perService.set(service, (this.#perService.get(service) ?? 1) - 1);
    }
  }

  #of(service: number, metric: string): Series | undefined {
    const known = this.#series.get(`${service} ${metric}`);
    if (known !== undefined) return known;
    if ((this.#perService.get(service) ?? 0) >= MOST_METRICS || this.#series.size >= MOST_SERIES) return undefined;
    const series = { id: this.#nextId, hour: -1, open: undefined };
    this.#nextId += 1;
    this.database.run(
      'INSERT INTO series (id, service, metric, hour) VALUES (?, ?, ?, -1)',
      series.id,
      service,
      metric,
    );
    this.#add(service, metric, series);
    return series;
  }

  #add(service: number, metric: string, series: Series): void {
    this.#series.set(`${service} ${metric}`, series);
    this.#perService.set(service, (this.#perService.get(service) ?? 0) + 1);
  }

  #sample(series: Series, at: number, value: number): void {
    const hour = Math.floor(at / HOUR);
    if (series.open?.hour !== hour) {
      if (series.open?.changed === true) this.#write(series);
      series.open = { hour, changed: false, ...this.#read(series, hour) };
    }
    const { offsets, values } = series.open;
    if (offsets.length >= MOST_IN_AN_HOUR) return;
    const offset = at - hour * HOUR;
    let index = offsets.length;
    while (index > 0 && (offsets[index - 1] ?? 0) > offset) index -= 1;
    // What is told twice, as after a clock was set back, counts once.
    if (offsets[index - 1] === offset) return;
    offsets.splice(index, 0, offset);
    values.splice(index, 0, value);
    series.open.changed = true;
    this.#changed.add(series);
  }

  #read({ id, hour: latest }: Series, hour: number): Chunk {
    if (hour > latest) return { offsets: [], values: [] };
    const [row] = this.database.rows('SELECT raw FROM sample_hour WHERE id = ?', hour * PER_HOUR + id);
    return row === undefined ? { offsets: [], values: [] } : decodeChunk(bytes(row[0]));
  }

  #write(series: Series): void {
    const { open } = series;
    if (open === undefined || !open.changed) return;
    const { count, min, avg, max } = summarize(open.values);
    this.database.run(
      'INSERT OR REPLACE INTO sample_hour (id, count, min, avg, max, raw) VALUES (?, ?, ?, ?, ?, ?)',
      open.hour * PER_HOUR + series.id,
      count,
      min,
      avg,
      max,
      encodeChunk(open),
    );
    open.changed = false;
    if (open.hour <= series.hour) return;
    series.hour = open.hour;
    this.database.run('UPDATE series SET hour = ? WHERE id = ?', open.hour, series.id);
  }
}
