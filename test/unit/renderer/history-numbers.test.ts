import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chartSpan, failedChecks, lengthOf, matchesName } from '../../../src/renderer/history/incident-words.ts';
import { olderThanPage, withOlder } from '../../../src/renderer/history/pages.ts';
import { firstMetrics, keepOrder, mostTroubled, mostWorsened } from '../../../src/renderer/history/ranking.ts';
import { seriesRows } from '../../../src/renderer/history/series-table.ts';
import { HOUR, MINUTE } from '../../../src/renderer/history/spans.ts';
import {
  barShare,
  changeText,
  downText,
  shareText,
  uptimeChange,
  uptimeSentence,
} from '../../../src/renderer/history/uptime.ts';
import { figures, formatTick, formatValue, summarize } from '../../../src/renderer/history/values.ts';
import type { MetricInfo, StatusSeconds } from '../../../src/shared/history.ts';

const NONE: StatusSeconds = { healthy: 0, warning: 0, error: 0, fatal: 0, unknown: 0, unobserved: 0 };
const seconds = (some: Partial<StatusSeconds>): StatusSeconds => ({ ...NONE, ...some });

describe('uptime', () => {
  it.each([
    [null, '–'],
    [1, '100 %'],
    [0, '0 %'],
    [0.99999, '>99.99 %'],
    [0.9998, '99.98 %'],
    [0.99456, '99.45 %'],
    [0.9699, '96.9 %'],
    [0.05, '5.0 %'],
    [0.0001, '<0.1 %'],
  ])('of %s is %s', (share, text) => {
    expect(shareText(share)).toBe(text);
  });

  it('is never said to be all of it where something was down, nor none of it where something was up', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true, minExcluded: true, maxExcluded: true }), (share) => {
        expect(shareText(share)).not.toBe('100 %');
        expect(shareText(share)).not.toMatch(/^0(\.0+)? %$/);
      }),
    );
  });

  it('counts what was not observed neither way, and says so', () => {
    const some = seconds({ healthy: 3000, warning: 300, error: 300, unobserved: 7200 });
    expect(uptimeSentence(some)).toBe('It did not work for 5 min in 1 h. 2 h was not observed and does not count.');
    expect(uptimeSentence(seconds({ unobserved: 60 }))).toBe('Nothing was observed.');
    expect(downText(seconds({ unobserved: 60 }))).toBe('not observed');
    expect(downText(seconds({ healthy: 60 }))).toBe('never');
  });

  it('of a bar is that of its parts, null where nothing was observed', () => {
    expect(barShare({ down: [10, 0], unobserved: [0, 60] }, 120)).toBeCloseTo(50 / 60);
    expect(barShare({ down: [0, 0], unobserved: [60, 60] }, 120)).toBeNull();
  });

  it('changes by points, and by nothing that is known where a side was not observed', () => {
    expect(uptimeChange(seconds({ healthy: 90, error: 10 }), seconds({ healthy: 100 }))).toBeCloseTo(-10);
    expect(uptimeChange(seconds({ healthy: 90 }), NONE)).toBeNull();
    expect([-10, -0.14, 0.001, 2.34].map(changeText)).toEqual(['−10', '−0.14', '±0', '+2.3']);
  });
});

describe('a value', () => {
  it.each([
    [42, '%', '42\u202f%'],
    [1536, 'B', '1.5\u202fKiB'],
    [734_003_200, 'B', '700\u202fMiB'],
    [0.0123, '', '0.0123'],
    [1234.6, '', '1\u202f235'],
    [43.21, 'ms', '43.2\u202fms'],
    [12_000, 'ms', '12\u202fs'],
    [0.05, 's', '50\u202fms'],
    [600, 's', '10\u202fmin'],
    [7200, 's', '2\u202fh'],
    [-5, '', '-5'],
    [0, 'B', '0\u202fB'],
    [null, 's', '–'],
  ])('of %s %s is %s', (value, unit, text) => {
    expect(formatValue(value, unit)).toBe(text);
  });

  it('is a text for every number', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.constantFrom('', '%', 's', 'ms', 'B', 'fps'),
        (value, unit) => {
          expect(formatValue(value, unit).length).toBeLessThan(30);
          expect(figures(value)).not.toContain('NaN');
        },
      ),
    );
  });

  it('of a tick can be told from the next one', () => {
    expect([78.8, 78.85].map((value) => formatTick(value, '%', 0.05))).toEqual(['78.80\u202f%', '78.85\u202f%']);
    expect(formatTick(50, '%', 25)).toBe('50\u202f%');
    expect(formatTick(1.5 * 2 ** 30, 'B', 2 ** 29)).toBe('1.5\u202fGiB');
    expect(formatTick(0, '', 0.2)).toBe('0.0');
  });
});

