import type { Series, SeriesQuery, Sparks, SparksQuery } from '../../../shared/history.ts';
import type { BulkReadable } from '../../sqlite/connection.ts';
import type { Span } from '../days.ts';
import { PER_HOUR } from '../form.ts';
import { HOUR } from '../hour.ts';
import { bytes, integer, real } from '../rows.ts';
import { type Chunk, decodeChunk, decodeDay, HOURS_A_DAY, type Summary } from '../sample-codec.ts';
import { unitOf } from './metrics.ts';
import { Selection, type Source } from './selection.ts';

/** What is kept of one series in one hour. `raw` only as long as every sample is kept. */
interface SampledHour extends Summary {
  start: number;
  raw?: Chunk;
}

/** A line as small as a word needs no more than the average of the hour from this width of a point on, in ms. */
const COARSE_SPARK = 1_200_000;
/** A part is a gap where it holds no sample; so it must be somewhat wider than the time between two. */
const ROOM = 1.5;

/** The values of one metric, thinned. */
export function findSeries(source: Source, query: SeriesQuery): Series {
  const { database } = source;
  const { service, metric, from, to } = query;
  const id = seriesOf(database, service, metric);
  const fine = (to - from) / query.points < HOUR;
  const hours = id === undefined || from >= to ? [] : readHours(database, id, { from, to }, fine);
  const points = fine ? pointsFor(hours, query) : query.points;
  const line = new Line(query, points);
  for (const hour of hours) line.addHour(hour, fine);
  return { service, metric, unit: unitOf(metric), ...line.values() };
}

/** One metric of many services. */
export function findSparks(source: Source, query: SparksQuery): Sparks {
  const { from, to, points, metric } = query;
  const width = (to - from) / points;
  const fine = width < COARSE_SPARK;
  const services = new Selection(source, query.services).services.flatMap(({ service }) => {
    const id = seriesOf(source.database, service, metric);
    if (id === undefined || from >= to) return [];
    const line = new Line(query, points);
    for (const hour of readHours(source.database, id, query, fine)) line.addHour(hour, width < HOUR);
    return [{ service, values: line.values().avg }];
  });
  return { from, to, unit: unitOf(metric), services };
}

function seriesOf(database: BulkReadable, service: string, metric: string): number | undefined {
  const sql = 'SELECT id FROM series WHERE service = (SELECT id FROM service WHERE service = ?) AND metric = ?';
  const [row] = database.rows(sql, service, metric);
  return row === undefined ? undefined : integer(row[0]);
}

/** Every hour of a span that has samples, in order of what is kept: days first. @param raw whether every sample is wanted. */
export function readHours(database: BulkReadable, series: number, { from, to }: Span, raw: boolean): SampledHour[] {
  const first = Math.floor(from / HOUR);
  const end = Math.ceil(to / HOUR);
  const numbers = `WITH RECURSIVE each (number) AS (SELECT ?1 WHERE ?1 < ?2 UNION ALL SELECT number + 1 FROM each WHERE number + 1 < ?2)`;
  const hours: SampledHour[] = [];
  const days = database.rows(
    `${numbers} SELECT number, body FROM each CROSS JOIN sample_day ON id = number * ${PER_HOUR} + ?3`,
    Math.floor(first / HOURS_A_DAY),
    Math.ceil(end / HOURS_A_DAY),
    series,
  );
  for (const [day, body] of days) {
    for (const [hour, summary] of decodeDay(bytes(body))) {
      const number = integer(day) * HOURS_A_DAY + hour;
      if (number >= first && number < end) hours.push({ start: number * HOUR, ...summary });
    }
  }
  const rows = database.rows(
    `${numbers} SELECT number, count, min, avg, max${raw ? ', raw' : ''}
      FROM each CROSS JOIN sample_hour ON id = number * ${PER_HOUR} + ?3`,
    first,
    end,
    series,
  );
  for (const [number, count, min, avg, max, body] of rows) {
    const hour = {
      start: integer(number) * HOUR,
      count: integer(count),
      min: real(min),
      avg: real(avg),
      max: real(max),
    };
    hours.push(raw ? { ...hour, raw: decodeChunk(bytes(body)) } : hour);
  }
  return hours;
}

/** As many points as there can be without a gap between two samples. */
function pointsFor(hours: readonly SampledHour[], { from, to, points }: SeriesQuery): number {
  const distances: number[] = [];
  for (const { raw } of hours) {
    raw?.offsets.forEach((offset, index) => {
      if (index > 0) distances.push(offset - (raw.offsets[index - 1] ?? 0));
    });
  }
  if (distances.length === 0) return points;
  const middle = distances.sort((a, b) => a - b)[Math.floor(distances.length / 2)] ?? 0;
  return Math.min(points, Math.max(2, Math.floor((to - from) / (middle * ROOM || 1))));
}

class Line {
  readonly #width: number;
  readonly #min: Float64Array;
  readonly #max: Float64Array;
  readonly #sum: Float64Array;
  readonly #count: Float64Array;

  constructor(
    private readonly span: Span,
    private readonly points: number,
  ) {
    this.#width = (span.to - span.from) / points;
    this.#min = new Float64Array(points).fill(Infinity);
    this.#max = new Float64Array(points).fill(-Infinity);
    this.#sum = new Float64Array(points);
    this.#count = new Float64Array(points);
  }

  /** @param fine whether points are shorter than an hour: all that it covers get what is known of it. */
  addHour({ start, raw, ...summary }: SampledHour, fine: boolean): void {
    const { from, to } = this.span;
    if (raw !== undefined) {
      raw.offsets.forEach((offset, index) => {
        const value = raw.values[index] ?? 0;
        const at = start + offset;
        if (at >= from && at < to) this.#add(this.#indexOf(at), { count: 1, min: value, avg: value, max: value });
      });
    } else if (!fine) {
      const middle = start + HOUR / 2;
      if (middle >= from && middle < to) this.#add(this.#indexOf(middle), summary);
    } else {
      const last = this.#indexOf(Math.min(to, start + HOUR) - 1);
      for (let index = this.#indexOf(Math.max(from, start)); index <= last; index += 1) this.#add(index, summary);
    }
  }

  values(): { at: number[]; min: (number | null)[]; avg: (number | null)[]; max: (number | null)[] } {
    const { from } = this.span;
    const known = (value: number, index: number): number | null => (this.#count[index] === 0 ? null : value);
    return {
      at: Array.from(this.#min, (_, index) => from + (index + 0.5) * this.#width),
      min: Array.from(this.#min, known),
      avg: Array.from(this.#sum, (sum, index) => known(sum / (this.#count[index] ?? 1), index)),
      max: Array.from(this.#max, known),
    };
  }

  #indexOf(at: number): number {
    return Math.max(0, Math.min(this.points - 1, Math.floor((at - this.span.from) / this.#width)));
  }

  #add(index: number, { count, min, avg, max }: Summary): void {
    this.#min[index] = Math.min(this.#min[index] ?? Infinity, min);
    this.#max[index] = Math.max(this.#max[index] ?? -Infinity, max);
    this.#sum[index] = (this.#sum[index] ?? 0) + avg * count;
    this.#count[index] = (this.#count[index] ?? 0) + count;
  }
}
