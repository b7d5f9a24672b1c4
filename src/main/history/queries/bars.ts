import { BAR_LETTERS, type BarLetter, type Bars, type BarsQuery } from '../../../shared/history.ts';
import { BADNESS, isUp, NONE, statusOf } from '../codes.ts';
import type { Span } from '../days.ts';
import { eachPart, HOUR } from '../hour.ts';
import { eachHourRow, overlap, sumSpan } from '../sums.ts';
import { Selection, type Source } from './selection.ts';

/** From this width on, a part is put together from whole days. */
const WIDE = 48 * HOUR;
/** So many hours are read at once. */
const AT_ONCE = 24;

/** What is known of one service: milliseconds of each part. */
interface Course {
  observed: Float64Array;
  down: Float64Array;
  worst: Uint8Array;
}

/** A span cut into equal parts, each told by its worst status. */
export function findBars(source: Source, query: BarsQuery): Bars {
  const { from, to, buckets } = query;
  if (from >= to) return { from, to, buckets, services: [] };
  const selection = new Selection(source, query.services);
  const courses = new Courses({ from, to }, buckets);
  if (courses.width >= WIDE) addWide(source, selection, courses);
  else addHours(source, selection, courses);
  selection.eachTail(query, ({ id }, begins, ends, status) => courses.add(id, begins, ends, status, ends - begins));
  const services = selection.services.flatMap(({ id, service }) => {
    const course = courses.of(id);
    if (course === undefined && selection.all) return [];
    return [{ service, ...describe(course, buckets, courses.width) }];
  });
  return { from, to, buckets, services };
}

class Courses {
  readonly width: number;
  readonly #courses = new Map<number, Course>();

  constructor(
    readonly span: Span,
    private readonly buckets: number,
  ) {
    this.width = (span.to - span.from) / buckets;
  }

  of(service: number): Course | undefined {
    return this.#courses.get(service);
  }

  /** @param ms how much of the time from `begins` to `ends` it is. */
  add(service: number, begins: number, ends: number, status: number, ms: number): void {
    const { from, to } = this.span;
    if (ends <= from || begins >= to) return;
    let index = Math.max(0, Math.floor((begins - from) / this.width));
    for (; index < this.buckets; index += 1) {
      const start = from + index * this.width;
      if (start >= ends) break;
      const end = index === this.buckets - 1 ? to : from + (index + 1) * this.width;
      this.addTo(service, index, status, overlap(begins, ends, ms, start, end));
    }
  }

  addTo(service: number, index: number, status: number, ms: number): void {
    if (ms <= 0) return;
    let course = this.#courses.get(service);
    if (course === undefined) {
      course = {
        observed: new Float64Array(this.buckets),
        down: new Float64Array(this.buckets),
        worst: new Uint8Array(this.buckets).fill(NONE),
      };
      this.#courses.set(service, course);
    }
    course.observed[index] = (course.observed[index] ?? 0) + ms;
    if (!isUp(status)) course.down[index] = (course.down[index] ?? 0) + ms;
    if ((BADNESS[status] ?? 0) > (BADNESS[course.worst[index] ?? NONE] ?? 0)) course.worst[index] = status;
  }
}

function addWide(source: Source, selection: Selection, courses: Courses): void {
  const { from, to } = courses.span;
  for (let index = 0; from + index * courses.width < to; index += 1) {
    const start = from + index * courses.width;
    const span = { from: start, to: Math.min(to, start + courses.width) };
    selection.eachRead((service) => {
      for (const [id, sums] of sumSpan(source.database, span, service)) {
        if (selection.has(id)) sums.forEach((ms, status) => courses.addTo(id, index, status, ms));
      }
    });
  }
}

function addHours(source: Source, selection: Selection, courses: Courses): void {
  const { from, to } = courses.span;
  const end = Math.ceil(to / HOUR);
  const firstEdge = (start: number): number => (start - from) / courses.width;
  selection.eachRead((service) => {
    for (let hour = Math.floor(from / HOUR); hour < end; hour += AT_ONCE) {
      eachHourRow(source.database, hour, Math.min(end, hour + AT_ONCE), service, (id, start, row) => {
        if (!selection.has(id)) return;
        const index = Math.floor(firstEdge(start));
        // The course within the hour does not matter where it lies in one part as a whole.
        if (start >= from && start + HOUR <= to && firstEdge(start + HOUR) <= index + 1) {
          row.sums.forEach((ms, status) => courses.addTo(id, index, status, ms));
        } else {
          eachPart(row, start, (begins, ends, status, ms) => courses.add(id, begins, ends, status, ms));
        }
      });
    }
  });
}

const LETTERS = new Map(Object.entries(BAR_LETTERS).map(([letter, status]) => [status, letter as BarLetter]));
const seconds = (ms: number): number => Math.round(ms) / 1000;

function describe(
  course: Course | undefined,
  buckets: number,
  width: number,
): { worst: string; down: number[]; unobserved: number[] } {
  if (course === undefined) {
    const nothing = Array.from({ length: buckets }, () => 0);
    return { worst: '-'.repeat(buckets), down: nothing, unobserved: nothing.map(() => seconds(width)) };
  }
  let worst = '';
  for (const status of course.worst) worst += LETTERS.get(statusOf(status) ?? 'unobserved') ?? '-';
  return {
    worst,
    down: Array.from(course.down, seconds),
    unobserved: Array.from(course.observed, (observed) => seconds(Math.max(0, width - observed))),
  };
}
