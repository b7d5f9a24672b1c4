import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Engine, type EngineSettings, type EngineUpdate } from '../../../../src/main/engine/engine.ts';
import type { Problem } from '../../../../src/shared/observation.ts';
import { HealthStatus, SYSTEM_ORDER } from '../../../../src/shared/status.ts';
import { formatNaiveLocal } from '../../../../src/shared/timestamp.ts';
import { ManualClock } from '../../../fixtures/manual-clock.ts';
import { observationOf, reportOf } from '../../../fixtures/reports.ts';

const SETTINGS: EngineSettings = {
  expected_services: [],
  startup_grace_period: 10,
  service_timeout: 120,
  service_timeouts: {},
  max_health_file_age: 86_400,
};
const MISSING: Problem = { kind: 'missing', fault: 'file-missing', message: 'core.json is not there any more.' };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function begin(settings: Partial<EngineSettings> = {}) {
  const clock = new ManualClock();
  const updates: EngineUpdate[] = [];
  const engine = new Engine({
    clock,
    settings: { ...SETTINGS, ...settings },
    host: 'here',
    onUpdate: (update) => updates.push(update),
  });
  engine.start();
  const report = (status: HealthStatus, { at = clock.now(), seen = clock.now(), service = 'core' } = {}): void =>
    engine.observe([observationOf(service, seen, { report: reportOf(status, at) })]);
  const problem = (what: Problem): void => engine.observe([observationOf('core', clock.now(), { problem: what })]);
  const state = (service = 'core'): string => {
    const status = engine.status(service);
    return status === undefined ? 'not known' : `${status.status} ${status.reason}`;
  };
  const told = (): string[] =>
    updates.flatMap(({ transitions }) =>
      transitions.map(({ service, from, to }) => `${service}: ${from ?? 'new'} → ${to}`),
    );
  return { clock, engine, report, problem, state, told, updates };
}

describe('staleness', () => {
  it('is noticed at its deadline, without any observation', () => {
    const { clock, report, state, told } = begin();
    report('healthy');
    clock.advance(120_000);
    expect(state()).toBe('healthy reported');
    clock.advance(10);
    expect(state()).toBe('error stale');
    expect(told()).toEqual(['core: new → healthy', 'core: healthy → error']);
  });

  it('has its own time-out where one is set', () => {
    const { clock, report, state } = begin({ service_timeouts: { core: 5 } });
    clock.advance(20_000);
    report('healthy');
    report('healthy', { service: 'audio' });
    clock.advance(6_000);
    expect([state(), state('audio')]).toEqual(['error stale', 'healthy reported']);
  });

  it('is later where the writer says that its report counts for longer, a day at most', () => {
    const { clock, engine, state } = begin({ service_timeouts: { audio: 60 } });
    for (const [service, valid_for_seconds] of [
      ['core', 600],
      ['audio', 600],
      ['lidar', 1e9],
      ['agent', 5],
    ] as const) {
      const report = reportOf('healthy', clock.now(), { valid_for_seconds });
      engine.observe([observationOf(service, clock.now(), { report })]);
    }
    const states = (): string[] =>
      ['core', 'audio', 'lidar', 'agent'].map((service) => state(service).split(' ')[1] ?? '');
    clock.advance(119_000);
    expect(states()).toEqual(['reported', 'stale', 'reported', 'reported']);
    clock.advance(5_000);
    expect(states()).toEqual(['reported', 'stale', 'reported', 'stale']);
    clock.advance(480_000);
    expect(states()).toEqual(['stale', 'stale', 'reported', 'stale']);
    clock.advance(24 * HOUR);
    expect(states()).toEqual(['stale', 'stale', 'stale', 'stale']);
  });

  it('ends with the next report', () => {
    const { clock, report, state } = begin();
    report('healthy');
    clock.advance(HOUR);
    report('warning');
    expect(state()).toBe('warning reported');
  });

  it('counts from when the file was seen where its clock is a day ahead', () => {
    const { clock, report, state, engine } = begin();
    report('healthy', { at: clock.now() + 24 * HOUR });
    expect(engine.status('core')?.message).toContain('Its clock is 1 d ahead');
    clock.advance(121_000);
    expect(state()).toBe('error stale');
  });

  it('says that the clocks differ where a file that was just written is old by its own words', () => {
    const { clock, report, engine, state } = begin();
    clock.advance(20_000);
    report('healthy', { at: clock.now() - 2 * HOUR });
    expect(state()).toBe('error stale');
    expect(engine.status('core')?.message).toContain('its clock or time zone may differ');
  });

  it('began when the report became too old, not when it was noticed', () => {
    const { clock, engine, report } = begin();
    const written = clock.now();
    report('healthy');
    clock.advance(HOUR);
    expect(engine.status('core')?.since).toBe(written + 120_000);
  });
});

