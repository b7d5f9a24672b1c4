import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockIsSet, partText, pointText } from '../../../src/renderer/history/moments.ts';
import { DAY, HOUR, MINUTE } from '../../../src/renderer/history/spans.ts';
import { timeTicks } from '../../../src/renderer/history/time-axis.ts';

const at = (text: string): number => Date.parse(text);
const iso = (time: number): string => new Date(time).toISOString();

describe('the ticks of a time axis', () => {
  it('stand at round times of day, the day at midnight', () => {
    const ticks = timeTicks({ from: at('2026-11-24T21:10:00+01:00'), to: at('2026-11-25T03:00:00+01:00') }, 6);
    expect(ticks.map((tick) => iso(tick.at))).toEqual([
      '2026-11-24T21:00:00.000Z',
      '2026-11-24T22:00:00.000Z',
      '2026-11-24T23:00:00.000Z',
      '2026-11-25T00:00:00.000Z',
      '2026-11-25T01:00:00.000Z',
    ]);
    expect(ticks.filter(({ major }) => major).map((tick) => iso(tick.at))).toEqual(['2026-11-24T23:00:00.000Z']);
    expect(ticks[0]?.label).toBe('22:00');
  });

  it('have an hour twice that the clock goes through twice', () => {
    const ticks = timeTicks({ from: at('2026-10-25T00:30:00+02:00'), to: at('2026-10-25T04:30:00+01:00') }, 6);
    expect(ticks.map(({ label }) => label)).toEqual(['01:00', '02:00', '02:00', '03:00', '04:00']);
  });

  it('leave an hour out that the clock leaves out', () => {
    const ticks = timeTicks({ from: at('2026-03-29T00:30:00+01:00'), to: at('2026-03-29T05:30:00+02:00') }, 6);
    expect(ticks.map(({ label }) => label)).toEqual(['01:00', '03:00', '04:00', '05:00']);
  });

  it('stand at local midnights over a change of the clock', () => {
    const ticks = timeTicks({ from: at('2026-10-23T12:00:00+02:00'), to: at('2026-10-28T12:00:00+01:00') }, 8);
    expect(ticks.map((tick) => new Date(tick.at).getHours())).toEqual([0, 0, 0, 0, 0]);
  });

  it('are months, and a year where one begins', () => {
    const ticks = timeTicks({ from: at('2025-11-10T00:00:00Z'), to: at('2026-03-10T00:00:00Z') }, 5);
    expect(ticks.map((tick) => new Date(tick.at).getDate())).toEqual([1, 1, 1, 1]);
    expect(ticks.find(({ major }) => major)?.label).toBe('2026');
  });

  it('keep their places while a span moves over them', () => {
    const places = (from: number): number[] => timeTicks({ from, to: from + 20 * DAY }, 8).map((tick) => tick.at);
    const begin = at('2026-01-10T05:00:00Z');
    const all = new Set([...places(begin), ...places(begin + 20 * DAY)]);
    for (const place of places(begin + 7.3 * DAY)) expect(all.has(place)).toBe(true);
  });

  it('are within the span, in order, each once, and about as many as fit', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: at('2040-01-01T00:00:00Z') }),
        fc.integer({ min: 2 * MINUTE, max: 3650 * DAY }),
        fc.integer({ min: 2, max: 30 }),
        (from, length, most) => {
          const ticks = timeTicks({ from, to: from + length }, most).map((tick) => tick.at);
          expect(ticks).toEqual([...new Set(ticks)].sort((a, b) => a - b));
          expect(ticks.every((tick) => tick >= from && tick < from + length)).toBe(true);
          // Months are shorter than they are counted, and the clock may be set.
          expect(ticks.length).toBeLessThanOrEqual(most * 1.2 + 2);
        },
      ),
    );
  });

  it('are none where there is no span', () => {
    expect(timeTicks({ from: 5, to: 5 }, 10)).toEqual([]);
    expect(timeTicks({ from: 0, to: DAY }, 0)).toEqual([]);
  });
});

describe('a part of an axis in words', () => {
  const now = at('2026-11-25T13:30:00+01:00');

  it('has its day and both its times', () => {
    const text = partText({ from: at('2026-11-24T14:00:00+01:00'), to: at('2026-11-24T14:30:00+01:00') }, now);
    expect(text).toMatch(/24.*14:00–14:30$|Nov.*14:00–14:30$/);
    expect(text).not.toContain('2026');
  });

  it('has the year where it is another one', () => {
    expect(partText({ from: at('2025-11-24T14:00:00+01:00'), to: at('2025-11-24T14:30:00+01:00') }, now)).toContain(
      '2025',
    );
  });

  it('is only the day where it is a whole one, also of 25 hours', () => {
    const text = partText({ from: at('2026-10-25T00:00:00+02:00'), to: at('2026-10-26T00:00:00+01:00') }, now);
    expect(text).toMatch(/25/);
    expect(text).not.toMatch(/:/);
  });

  it('tells the two hours apart that have the same name', () => {
    const first = at('2026-10-25T02:15:00+02:00');
    const texts = [first, first + HOUR].map((from) => partText({ from, to: from + 15 * MINUTE }, now));
    expect(texts[0]).toContain('02:15');
    expect(texts[1]).toContain('02:15');
    expect(texts[0]).not.toBe(texts[1]);
    expect(pointText(first, MINUTE, now)).not.toBe(pointText(first + HOUR, MINUTE, now));
  });

  it('has seconds where it is that short', () => {
    const from = at('2026-11-24T14:00:00+01:00');
    expect(partText({ from, to: from + 15_000 }, now)).toMatch(/14:00:00–14:00:15/);
  });
});

describe('whether the clock is set', () => {
  it('is seen within a span, and over half a year that begins and ends alike', () => {
    expect(clockIsSet({ from: at('2026-10-24T00:00:00Z'), to: at('2026-10-26T00:00:00Z') })).toBe(true);
    expect(clockIsSet({ from: at('2026-02-01T00:00:00Z'), to: at('2026-12-01T00:00:00Z') })).toBe(true);
    expect(clockIsSet({ from: at('2026-11-01T00:00:00Z'), to: at('2026-12-01T00:00:00Z') })).toBe(false);
  });
});
