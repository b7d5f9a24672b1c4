import { describe, expect, it } from 'vitest';
import { Engine, type EngineUpdate } from '../../../../src/main/engine/engine.ts';
import type { ActiveResult } from '../../../../src/shared/observation.ts';
import { DEFAULT_SETTINGS } from '../../../../src/shared/settings.ts';
import type { HealthStatus } from '../../../../src/shared/status.ts';
import { ManualClock } from '../../../fixtures/manual-clock.ts';
import { observationOf, reportOf } from '../../../fixtures/reports.ts';

function begin(settings: Partial<typeof DEFAULT_SETTINGS> = {}) {
  const clock = new ManualClock();
  const updates: EngineUpdate[] = [];
  const engine = new Engine({
    clock,
    settings: { ...DEFAULT_SETTINGS, ...settings },
    host: 'here',
    onUpdate: (update) => updates.push(update),
  });
  engine.start();
  const report = (status: HealthStatus): void =>
    engine.observe([observationOf('core', clock.now(), { report: reportOf(status, clock.now()) })]);
  const result = (name: string, status: HealthStatus, message = `${name} is ${status}`): ActiveResult => ({
    name,
    status,
    message,
    at: clock.now(),
    since: clock.now(),
    metadata: { latency_ms: 3 },
  });
  const found = (...results: ActiveResult[]): void =>
    engine.observe([{ service: 'core', source: 'checks', file: '', observedAt: clock.now(), results }]);
  const state = (): string => {
    const status = engine.status('core');
    return status === undefined ? 'not known' : `${status.status} ${status.reason}`;
  };
  const told = (): string[] =>
    updates.flatMap(({ transitions }) => transitions.map(({ from, to }) => `${from ?? 'new'} → ${to}`));
  return { clock, engine, report, result, found, state, told };
}

describe('active checks of a service', () => {
  it('make it bad though its own report is fresh and well, and well again with their next result', () => {
    const { engine, report, result, found, state, told } = begin();
    report('healthy');
    found(result('unit', 'fatal', 'core@experimance has failed (exit status 3).'));
    expect(state()).toBe('fatal checked');
    expect(engine.status('core')?.message).toBe('unit: core@experimance has failed (exit status 3).');
    report('healthy');
    expect(state()).toBe('fatal checked');
    found(result('unit', 'healthy'));
    expect(state()).toBe('healthy reported');
    expect(told()).toEqual(['new → healthy', 'healthy → fatal', 'fatal → healthy']);
  });

  it('do not make it better than it says itself', () => {
    const { report, result, found, state } = begin();
    found(result('unit', 'healthy'));
    report('error');
    expect(state()).toBe('error reported');
  });

  it('stand among its checks, also beside one of the same name', () => {
    const { engine, clock, result, found } = begin();
    engine.observe([
      observationOf('core', clock.now(), {
        report: {
          ...reportOf('healthy', clock.now()),
          checks: [{ name: 'http', status: 'healthy', message: 'ok', timestamp: null, metadata: {} }],
        },
      }),
    ]);
    found(result('http', 'healthy'), result('tcp', 'warning'));
    expect(engine.status('core')?.checks.map(({ name, status }) => `${name}: ${status}`)).toEqual([
      'http: healthy',
      'http (active): healthy',
      'tcp: warning',
    ]);
    expect(engine.status('core')?.checkCount).toBe(3);
  });

  it('are all there is of a service that writes no file: it is as new as the last look at it, and never stale', () => {
    const { engine, clock, result, found, state } = begin();
    clock.advance(60_000);
    found(result('http', 'healthy'));
    expect(state()).toBe('healthy checked');
    expect(engine.status('core')).toMatchObject({ reportedAt: clock.now(), file: '', checkCount: 1 });
    clock.advance(86_400_000);
    expect(state()).toBe('healthy checked');
  });

  it('that find nothing out make it unknown, with the reason', () => {
    const { engine, result, found, state } = begin();
    found(result('http', 'unknown', 'It gave no answer within 10 s.'));
    expect(state()).toBe('unknown check-failed');
    expect(engine.status('core')?.message).toBe('http: It gave no answer within 10 s.');
    found(result('http', 'unknown'), result('tcp', 'healthy'));
    expect(state()).toBe('unknown check-failed');
  });

  it('do not hide that an expected service has never reported', () => {
    const { clock, result, found, state, report } = begin({ expected_services: ['core'] });
    found(result('unit', 'healthy'));
    expect(state()).toBe('unknown grace');
    clock.advance(11_000);
    expect(state()).toBe('unknown never-seen');
    report('healthy');
    expect(state()).toBe('healthy reported');
  });

  it('leave nothing behind when there are none any more', () => {
    const { engine, report, result, found, state } = begin();
    found();
    expect(state()).toBe('not known');
    found(result('http', 'error'));
    found();
    expect(state()).toBe('not known');
    report('healthy');
    found(result('http', 'error'));
    found();
    expect(state()).toBe('healthy reported');
    expect(engine.status('core')?.checkCount).toBe(1);
  });

  it('of which one gets worse tell since when, by the first that is', () => {
    const { engine, clock, result, found } = begin();
    const first = result('http', 'error');
    found(first);
    clock.advance(5_000);
    found(first, result('tcp', 'error'));
    expect(engine.status('core')).toMatchObject({
      since: clock.now() - 5_000,
      message: 'http: http is error (and 1 other check)',
    });
  });
});
