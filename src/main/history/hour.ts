import { HEALTHY, NONE } from './codes.ts';

/** Milliseconds. */
export const HOUR = 3_600_000;
const MINUTE = 60_000;
const MINUTES = 60;
const STATUSES = 5;

/**
 * So many parts of an hour are kept as they were. Of a service that changes more often, each minute holds for how long it
 * had each status, and no longer in which order: an hour takes at most some 660 bytes, whatever happens in it.
 */
const MOST_PARTS = 60;

/** A part of an hour in which a service had one status. Milliseconds since the hour began. */
interface Part {
  from: number;
  to: number;
  status: number;
}

/** Told of each part: from, to (milliseconds since the epoch), status, and how much of it that is: less where minutes are mixed. */
export type OnPart = (from: number, to: number, status: number, ms: number) => void;

/** Rows of `hour`: milliseconds for each status, and the course where it is not all one. */
export interface HourRow {
  sums: number[];
  parts: Uint8Array | null;
}

/** What one service did in one hour. Every moment of it can be told once. */
export class Hour {
  readonly #parts: Part[] = [];
  #minutes: Uint16Array | undefined;
  readonly sums = [0, 0, 0, 0, 0];

  /** The hour as it was kept; an empty one without an argument. */
  constructor(row?: HourRow) {
    if (row === undefined) return;
    if (row.parts?.[0] === 1) this.#minutes = decodeMinutes(row.parts);
    else eachKeptPart(row, 0, (from, to, status) => this.#parts.push({ from, to, status }));
    row.sums.forEach((ms, status) => (this.sums[status] = ms));
  }

  /** Adds a part, in milliseconds since the hour began. It must not overlap another one. */
  add(from: number, to: number, status: number): void {
    this.sums[status] = (this.sums[status] ?? 0) + to - from;
    if (this.#minutes !== undefined) {
      spread(this.#minutes, from, to, status);
      return;
    }
    const parts = this.#parts;
    const last = parts.at(-1);
    if (last !== undefined && last.to === from && last.status === status) last.to = to;
    else if (last === undefined || last.to <= from) parts.push({ from, to, status });
    else insert(parts, { from, to, status });
    if (parts.length <= MOST_PARTS) return;
    const minutes = new Uint16Array(MINUTES * STATUSES);
    for (const part of parts) spread(minutes, part.from, part.to, part.status);
    this.#minutes = minutes;
    parts.length = 0;
  }

  row(): HourRow {
    const { sums } = this;
    return { sums, parts: this.#minutes === undefined ? encodeParts(this.#parts) : encodeMinutes(this.#minutes) };
  }
}

/** Only after a clock was set back into time that had not been observed. */
function insert(parts: Part[], part: Part): void {
  const index = parts.findIndex(({ from }) => from >= part.to);
  parts.splice(index === -1 ? parts.length : index, 0, part);
}

function spread(minutes: Uint16Array, from: number, to: number, status: number): void {
  for (let minute = Math.floor(from / MINUTE); minute * MINUTE < to; minute += 1) {
    const ms = Math.min(to, (minute + 1) * MINUTE) - Math.max(from, minute * MINUTE);
    const index = minute * STATUSES + status;
    minutes[index] = (minutes[index] ?? 0) + ms;
  }
}

/** Null where the whole hour is one status: that is in the sums. Else a zero, and four bytes wherever the status changes. */
function encodeParts(parts: readonly Part[]): Uint8Array | null {
  const [first] = parts;
  if (parts.length === 1 && first?.from === 0 && first.to === HOUR) return null;
  const words: number[] = [];
  let at = 0;
  for (const { from, to, status } of parts) {
    if (from > at && words.length > 0) words.push(wordOf(at, NONE));
    words.push(wordOf(from, status));
    at = to;
  }
  if (at < HOUR) words.push(wordOf(at, NONE));
  const bytes = new Uint8Array(1 + words.length * 4);
  words.forEach((word, index) => {
    bytes[index * 4 + 1] = word;
    bytes[index * 4 + 2] = word >> 8;
    bytes[index * 4 + 3] = word >> 16;
    bytes[index * 4 + 4] = word >> 24;
  });
  return bytes;
}

const OFFSET_BITS = 22;
const wordOf = (offset: number, status: number): number => offset | (status << OFFSET_BITS);

/** A one, and for each minute which statuses it has, and the milliseconds of each. */
function encodeMinutes(minutes: Uint16Array): Uint8Array {
  const bytes = [1];
  for (let minute = 0; minute < MINUTES; minute += 1) {
    const ms = minutes.subarray(minute * STATUSES, (minute + 1) * STATUSES);
    bytes.push(ms.reduce((mask, value, status) => mask | (value > 0 ? 1 << status : 0), 0));
    for (const value of ms) if (value > 0) bytes.push(value & 255, value >> 8);
  }
  return Uint8Array.from(bytes);
}

function decodeMinutes(bytes: Uint8Array): Uint16Array {
  const minutes = new Uint16Array(MINUTES * STATUSES);
  let position = 1;
  for (let minute = 0; minute < MINUTES; minute += 1) {
    const mask = bytes[position] ?? 0;
    position += 1;
    for (let status = 0; status < STATUSES; status += 1) {
      if ((mask & (1 << status)) === 0) continue;
      minutes[minute * STATUSES + status] = (bytes[position] ?? 0) | ((bytes[position + 1] ?? 0) << 8);
      position += 2;
    }
  }
  return minutes;
}

/** @param start when the hour began, milliseconds since the epoch. */
export function eachPart(row: HourRow, start: number, onPart: OnPart): void {
  if (row.parts?.[0] === 1) eachMinute(decodeMinutes(row.parts), start, onPart);
  else eachKeptPart(row, start, onPart);
}

function eachKeptPart({ parts, sums }: HourRow, start: number, onPart: OnPart): void {
  if (parts === null) {
    const status = sums.findIndex((ms) => ms > 0);
    if (status !== -1) onPart(start, start + HOUR, status, HOUR);
    return;
  }
  let from = 0;
  let status = NONE;
  for (let index = 1; index < parts.length; index += 4) {
    const high = parts[index + 3] ?? 0;
    const word = (parts[index] ?? 0) | ((parts[index + 1] ?? 0) << 8) | ((parts[index + 2] ?? 0) << 16) | (high << 24);
    const to = word & (2 ** OFFSET_BITS - 1);
    if (status !== NONE) onPart(start + from, start + to, status, to - from);
    from = to;
    status = word >> OFFSET_BITS;
  }
  if (status !== NONE && from < HOUR) onPart(start + from, start + HOUR, status, HOUR - from);
}

function eachMinute(minutes: Uint16Array, start: number, onPart: OnPart): void {
  for (let minute = 0; minute < MINUTES; minute += 1) {
    const from = start + minute * MINUTE;
    for (let status = HEALTHY; status < STATUSES; status += 1) {
      const ms = minutes[minute * STATUSES + status] ?? 0;
      if (ms > 0) onPart(from, from + MINUTE, status, ms);
    }
  }
}
