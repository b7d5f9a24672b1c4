import { describe, expect, it } from 'vitest';
import { parseMoment } from '../../../src/cli/moment.ts';

/** In Berlin, where the tests are: the clock was set back on the night to this day. */
const NOW = new Date(2026, 9, 25, 15, 30).getTime();
const iso = (text: string, edge: 'begin' | 'end' = 'begin'): string =>
  new Date(parseMoment(text, NOW, edge)).toISOString();

describe('parseMoment', () => {
  it.each([
    ['2h', '2026-10-25T12:30:00.000Z'],
    ['90 min', '2026-10-25T13:00:00.000Z'],
    ['1.5h', '2026-10-25T13:00:00.000Z'],
    ['30s', '2026-10-25T14:29:30.000Z'],
    ['7d', '2026-10-18T14:30:00.000Z'],
    ['2W', '2026-10-11T14:30:00.000Z'],
    ['now', '2026-10-25T14:30:00.000Z'],
    ['today', '2026-10-24T22:00:00.000Z'],
    ['Yesterday', '2026-10-23T22:00:00.000Z'],
    ['2026-06-01', '2026-05-31T22:00:00.000Z'],
    ['2026-06-01T18:00', '2026-06-01T16:00:00.000Z'],
    ['2026-06-01T18:00:00Z', '2026-06-01T18:00:00.000Z'],
    ['2026-06-01T18:00+05:00', '2026-06-01T13:00:00.000Z'],
  ])('reads %s', (text, expected) => {
    expect(iso(text)).toBe(expected);
  });

  it.each([
    ['today', '2026-10-25T23:00:00.000Z'],
    ['yesterday', '2026-10-24T22:00:00.000Z'],
    ['2026-06-01', '2026-06-01T22:00:00.000Z'],
    ['2h', '2026-10-25T12:30:00.000Z'],
  ])('takes %s as an end with all of its day', (text, expected) => {
    expect(iso(text, 'end')).toBe(expected);
  });

  it.each([
    '',
    'h',
    '2',
    '2 fortnights',
    '2026-13-01',
    '2026-02-30',
    'tomorrow',
    '-2h',
    'constructor',
    '1x',
    '0001-01-01',
  ])('refuses %j in a sentence', (text) => {
    expect(() => parseMoment(text, NOW, 'begin')).toThrow('is no moment. Write');
  });
});