describe('since when', () => {
  const MINUTES = 60_000;
  const record = (name: string, status: HealthStatus, time: number) => ({
    name,
    status,
    message: null,
    timestamp: formatNaiveLocal(time),
    metadata: {},
  });

  it.each([
    ['the oldest record, where none says anything else', ['healthy', 'healthy', 'healthy'], 30],
    ['the first record of the run that is bad', ['healthy', 'error', 'error'], 20],
    ['the record that made it well again', ['error', 'healthy', 'healthy'], 20],
  ] as const)('is told by %s', (_what, statuses, minutesAgo) => {
    const { clock, engine } = begin();
    const now = clock.now();
    const checks = statuses.map((status, index) => record('gpu', status, now - (30 - index * 10) * MINUTES));
    engine.observe([observationOf('core', now, { report: reportOf(statuses[2], now, { checks }) })]);
    expect(engine.status('core')?.since).toBe(now - minutesAgo * MINUTES);
  });
});

describe('the grace period', () => {
  it('calls an old report unknown until it is over, then stale', () => {
    const { clock, report, state } = begin();
    report('healthy', { at: clock.now() - HOUR, seen: clock.now() - HOUR });
    expect(state()).toBe('unknown grace');
    clock.advance(10_001);
    expect(state()).toBe('error stale');
  });

  it('waits for an expected service, then calls it never seen', () => {
    const { clock, state, told } = begin({ expected_services: ['core'] });
    expect(state()).toBe('unknown grace');
    expect(told()).toEqual([]);
    clock.advance(10_001);
    expect(state()).toBe('unknown never-seen');
    expect(told()).toEqual(['core: new → unknown']);
  });

  it('does not hide what a fresh report says', () => {
    const { report, state } = begin();
    report('fatal');
    expect(state()).toBe('fatal reported');
  });
});

describe('a file that cannot be used', () => {
  it('makes its service unknown with the reason, and keeps what was known of it', () => {
    const { clock, engine, report, problem, state } = begin();
    clock.advance(20_000);
    report('healthy');
    problem({ kind: 'corrupt', fault: 'truncated', message: 'core.json is cut off after 7 bytes.' });
    expect(state()).toBe('unknown corrupt');
    expect(engine.status('core')).toMatchObject({ fault: 'truncated', name: 'a service', checkCount: 1 });
  });

  it('does not touch the others', () => {
    const { clock, report, problem, state } = begin();
    clock.advance(20_000);
    report('healthy', { service: 'audio' });
    problem(MISSING);
    expect([state(), state('audio')]).toEqual(['unknown missing', 'healthy reported']);
  });

  it('leaves a worse status standing where the report could be read besides', () => {
    const { clock, engine, state } = begin();
    const problem: Problem = { kind: 'corrupt', fault: 'unknown-status', message: 'core.json says "down".' };
    engine.observe([observationOf('core', clock.now(), { report: reportOf('error', clock.now()), problem })]);
    expect(state()).toBe('error reported');
    clock.advance(1);
    engine.observe([observationOf('core', clock.now(), { report: reportOf('healthy', clock.now()), problem })]);
    expect(state()).toBe('unknown corrupt');
  });
});

describe('a service that is gone', () => {
  it('is taken out of the list after max_health_file_age, unless it is expected', () => {
    const { clock, engine, report, problem, updates, state } = begin({ max_health_file_age: 3600 });
    report('healthy');
    clock.advance(20_000);
    problem(MISSING);
    clock.advance(HOUR + 1_000);
    expect(state()).toBe('not known');
    expect(updates.at(-1)?.removed).toEqual(['core']);
    engine.configure({ ...SETTINGS, max_health_file_age: 3600, expected_services: ['core'] });
    problem(MISSING);
    clock.advance(2 * HOUR);
    expect(state()).toBe('unknown missing');
  });

  it('can be forgotten only while it is missing', () => {
    const { clock, engine, report, problem } = begin();
    clock.advance(20_000);
    report('healthy');
    expect(engine.forget('core')).toBe(false);
    problem(MISSING);
    expect(engine.forget('core')).toBe(true);
    expect(engine.statuses()).toEqual([]);
  });
});

