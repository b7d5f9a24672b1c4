import { afterEach, describe, expect, it } from 'vitest';
import { ActiveChecks } from '../../../../src/main/checks/active-checks.ts';
import { CheckEntry } from '../../../../src/shared/check-settings.ts';
import type { Finding } from '../../../../src/shared/checks/check.ts';
import type { Observation, ServiceProcess } from '../../../../src/shared/observation.ts';
import { ManualClock } from '../../../fixtures/manual-clock.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const PROCESS: ServiceProcess = { service: 'core', pid: 4711, start: 12, host: 'here', reportedAt: 0 };

let checks: ActiveChecks | undefined;
afterEach(() => checks?.close());

function begin() {
  const clock = new ManualClock();
  const observed: Observation[] = [];
  const living = new Set([4711]);
  const processes: ServiceProcess[] = [];
  let answer: Finding = { status: 'healthy', message: 'fine', metadata: { latency_ms: 3 } };
  const active = new ActiveChecks({
    clock,
    host: 'here',
    random: () => 0.5,
    prepare: () => ({
      usual: { interval: 30, timeLimit: 5 },
      run: () => {
        return Promise.resolve(answer);
      },
    }),
    onObservations: (observations) => observed.push(...observations),
    processes: () => processes,
    isAlive: (pid) => living.has(pid),
    hostJobs: () => [],
    watched: () => [],
    whenGone: '',
  });
  checks = active;
  const entry = (id: string, more: Partial<CheckEntry> = {}): CheckEntry =>
    CheckEntry.parse({ id, type: 'ask', service: 'core', ...more });
  // In steps: what a run finds comes with a promise, and its time limit must not be over before that.
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 500) {
      clock.advance(500);
      await settle();
    }
  };
  return {
    clock,
    active,
    observed,
    living,
    processes,
    entry,
    pass,
    answers: (finding: Finding) => (answer = finding),
    last: () => observed.at(-1),
  };
}

describe('a check of one’s own', () => {
  it('is a result of the service that it belongs to, with since when it stands', async () => {
    const { active, entry, pass, answers, last, clock } = begin();
    active.configure({ active_checks: false, checks: [entry('door')] });
    await pass(500);
    expect(last()).toMatchObject({ service: 'core', source: 'checks', results: [{ name: 'door', status: 'healthy' }] });
    const first = last()?.results?.[0]?.since;
    await pass(30_000);
    expect(last()?.results?.[0]).toMatchObject({ since: first, at: clock.now() });
    answers({ status: 'error', message: 'locked', metadata: {} });
    await pass(30_000);
    expect(last()?.results?.[0]).toMatchObject({ status: 'error', since: clock.now() });
    expect(active.latest('door')).toMatchObject({ status: 'error', message: 'locked' });
  });

  it('stands beside others of the same service, and none is lost by another', async () => {
    const { active, entry, pass, last } = begin();
    active.configure({
      active_checks: false,
      checks: [entry('a', { name: 'door' }), entry('b', { name: 'door' }), entry('c', { enabled: false })],
    });
    await pass(500);
    expect(last()?.results?.map(({ name }) => name)).toEqual(['door', 'door 2']);
    active.configure({ active_checks: false, checks: [entry('b', { name: 'door' })] });
    expect(last()?.results?.map(({ name }) => name)).toEqual(['door']);
    active.configure({ active_checks: false, checks: [] });
    expect(last()?.results).toEqual([]);
  });
});

describe('a process that a report names', () => {
  it('turns its service bad within seconds of its end, and well with the next one', async () => {
    const { active, processes, living, observed, pass, clock, last } = begin();
    processes.push({ ...PROCESS, reportedAt: clock.now() });
    active.configure({ active_checks: true, checks: [] });
    await pass(3_000);
    expect(observed).toEqual([]);
    living.clear();
    await pass(3_000);
    expect(last()).toMatchObject({
      service: 'core',
      results: [{ name: 'process', status: 'fatal', message: expect.stringContaining('(4711) has ended') }],
    });
    processes[0] = { ...PROCESS, pid: 5000, reportedAt: clock.now() };
    living.add(5000);
    await pass(3_000);
    expect(last()).toMatchObject({ service: 'core', results: [] });
  });

  it('of another machine is nothing that can be looked at', async () => {
    const { active, processes, living, observed, pass } = begin();
    processes.push({ ...PROCESS, host: 'elsewhere' });
    living.clear();
    active.configure({ active_checks: true, checks: [] });
    await pass(10_000);
    expect(observed).toEqual([]);
  });

  it('that goes on reporting though its number is not known here is left alone', async () => {
    const { active, processes, living, pass, clock, last } = begin();
    living.clear();
    processes.push({ ...PROCESS, reportedAt: clock.now() });
    active.configure({ active_checks: true, checks: [] });
    await pass(3_000);
    expect(last()?.results).toHaveLength(1);
    await pass(3_000);
    processes[0] = { ...PROCESS, reportedAt: clock.now() };
    await pass(3_000);
    expect(last()?.results).toEqual([]);
  });
});
