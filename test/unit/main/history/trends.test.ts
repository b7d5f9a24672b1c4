import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slopeOf } from '../../../../src/main/history/slope.ts';
import { hasTrend, type Hours, TREND_POINTS, TREND_SPAN, trendOf } from '../../../../src/main/history/trends.ts';
import type { Trend } from '../../../../src/shared/history.ts';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-06-15T12:00:00Z');
const DISK = { metric: 'resources/disk_percent', label: 'resources: disk_percent', unit: '%' };
const REPORTS = { metric: 'report_interval', label: 'Time between reports', unit: 's' };
const ERRORS = { metric: 'errors', label: 'Errors', unit: '' };
const RESTARTS = { metric: 'restarts', label: 'Restarts', unit: '' };

/** A week by the hour; `value` gets hours since its beginning. */
function week(value: (hour: number) => number | null): Hours {
  const at = Array.from({ length: TREND_POINTS }, (_unused, hour) => NOW - TREND_SPAN + (hour + 0.5) * HOUR);
  const values = at.map((_unused, hour) => value(hour));
  return { at, min: values, avg: values, max: values };
}

/** The sums of what is added in each hour. */
function counting(added: (hour: number) => number, { from = 0, resets = [] as number[] } = {}): Hours {
  let sum = from;
  return week((hour) => {
    if (resets.includes(hour)) sum = 0;
    sum += added(hour);
    return sum;
  });
}

const trend = (info: typeof DISK, hours: Hours): Trend | null => trendOf('core', info, hours, NOW);

