import { describe, expect, it } from 'vitest';
import { Engine, type EngineUpdate } from '../../../../src/main/engine/engine.ts';
import { EXPIRY_ALLOWANCE } from '../../../../src/main/engine/tracked.ts';
import type { HealthReport } from '../../../../src/shared/health-report.ts';
import type { CurrentResult, RunFields } from '../../../../src/shared/run-fields.ts';
import type { HealthStatus } from '../../../../src/shared/status.ts';
import { worstOfService } from '../../../../src/shared/status.ts';
import { ManualClock } from '../../../fixtures/manual-clock.ts';
import { observationOf, reportOf } from '../../../fixtures/reports.ts';

const MINUTE = 60_000;
const iso = (time: number): string => new Date(time).toISOString();

function begin() {
  const clock = new ManualClock();
  const updates: EngineUpdate[] = [];
  const engine = new Engine({
    clock,
    settings: {
      expected_services: [],
      startup_grace_period: 10,
      service_timeout: 120,
      service_timeouts: {},
      max_health_file_age: 3_600,
    },
    host: 'here',
    onUpdate: (update) => updates.push(update),
  });
  engine.start();
  clock.advance(20_000);
  const observe = (service: string, report: HealthReport): void =>
    engine.observe([observationOf(service, clock.now(), { report })]);
  return { clock, engine, observe, updates };
}

const result = (name: string, status: HealthStatus, at: number, more: Partial<CurrentResult> = {}): CurrentResult => ({
  name,
  status,
  message: null,
  at: iso(at),
  since: iso(at),
  ...more,
});

/** A report as our reporter writes it. */
function ownReport(now: number, current: CurrentResult[], more: Partial<RunFields> = {}): HealthReport {
  return reportOf(worstOfService(current.map(({ status }) => status)), now, {
    checks: [],
    schema_version: 1,
    service_type: 'core',
    host: 'there',
    pid: 4711,
    started_at: iso(now - 10 * MINUTE),
    written_at: iso(now),
    sequence: 1,
    current,
    restarts: [],
    stopped: null,
    ...more,
  });
}

describe('a result with a time to live', () => {
  it('counts as unknown once that has run out, without a report', () => {
    const { clock, engine, observe, updates } = begin();
    const recorded = clock.now() - 3_000;
    observe('core', ownReport(clock.now(), [result('picture', 'healthy', recorded, { ttl_seconds: 10 })]));
    clock.advance(7_000 + EXPIRY_ALLOWANCE - 1);
    expect(engine.status('core')).toMatchObject({ status: 'healthy', reason: 'reported' });
    updates.length = 0;
    clock.advance(1);
    expect(updates.flatMap(({ transitions }) => transitions)).toMatchObject([{ from: 'healthy', to: 'unknown' }]);
    const message = 'No result for 10 s; the last one was healthy';
    expect(engine.status('core')).toMatchObject({
      status: 'unknown',
      reason: 'reported',
      message: `picture: ${message}`,
      since: recorded + 10_000,
      checks: [{ name: 'picture', status: 'unknown', message, at: recorded + 10_000 }],
    });
  });

  it('lets go of what only it was bad for, and says since when', () => {
    const { clock, engine, observe } = begin();
    const now = clock.now();
    const current = [
      result('disk', 'healthy', now - MINUTE),
      result('gpu', 'error', now, { ttl_seconds: 5 }),
      result('lens', 'warning', now, { ttl_seconds: 20 }),
    ];
    observe('core', ownReport(now, current));
    expect(engine.status('core')?.status).toBe('error');
    clock.advance(10_000);
    expect(engine.status('core')).toMatchObject({ status: 'warning', since: now + 5_000 });
    clock.advance(15_000);
    expect(engine.status('core')).toMatchObject({
      status: 'healthy',
      message: '1 check healthy, 2 unknown.',
      since: now + 20_000,
    });
  });

  it('counts again with the next one, and each report moves the end', () => {
    const { clock, engine, observe } = begin();
    const tell = (): void =>
      observe('core', ownReport(clock.now(), [result('picture', 'healthy', clock.now(), { ttl_seconds: 5 })]));
    for (let times = 0; times < 5; times += 1) {
      tell();
      clock.advance(6_000);
      expect(engine.status('core')?.status).toBe('healthy');
    }
    clock.advance(6_000);
    expect(engine.status('core')?.status).toBe('unknown');
    tell();
    expect(engine.status('core')?.status).toBe('healthy');
  });

  it('does not run out by a wrong clock of its writer, nor while the machine sleeps', () => {
    const { clock, engine, observe } = begin();
    const ahead = clock.now() + 30 * MINUTE;
    observe('core', ownReport(ahead, [result('picture', 'healthy', ahead, { ttl_seconds: 60 })]));
    engine.suspended();
    clock.sleep(60 * MINUTE);
    engine.resumed();
    clock.advance(50_000);
    expect(engine.status('core')?.status).toBe('healthy');
    clock.advance(20_000);
    expect(engine.status('core')?.status).toBe('unknown');
  });

  it.each([0, -1, NaN, Infinity])('counts for ever with a time to live of %s', (ttl_seconds) => {
    const { clock, engine, observe } = begin();
    observe('core', ownReport(clock.now(), [result('picture', 'healthy', clock.now(), { ttl_seconds })]));
    clock.advance(110_000);
    expect(engine.status('core')?.status).toBe('healthy');
  });

  it('does not take back a status that no result explains', () => {
    const { clock, engine, observe } = begin();
    const report = ownReport(clock.now(), [result('picture', 'healthy', clock.now(), { ttl_seconds: 5 })]);
    observe('core', { ...report, overall_status: 'fatal' });
    clock.advance(20_000);
    expect(engine.status('core')?.status).toBe('fatal');
  });
});

