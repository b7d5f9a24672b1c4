import { describe, expect, it } from 'vitest';
import { formatNaiveLocal, parseTimestamp } from '../../../src/shared/timestamp.ts';

// The tests run in Europe/Berlin (vitest.config.ts): summer time is UTC+2 and ends on 2026-10-25 at 03:00.
const utc = (text: string): number => Date.parse(text);

describe('a time', () => {
  it.each([
    ['2026-06-15T12:00:00.123456', '2026-06-15T10:00:00.123Z'],
    ['2026-06-15T12:00:00', '2026-06-15T10:00:00Z'],
    ['2026-06-15 12:00:00', '2026-06-15T10:00:00Z'],
    ['2026-12-15T12:00', '2026-12-15T11:00:00Z'],
    ['2026-12-15', '2026-12-14T23:00:00Z'],
    ['2026-06-15T12:00:00Z', '2026-06-15T12:00:00Z'],
    ['2026-06-15T12:00:00.5+0530', '2026-06-15T06:30:00.500Z'],
    ['2026-06-15T12:00:00-07', '2026-06-15T19:00:00Z'],
  ])('%s is read', (text, expected) => {
    expect(parseTimestamp(text)).toBe(utc(expected));
  });

  it.each(['', 'yesterday', '12:00', '2026-13-45T00:00:00', '1795475613', 'NaN'])('%j is none', (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });

  it('in the hour that the end of summer time repeats is the one that fits when the file was written', () => {
    const first = utc('2026-10-25T00:30:00Z');
    const second = utc('2026-10-25T01:30:00Z');
    expect(parseTimestamp('2026-10-25T02:30:00', first)).toBe(first);
    expect(parseTimestamp('2026-10-25T02:30:00', second)).toBe(second);
    expect(parseTimestamp('2026-10-25T02:30:00', second + 60_000)).toBe(second);
  });

  it('is written as Python writes it, and read back', () => {
    const time = utc('2026-06-15T10:00:00.123Z');
    expect(formatNaiveLocal(time)).toBe('2026-06-15T12:00:00.123000');
    expect(parseTimestamp(formatNaiveLocal(time))).toBe(time);
  });
});