describe('trendOf', () => {
  it('tells when a disk is full, with the numbers behind it', () => {
    expect(
      trend(
        DISK,
        week((hour) => 70 + (1.2 * hour) / 24),
      ),
    ).toEqual({
      service: 'core',
      kind: 'disk-full',
      message: 'The disk is 78.3 % full (resources: disk_percent) and gains 1.2 points a day: full in about 18 days.',
      metric: 'resources/disk_percent',
      from: NOW - TREND_SPAN + HOUR / 2,
      to: NOW,
    });
  });

  it('tells that reports come later than a week ago', () => {
    const found = trend(
      REPORTS,
      week((hour) => 30 + (hour * 12) / TREND_POINTS),
    );
    expect(found?.kind).toBe('slower-reports');
    expect(found?.message).toMatch(/^Its reports come every 41\.9 s; 6 d 23 h earlier they came every 30 s\.$/);
  });

  it('tells that there are more errors than there were a day', () => {
    const found = trend(
      ERRORS,
      counting((hour) => (hour >= 150 ? 2 : hour % 12 === 0 ? 1 : 0)),
    );
    expect(found?.kind).toBe('more-errors');
    expect(found?.message).toBe('37 errors in the last 24 hours; in the 5 d 22 h before it was 1.8 a day.');
  });

  it('tells of three restarts in a day where there were none, and not of two', () => {
    const after = (...hours: number[]): Hours => counting((hour) => (hours.includes(hour) ? 1 : 0), { from: 4 });
    expect(trend(RESTARTS, after(150, 155, 160))?.message).toMatch(
      /^3 restarts in the last 24 hours; .* before it was 0 a day\.$/,
    );
    expect(trend(RESTARTS, after(150, 160))).toBeNull();
  });

  it.each<[string, typeof DISK, Hours]>([
    ['a disk that is full in more than a month', DISK, week((hour) => 20 + (0.2 * hour) / 24)],
    ['a disk that is emptied every night', DISK, week((hour) => 60 + (hour % 24))],
    ['a disk that something large was put on', DISK, week((hour) => (hour < 84 ? 40 : 70))],
    ['a disk that gets emptier', DISK, week((hour) => 90 - hour / 10)],
    ['a disk that is full and stays so', DISK, week(() => 97)],
    ['a rise of a rounding', DISK, week((hour) => (hour < 60 ? 98.9 : hour < 120 ? 99 : 99.1))],
    ['reports of which a setting changed the interval', REPORTS, week((hour) => (hour < 84 ? 30 : 60))],
    ['reports that are a little later', REPORTS, week((hour) => 30 + hour / 100)],
    ['reports that come sooner', REPORTS, week((hour) => 60 - hour / 10)],
    ['reports that are later by day than by night', REPORTS, week((hour) => 30 + 10 * Math.sin((hour * Math.PI) / 12))],
    ['a single day', REPORTS, week((hour) => (hour < TREND_POINTS - 24 ? null : 30 + hour))],
    ['a dozen hours here and there', REPORTS, week((hour) => (hour % 14 === 0 ? 30 + hour : null))],
    ['errors that are as many every day', ERRORS, counting((hour) => (hour % 2 === 0 ? 3 : 0))],
    ['errors of a day with none before that was observed', ERRORS, week((hour) => (hour < 144 ? null : hour))],
    [
      'a counter that begins again',
      ERRORS,
      counting((hour) => (hour % 8 === 0 ? 1 : 0), { from: 4000, resets: [160] }),
    ],
    ['a counter that something was taken back from', ERRORS, week((hour) => (hour === 160 ? 3999 : 4000))],
    ['what rose while nobody observed', ERRORS, week((hour) => (hour < 100 ? 7 : hour < 150 ? null : 900))],
    ['no values at all', ERRORS, week(() => null)],
  ])('says nothing of %s', (_what, info, hours) => {
    expect(trend(info, hours)).toBeNull();
  });

  it('sees a slope through gaps and a few wild values', () => {
    const hours = week((hour) =>
      hour % 5 === 0 || (hour > 40 && hour < 60) ? null : hour % 31 === 1 ? 3 : 70 + hour / 12,
    );
    expect(trend(DISK, hours)?.message).toContain('gains 2 points a day');
  });

  const noise = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
    minLength: TREND_POINTS,
    maxLength: TREND_POINTS,
  });
  const holes = fc.array(fc.boolean(), { minLength: TREND_POINTS, maxLength: TREND_POINTS });
  const rate = fc.integer({ min: 1, max: 40 });

  it('takes no noise for a trend, however loud, with whatever gaps', () => {
    fc.assert(
      fc.property(noise, holes, fc.double({ min: 0, max: 30, noNaN: true }), (values, gaps, loudness) => {
        const hours = week((hour) => (gaps[hour] ? null : 50 + loudness * (values[hour] ?? 0)));
        expect(trend(DISK, hours)).toBeNull();
        expect(trend(REPORTS, hours)).toBeNull();
      }),
    );
  });

  it('finds a slope below noise a quarter as large, and its rate', () => {
    fc.assert(
      fc.property(noise, fc.double({ min: 4, max: 40, noNaN: true }), (values, rise) => {
        const hours = week((hour) => 50 + (rise * hour) / TREND_POINTS + ((values[hour] ?? 0) * rise) / 8);
        const slope = slopeOf(hours.at.map((at, hour) => ({ at, value: hours.avg[hour] ?? 0 })));
        expect(((slope?.perMs ?? 0) * TREND_SPAN) / rise).toBeGreaterThan(0.8);
        expect(((slope?.perMs ?? 0) * TREND_SPAN) / rise).toBeLessThan(1.2);
        if (rise >= 12) expect(trend(DISK, hours)?.kind).toBe('disk-full');
      }),
      { numRuns: 50 },
    );
  });

  it('makes no hint of a steady count by resets and gaps, wherever they are', () => {
    fc.assert(
      fc.property(rate, holes, fc.array(fc.nat(TREND_POINTS - 1), { maxLength: 20 }), (every, gaps, resets) => {
        const steady = counting((hour) => (hour % every === 0 ? 1 : 0), { from: 1000, resets });
        const hours = { ...steady, max: steady.max.map((value, hour) => (gaps[hour] ? null : value)) };
        // Halved by gaps, a steady count is still steady.
        expect(trend(RESTARTS, hours)).toBeNull();
      }),
    );
  });
});

describe('hasTrend', () => {
  it.each([
    ['errors', '', true],
    ['restarts', '', true],
    ['report_interval', 's', true],
    ['resources/disk_percent', '', true],
    ['disk/used', '%', true],
    ['disk/free_percent', '%', false],
    ['resources/cpu_percent', '%', false],
    ['disk/used_bytes', 'B', false],
    ['uptime', 's', false],
  ])('%s (%s): %s', (metric, unit, expected) => {
    expect(hasTrend({ metric, unit })).toBe(expected);
  });
});