describe('what our reporter adds', () => {
  it('tells since when exactly, and keeps checks whose records are gone', () => {
    const { clock, engine, observe } = begin();
    const now = clock.now();
    const gpu = result('gpu', 'error', now - MINUTE, { since: iso(now - 7 * MINUTE), message: 'hot' });
    observe('core', {
      ...ownReport(now, [result('loop', 'healthy', now), gpu]),
      checks: reportOf('healthy', now).checks,
    });
    expect(engine.status('core')).toMatchObject({ status: 'error', message: 'gpu: hot', since: now - 7 * MINUTE });
    expect(engine.status('core')?.checks.map(({ name }) => name)).toEqual(['loop', 'gpu']);
  });

  it('shows the process, the restarts and a crash loop', () => {
    const { clock, engine, observe } = begin();
    const now = clock.now();
    const restarts = [3, 2, 1].map((minutes) => ({ at: iso(now - minutes * MINUTE), reason: `end ${minutes}` }));
    const report = ownReport(now, [result('crash_loop', 'error', now)], { restarts });
    observe('core', { ...report, restart_count: 12 });
    const status = engine.status('core');
    expect(status).toMatchObject({
      pid: 4711,
      startedAt: now - 10 * MINUTE,
      restartCount: 12,
      crashLoop: true,
      lastRestart: { at: now - MINUTE, reason: 'end 1' },
      stopped: null,
    });
    expect(status?.restarts.map(({ reason }) => reason)).toEqual(['end 3', 'end 2', 'end 1']);
  });

  it('says of a service that was stopped when that was, once it is stale', () => {
    const { clock, engine, observe } = begin();
    const at = clock.now();
    const stop = (clean: boolean, reason: string): void =>
      observe(
        'core',
        ownReport(clock.now(), [result('loop', 'healthy', at)], { stopped: { at: iso(at), clean, reason } }),
      );
    stop(true, 'SIGTERM');
    expect(engine.status('core')).toMatchObject({ status: 'healthy', stopped: { at, clean: true, reason: 'SIGTERM' } });
    clock.advance(121_000);
    expect(engine.status('core')).toMatchObject({ status: 'error', reason: 'stale' });
    expect(engine.status('core')?.message).toMatch(/^It stopped at 2026-06-15 .* and has not been started again\.$/);
    stop(false, 'uncaught Error: no lens');
    clock.advance(121_000);
    expect(engine.status('core')?.message).toMatch(
      /^It ended at .* \(uncaught Error: no lens\) and has not been started/,
    );
  });

  it('changes nothing for a report of a Python service', () => {
    const { clock, engine, observe } = begin();
    observe('core', { ...reportOf('error', clock.now()), restart_count: 2, pid: 1, current: [], restarts: 'no' });
    expect(engine.status('core')).toMatchObject({
      status: 'error',
      restartCount: 2,
      pid: null,
      startedAt: null,
      crashLoop: false,
      lastRestart: null,
      stopped: null,
      group: null,
      restarts: [],
    });
  });
});

describe('instances', () => {
  it('stand in a group as soon as there is a second, and alone again once that is gone', () => {
    const { clock, engine, observe, updates } = begin();
    observe('camera.left', reportOf('healthy', clock.now()));
    expect(engine.status('camera.left')).toMatchObject({ group: null, instance: null });
    updates.length = 0;
    observe('camera', reportOf('healthy', clock.now()));
    expect(updates.flatMap(({ changed }) => changed)).toHaveLength(2);
    expect(engine.status('camera.left')).toMatchObject({ group: 'camera', instance: 'left' });
    expect(engine.status('camera')).toMatchObject({ group: 'camera', instance: null });
    const problem = { kind: 'missing', fault: 'file-missing', message: 'It is gone.' } as const;
    engine.observe([observationOf('camera', clock.now(), { problem })]);
    expect(engine.forget('camera')).toBe(true);
    expect(updates.at(-1)).toMatchObject({ removed: ['camera'], changed: [{ service: 'camera.left', group: null }] });
  });
});
