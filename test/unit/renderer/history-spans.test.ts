import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolvePair } from '../../../src/renderer/history/periods.ts';
import {
  clampSpan,
  DAY,
  dayStart,
  fieldTime,
  HOUR,
  LONGEST,
  MINUTE,
  panSpan,
  partsFor,
  resolveSpan,
  SHORTEST,
  spanBefore,
  spanOfFields,
  zoomSpan,
} from '../../../src/renderer/history/spans.ts';

const NOW = Date.parse('2026-11-25T13:30:00+01:00');
const anySpan = fc
  .tuple(fc.integer({ min: 0, max: NOW - SHORTEST }), fc.integer({ min: SHORTEST, max: LONGEST }))
  .map(([from, length]) => ({ from, to: Math.min(NOW, from + length) }))
  .filter(({ from, to }) => to - from >= SHORTEST);

describe('a span that goes on with the clock', () => {
  it('is today since local midnight', () => {
    expect(resolveSpan({ kind: 'today' }, NOW)).toEqual({ from: Date.parse('2026-11-25T00:00:00+01:00'), to: NOW });
  });

  it('is today with the hour that the clock was set back by', () => {
    const evening = Date.parse('2026-10-25T20:00:00+01:00');
    const { from, to } = resolveSpan({ kind: 'today' }, evening);
    expect((to - from) / HOUR).toBe(21);
  });

  it('is a little of yesterday, too, just after midnight', () => {
    const midnight = dayStart(NOW);
    expect(resolveSpan({ kind: 'today' }, midnight + 1000)).toEqual({
      from: midnight + 1000 - SHORTEST,
      to: midnight + 1000,
    });
  });

  it('is this month since its first day', () => {
    expect(resolveSpan({ kind: 'month' }, NOW).from).toBe(Date.parse('2026-11-01T00:00:00+01:00'));
  });

  it.each([
    ['24h', DAY],
    ['7d', 7 * DAY],
    ['30d', 30 * DAY],
    ['90d', 90 * DAY],
  ] as const)('is %s up to now', (kind, length) => {
    expect(resolveSpan({ kind }, NOW)).toEqual({ from: NOW - length, to: NOW });
  });
});

describe('moving in time', () => {
  it('keeps the moment that is zoomed around where it is', () => {
    const span = { from: NOW - 10 * DAY, to: NOW - 5 * DAY };
    const around = NOW - 8 * DAY;
    const before = (around - span.from) / (span.to - span.from);
    const zoomed = zoomSpan(span, 0.5, around, NOW);
    expect(zoomed.to - zoomed.from).toBe((span.to - span.from) / 2);
    expect((around - zoomed.from) / (zoomed.to - zoomed.from)).toBeCloseTo(before, 6);
  });

  it('never leads into the future, nor out of the bounds of a length', () => {
    fc.assert(
      fc.property(
        anySpan,
        fc.double({ min: 0.001, max: 1000, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: -3, max: 3, noNaN: true }),
        (span, factor, place, share) => {
          const around = span.from + place * (span.to - span.from);
          for (const moved of [zoomSpan(span, factor, around, NOW), panSpan(span, share, NOW)]) {
            expect(Number.isInteger(moved.from) && Number.isInteger(moved.to)).toBe(true);
            expect(moved.from).toBeGreaterThanOrEqual(0);
            expect(moved.to - moved.from).toBeGreaterThanOrEqual(SHORTEST);
            expect(moved.to - moved.from).toBeLessThanOrEqual(LONGEST);
            // Only at the very beginning of time there may be no room for the length.
            if (moved.from > 0) expect(moved.to).toBeLessThanOrEqual(NOW);
          }
        },
      ),
    );
  });

  it('goes back by what it went on by', () => {
    const span = { from: NOW - 20 * DAY, to: NOW - 10 * DAY };
    expect(panSpan(panSpan(span, -0.5, NOW), 0.5, NOW)).toEqual(span);
  });

  it('stops at now', () => {
    expect(panSpan({ from: NOW - 2 * DAY, to: NOW - DAY }, 5, NOW)).toEqual({ from: NOW - DAY, to: NOW });
    expect(clampSpan({ from: NOW, to: NOW + DAY }, NOW)).toEqual({ from: NOW - DAY, to: NOW });
  });
});

describe('the parts of a span', () => {
  it('are as many as there is room for', () => {
    expect(partsFor(900, 3, { from: 0, to: DAY })).toBe(300);
  });
  it('are at least a second long, at least one, and no more than the contract takes', () => {
    expect(partsFor(3000, 3, { from: 0, to: 2 * MINUTE })).toBe(120);
    expect(partsFor(0, 3, { from: 0, to: DAY })).toBe(1);
    expect(partsFor(1e6, 3, { from: 0, to: DAY })).toBe(2000);
  });
});

describe('a span typed by hand', () => {
  it('is read in local time, as it is written', () => {
    const span = { from: NOW - 3 * DAY, to: NOW - DAY };
    expect(fieldTime(span.from)).toBe('2026-11-22T13:30');
    expect(spanOfFields(fieldTime(span.from), fieldTime(span.to), NOW)).toEqual(span);
  });
  it.each([
    ['', '2026-11-22T13:30', /filled in/],
    ['2026-11-22T13:30', 'soon', /filled in/],
    ['1969-01-01T00:00', '2026-11-22T13:30', /before 1970/],
    ['2026-11-26T13:30', '2026-11-27T13:30', /future/],
    ['2026-11-22T13:30', '2026-11-22T13:31', /2 minutes/],
    ['2026-11-22T13:30', '2026-11-21T13:30', /2 minutes/],
    ['2001-11-22T13:30', '2026-11-21T13:30', /10 years/],
  ])('is refused from %j to %j', (from, to, sentence) => {
    expect(spanOfFields(from, to, NOW)).toMatch(sentence);
  });
});

describe('two periods', () => {
  it('are a span and the one of the same length before it', () => {
    expect(resolvePair('7d', NOW)).toEqual({
      a: { from: NOW - 7 * DAY, to: NOW },
      b: { from: NOW - 14 * DAY, to: NOW - 7 * DAY },
    });
    expect(spanBefore({ from: 10, to: 15 })).toEqual({ from: 5, to: 10 });
  });

  it('compare a day that is not over with as much of the day before', () => {
    const { a, b } = resolvePair('today', NOW);
    expect(a.from).toBe(dayStart(NOW));
    expect(b).toEqual({ from: dayStart(NOW, 1), to: dayStart(NOW, 1) + (a.to - a.from) });
  });

  it('compare a month with as much of the last one as it has', () => {
    const end = Date.parse('2026-03-31T12:00:00+02:00');
    const { a, b } = resolvePair('month', end);
    expect(a).toEqual({ from: Date.parse('2026-03-01T00:00:00+01:00'), to: end });
    expect(b).toEqual({
      from: Date.parse('2026-02-01T00:00:00+01:00'),
      to: Date.parse('2026-03-01T00:00:00+01:00'),
    });
  });

  it('of the contract have a length, whenever they are asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 31 * DAY, max: NOW }),
        fc.constantFrom('today', '7d', '30d', 'month'),
        (now, pair) => {
          const { a, b } = resolvePair(pair, now);
          expect(a.to).toBeGreaterThan(a.from);
          expect(b.to).toBeGreaterThan(b.from);
          expect(b.to).toBeLessThanOrEqual(a.from);
        },
      ),
    );
  });
});
