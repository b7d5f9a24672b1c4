import { HOUR } from './hour.ts';

/*
 * How samples are packed. Raw ones: when (milliseconds since the one before) and what, so that four bytes hold one and it comes
 * out as the same number. Older ones: the least, the average and the most of each hour of a day.
 */

/** Samples of one series within one hour, in order. `offsets` are milliseconds since the hour began. */
export interface Chunk {
  offsets: number[];
  values: number[];
}

export interface Summary {
  count: number;
  min: number;
  avg: number;
  max: number;
}

/** Numbers with up to so many decimal places are kept as integers. */
const MOST_DECIMALS = 4;
const AS_DOUBLES = 15;

export function summarize(values: readonly number[]): Summary {
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
  }
  // The sum of huge numbers may be none any more.
  const avg = sum / values.length;
  return { count: values.length, min, avg: Number.isFinite(avg) ? avg : min / 2 + max / 2, max };
}

export function encodeChunk({ offsets, values }: Chunk): Uint8Array {
  const decimals = decimalsOf(values);
  const scale = 10 ** decimals;
  const bytes: number[] = [decimals];
  const doubles = new DataView(new ArrayBuffer(8));
  let at = 0;
  let before = 0;
  offsets.forEach((offset, index) => {
    const value = values[index] ?? 0;
    pushVarint(bytes, offset - at);
    at = offset;
    if (decimals === AS_DOUBLES) {
      doubles.setFloat64(0, value);
      for (let byte = 0; byte < 8; byte += 1) bytes.push(doubles.getUint8(byte));
    } else {
      const integer = Math.round(value * scale);
      pushVarint(bytes, zigzag(integer - before));
      before = integer;
    }
  });
  return Uint8Array.from(bytes);
}

/** What cannot be read is left out. */
export function decodeChunk(bytes: Uint8Array): Chunk {
  const chunk: Chunk = { offsets: [], values: [] };
  const reader = { bytes, position: 1 };
  const decimals = bytes[0] ?? 0;
  const scale = 10 ** decimals;
  const doubles = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  let before = 0;
  while (reader.position < bytes.length) {
    at += readVarint(reader);
    if (at >= HOUR) break;
    if (decimals === AS_DOUBLES) {
      if (reader.position + 8 > bytes.length) break;
      chunk.values.push(doubles.getFloat64(reader.position));
      reader.position += 8;
    } else {
      before += unzigzag(readVarint(reader));
      chunk.values.push(before / scale);
    }
    chunk.offsets.push(at);
  }
  return chunk;
}

/** How many decimal places it takes to write all of them; `AS_DOUBLES` where no small number does. */
function decimalsOf(values: readonly number[]): number {
  let decimals = 0;
  for (const value of values) {
    while (!isInteger(value, decimals)) {
      decimals += 1;
      if (decimals > MOST_DECIMALS) return AS_DOUBLES;
    }
  }
  // One more decimal place may make a large number inexact.
  return values.every((value) => isInteger(value, decimals)) ? decimals : AS_DOUBLES;
}

/** Differences of two must be exact as well, and doubled. */
const LARGEST = 2 ** 50;

function isInteger(value: number, decimals: number): boolean {
  const scale = 10 ** decimals;
  const integer = Math.round(value * scale);
  return Math.abs(integer) < LARGEST && integer / scale === value;
}

const zigzag = (value: number): number => (value < 0 ? -value * 2 - 1 : value * 2);
const unzigzag = (value: number): number => (value % 2 === 0 ? value / 2 : -(value + 1) / 2);

function pushVarint(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}

function readVarint(reader: { bytes: Uint8Array; position: number }): number {
  let value = 0;
  let factor = 1;
  for (;;) {
    const byte = reader.bytes[reader.position] ?? 0;
    reader.position += 1;
    value += (byte & 127) * factor;
    if (byte < 128) return value;
    factor *= 128;
  }
}

const SAME = 0x80;
/** Single precision carries seven digits; whole numbers beyond need twice the room. */
const EXACT_IN_SINGLE = 2 ** 24;
const DIGITS = 7;

export const HOURS_A_DAY = 24;

/** Hours of a UTC day, each by its number from 0 to 23. */
export type DayOfSamples = Map<number, Summary>;

export function encodeDay(day: DayOfSamples): Uint8Array {
  const double = [...day.values()].some(({ min, max }) => min < -EXACT_IN_SINGLE || max > EXACT_IN_SINGLE);
  const width = double ? 8 : 4;
  const view = new DataView(new ArrayBuffer(1 + day.size * (3 + 3 * width)));
  view.setUint8(0, double ? 1 : 0);
  let position = 1;
  const push = (value: number): void => {
    if (double) view.setFloat64(position, value);
    else view.setFloat32(position, value);
    position += width;
  };
  for (const [hour, { count, min, avg, max }] of day) {
    const same = min === max;
    view.setUint8(position, hour + (same ? SAME : 0));
    view.setUint16(position + 1, Math.min(65_535, count));
    position += 3;
    push(min);
    if (same) continue;
    push(avg);
    push(max);
  }
  return new Uint8Array(view.buffer.slice(0, position));
}

/** What cannot be read is left out. */
export function decodeDay(bytes: Uint8Array): DayOfSamples {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const double = bytes[0] === 1;
  const width = double ? 8 : 4;
  const day: DayOfSamples = new Map();
  const read = (position: number): number =>
    double ? view.getFloat64(position) : Number(view.getFloat32(position).toPrecision(DIGITS));
  for (let position = 1; position + 3 + width <= bytes.length;) {
    const hour = view.getUint8(position);
    const count = view.getUint16(position + 1);
    position += 3;
    const min = read(position);
    if (hour >= SAME) {
      day.set(hour - SAME, { count, min, avg: min, max: min });
      position += width;
    } else {
      if (position + 3 * width > bytes.length) break;
      day.set(hour, { count, min, avg: read(position + width), max: read(position + 2 * width) });
      position += 3 * width;
    }
  }
  return day;
}
