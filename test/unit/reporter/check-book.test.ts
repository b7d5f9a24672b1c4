import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CheckBook, NAMES_KEPT, type Result } from '../../../src/reporter/check-book.ts';
import { currentChecks } from '../../../src/shared/health-report.ts';
import { type HealthStatus, STATUSES, worstOfService } from '../../../src/shared/status-order.ts';

const result = (name: string, status: HealthStatus, more: Partial<Result> = {}): Result => ({
  name,
  status,
  message: null,
  metadata: {},
  at: 0,
  ...more,
});
const aStatus = fc.constantFrom(...STATUSES);
const someNames = fc.constantFrom('a', 'b', 'c', 'service_error', 'error_recovery');

describe('the overall status', () => {
  it('is the worst of the latest result of each check, whatever was recorded', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(someNames, aStatus)), (all) => {
        const book = new CheckBook();
        for (const [name, status] of all) book.record(result(name, status), 0);
        // The monitor's own reading of the same records, without the limit of 50.
        const records = all.map(([name, status]) => ({ name, status, message: null, timestamp: null, metadata: {} }));
        const expected = currentChecks(records);
        expect(book.overall).toBe(worstOfService(expected.map(({ status }) => status)));
        const told = book.current().map(({ name, status }) => [name, status]);
        expect(new Map(told as [string, string][])).toEqual(
          new Map(expected.map(({ name, status }) => [name, status])),
        );
      }),
    );
  });

  it('is not held by an old record of a check that is well again', () => {
    const book = new CheckBook();
    book.record(result('gpu', 'fatal'), 0);
    book.record(result('gpu', 'healthy'), 0);
    expect(book.overall).toBe('healthy');
    expect(book.records).toHaveLength(2);
  });

  it('tells what each record changed, in any order of results', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(someNames, aStatus)), (all) => {
        const book = new CheckBook();
        for (const [name, status] of all) {
          const before = book.overall;
          expect(book.record(result(name, status), 0)).toMatchObject({ before, after: book.overall });
        }
      }),
    );
  });
});

describe('the current results', () => {
  it('tell since when without a break a check has had its status', () => {
    const book = new CheckBook();
    for (const [at, status] of [
      [1_000, 'healthy'],
      [2_000, 'error'],
      [3_000, 'error'],
    ] as const) {
      book.record(result('gpu', status, { at }), 0);
    }
    const time = (at: number): string => new Date(at).toISOString();
    expect(book.current()).toMatchObject([{ status: 'error', since: time(2_000), at: time(3_000) }]);
  });

  it('keep fifty records, however many there were', () => {
    const book = new CheckBook();
    for (let at = 0; at < 120; at += 1) book.record(result('gpu', 'healthy', { at }), 0);
    expect(book.records.map(({ at }) => at)).toEqual(Array.from({ length: 50 }, (_, index) => 70 + index));
  });
});

describe('a result that counts for a while', () => {
  const lapse = { after: 100, name: 'pulse', status: 'unknown' as const, message: 'none came' };

  it('lapses when its time is over, and not before', () => {
    const book = new CheckBook();
    book.record(result('pulse', 'error', { lapse }), 1_000);
    expect(book.nextDue).toBe(1_100);
    expect(book.lapsed(1_099)).toEqual([]);
    expect(book.lapsed(1_100)).toEqual([lapse]);
    expect(book.lapsed(2_000)).toEqual([]);
  });

  it('counts anew with each result', () => {
    const book = new CheckBook();
    book.record(result('pulse', 'healthy', { lapse }), 0);
    book.record(result('pulse', 'healthy', { lapse }), 90);
    expect(book.lapsed(110)).toEqual([]);
    expect(book.nextDue).toBe(190);
  });
});

describe('more names than can be followed', () => {
  it('take the place of the best and oldest, and are counted in a check of their own', () => {
    const book = new CheckBook();
    book.record(result('the worst', 'error'), 0);
    for (let index = 0; index < 5_000; index += 1) book.record(result(`name ${index}`, 'healthy'), 0);
    expect(book.current().length).toBeLessThanOrEqual(NAMES_KEPT + 1);
    expect(book.status('the worst')).toBe('error');
    expect(book.status('name 4999')).toBe('healthy');
    expect(book.status('name 0')).toBeUndefined();
    expect(book.current().find(({ name }) => name === 'reporter_limits')).toMatchObject({
      status: 'warning',
      message: expect.stringContaining(`${5_000 - (NAMES_KEPT - 1)} results`) as string,
    });
  });

  it('never take the place of what the reporter itself says', () => {
    const book = new CheckBook();
    book.record(result('service_restart', 'healthy'), 0);
    for (let index = 0; index < 5_000; index += 1) book.record(result(`name ${index}`, 'healthy'), 0);
    expect(book.status('service_restart')).toBe('healthy');
  });

  it('never make the service look better: an error takes the place of a healthy one, not the other way round', () => {
    const book = new CheckBook();
    for (let index = 0; index < NAMES_KEPT; index += 1) book.record(result(`bad ${index}`, 'error'), 0);
    book.record(result('well', 'healthy'), 0);
    expect(book.status('well')).toBeUndefined();
    book.record(result('worse', 'fatal'), 0);
    expect(book.overall).toBe('fatal');
  });
});