describe('clocks', () => {
  it('raise no alarm when the wall clock is set forward by hours', () => {
    const { clock, report, state } = begin();
    clock.advance(20_000);
    report('healthy');
    clock.advance(5_000);
    clock.setWall(3 * HOUR);
    clock.advance(30_000);
    expect(state()).toBe('healthy reported');
    clock.advance(90_000);
    expect(state()).toBe('error stale');
  });

  it('take new reports after the wall clock was set back', () => {
    const { clock, report, state } = begin();
    clock.advance(20_000);
    report('healthy');
    clock.setWall(-3 * HOUR);
    clock.advance(1_000);
    report('error');
    expect(state()).toBe('error reported');
    clock.advance(121_000);
    expect(state()).toBe('error stale');
  });

  it('raise no alarm after the machine slept, for reports from before it did', () => {
    const { clock, report, state, engine } = begin();
    clock.advance(20_000);
    report('healthy');
    engine.suspended();
    clock.sleep(8 * HOUR);
    engine.resumed();
    clock.advance(60_000);
    expect(state()).toBe('healthy reported');
    clock.advance(61_000);
    expect(state()).toBe('error stale');
  });

  it('raise no alarm after a pause of the process that nobody announced', () => {
    const { clock, report, state } = begin();
    clock.advance(20_000);
    report('healthy');
    clock.sleep(8 * HOUR);
    clock.advance(60_000);
    expect(state()).toBe('healthy reported');
  });

  it('count a report from before a sleep as it was, when its file is read only after', () => {
    const { clock, report, state } = begin();
    clock.advance(20_000);
    const written = clock.now();
    clock.sleep(8 * HOUR);
    clock.advance(15_000);
    report('healthy', { at: written, seen: written });
    expect(state()).toBe('healthy reported');
  });
});

const ages = fc.integer({ min: 0, max: 600_000 });

describe('no order of observations', () => {
  it('makes a service look well that has not reported in time', () => {
    const sighting = fc.record({
      seenAgo: ages,
      saysAhead: fc.integer({ min: -HOUR, max: 24 * HOUR }),
      status: fc.constantFrom(...HealthStatus.options),
    });
    fc.assert(
      fc.property(fc.array(sighting, { minLength: 1, maxLength: 12 }), (sightings) => {
        const { clock, engine } = begin();
        clock.advance(HOUR);
        const now = clock.now();
        for (const { seenAgo, saysAhead, status } of sightings) {
          const seen = now - seenAgo;
          engine.observe([observationOf('core', seen, { report: reportOf(status, seen + saysAhead) })]);
        }
        clock.advance(1);
        const newest = Math.min(...sightings.map(({ seenAgo }) => seenAgo));
        if (newest > 120_000)
          expect(SYSTEM_ORDER[engine.status('core')?.status ?? 'healthy']).toBeGreaterThanOrEqual(SYSTEM_ORDER.error);
        clock.advance(121_000);
        expect(engine.status('core')).toMatchObject({ status: 'error', reason: 'stale' });
      }),
    );
  });

  it('changes what the newest one says', () => {
    const sighting = fc.record({
      seenAgo: fc.integer({ min: 0, max: 100_000 }),
      status: fc.constantFrom(...HealthStatus.options),
    });
    const different = fc.uniqueArray(sighting, { minLength: 1, maxLength: 8, selector: ({ seenAgo }) => seenAgo });
    fc.assert(
      fc.property(different, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (sightings, random) => {
        const { clock, engine, state } = begin();
        clock.advance(HOUR);
        const now = clock.now();
        const shuffled = sightings
          .map((each) => ({ each, key: random.next().value as number }))
          .sort((a, b) => a.key - b.key);
        for (const { each } of shuffled) {
          const seen = now - each.seenAgo;
          engine.observe([observationOf('core', seen, { report: reportOf(each.status, seen) })]);
        }
        const newest = sightings.reduce((a, b) => (a.seenAgo < b.seenAgo ? a : b));
        expect(state()).toBe(`${newest.status} reported`);
      }),
    );
  });
});