describe('a series', () => {
  const series = {
    ...{ service: 'a', metric: 'm', unit: '', at: [5, 15, 25, 35] },
    min: [1, null, 2, 4],
    avg: [2, null, 3, 5],
    max: [3, null, 9, 6],
  };

  it('is summed up by its least, its most and its last', () => {
    expect(summarize(series)).toEqual({ min: 1, avg: 10 / 3, max: 9, last: 5, known: 3, parts: 4 });
    expect(summarize({ min: [null], avg: [null], max: [null] })).toBeUndefined();
  });

  it('is a table of as many rows as fit, gaps included', () => {
    expect(seriesRows(series, { from: 0, to: 40 }, 4)[1]).toEqual({
      from: 10,
      to: 20,
      min: null,
      avg: null,
      max: null,
    });
    expect(seriesRows(series, { from: 0, to: 40 }, 2)).toEqual([
      { from: 0, to: 20, min: 1, avg: 2, max: 3 },
      { from: 20, to: 40, min: 2, avg: 4, max: 9 },
    ]);
  });
});

describe('the order of services', () => {
  const facts = (service: string, a: Partial<StatusSeconds>, b: Partial<StatusSeconds>, incidents = 0) => ({
    service,
    a: { seconds: seconds(a), incidents },
    b: { seconds: seconds(b), incidents: 0 },
  });
  const services = [
    facts('well', { healthy: 100 }, { healthy: 100 }),
    facts('warned', { healthy: 50, warning: 50 }, { healthy: 100 }),
    facts('failed', { healthy: 90, error: 10 }, { healthy: 50, error: 50 }),
    facts('died', { healthy: 80, fatal: 20 }, { healthy: 100 }),
    facts('new', { healthy: 100 }, {}),
  ];
  const names = (list: { service: string }[]): string[] => list.map(({ service }) => service);

  it('has the most troubled first', () => {
    expect(names(mostTroubled(services))).toEqual(['died', 'failed', 'warned', 'new', 'well']);
  });
  it('has what got worse first, and last what cannot be compared', () => {
    expect(names(mostWorsened(services))).toEqual(['died', 'warned', 'well', 'failed', 'new']);
  });
  it('stays as it was while services come and go', () => {
    expect(keepOrder(['b', 'a', 'gone'], ['a', 'new', 'b'])).toEqual(['b', 'a', 'new']);
  });
});

describe('the charts of a service', () => {
  const info = (metric: string): MetricInfo => ({ metric, label: '', unit: '', last: 1 });
  const metrics = ['messages_sent', 'uptime', 'queue/length', 'system/disk_percent', 'system/cpu_percent'].map(info);

  it('are at first those that tell the most', () => {
    expect(firstMetrics(metrics, 3)).toEqual(['system/cpu_percent', 'system/disk_percent', 'queue/length']);
  });
  it('are those of the checks that failed before all others', () => {
    expect(firstMetrics(metrics, 2, new Set(['queue']))[0]).toBe('queue/length');
  });
});

describe('an incident', () => {
  it('is as long as it was, or is by now', () => {
    expect(lengthOf({ openedAt: 0, closedAt: 90 * MINUTE }, 1e12)).toBe('1 h 30 min');
    expect(lengthOf({ openedAt: 0, closedAt: null }, 5 * MINUTE)).toBe('5 min');
  });

  it('is charted with the hour around it, and not into the future', () => {
    const now = 100 * HOUR;
    expect(chartSpan({ openedAt: 10 * HOUR, closedAt: 10 * HOUR + 10 * MINUTE }, now)).toEqual({
      from: 10 * HOUR - 25 * MINUTE,
      to: 10 * HOUR + 35 * MINUTE,
    });
    expect(chartSpan({ openedAt: now - HOUR, closedAt: null }, now).to).toBe(now);
    const long = chartSpan({ openedAt: 10 * HOUR, closedAt: 20 * HOUR }, now);
    expect(long.to - long.from).toBe(13 * HOUR);
  });

  it('names the checks that failed at any of its steps', () => {
    const check = (name: string, status: 'healthy' | 'error') => ({
      name,
      status,
      message: null,
      at: null,
      metadata: {},
    });
    const steps = [{ checks: [check('a', 'healthy'), check('b', 'error')] }, { checks: null }];
    expect([...failedChecks(steps)]).toEqual(['b']);
  });

  it('is found by every word of a service’s name', () => {
    expect(matchesName('Image_Server', 'image ser')).toBe(true);
    expect(matchesName('Image_Server', 'image audio')).toBe(false);
    expect(matchesName('anything', ' ')).toBe(true);
  });
});

describe('a list that is read page by page', () => {
  const list = (...ids: number[]) => ids.map((id) => ({ id }));

  it('keeps what is older than its newest page', () => {
    expect(olderThanPage(list(5, 4, 3, 2), list(6, 5, 4))).toEqual(list(3, 2));
    // Nobody knows what lies between.
    expect(olderThanPage(list(3, 2), list(9, 8))).toEqual([]);
  });
  it('has an entry once that has moved meanwhile', () => {
    expect(withOlder(list(3, 2), list(2, 1))).toEqual(list(3, 2, 1));
  });
});
