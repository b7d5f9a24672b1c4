import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BaseService, type BaseServiceOptions } from '../../../src/reporter/base-service.ts';
import type { HealthReport } from '../../../src/shared/health-report.ts';
import type { RunFields } from '../../../src/shared/run-fields.ts';
import { ManualClock } from '../../fixtures/manual-clock.ts';
import { startProgram } from '../../fixtures/reporter/program.ts';

let dir: string;
let clock: ManualClock;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'service-'));
  clock = new ManualClock();
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

const read = (): HealthReport & RunFields =>
  JSON.parse(readFileSync(join(dir, 'camera.json'), 'utf8')) as HealthReport & RunFields;
const names = (): string[] => read().checks.map(({ name }) => name);

function service(options: BaseServiceOptions = {}): BaseService {
  return new BaseService('camera-service', 'camera', { healthDir: dir, clock, ...options });
}

/** A task that ends when it is told to, and says that it began. */
function task(): { begun: Promise<void>; run: (signal: AbortSignal) => Promise<void> } {
  let begin: () => void;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const run = async (signal: AbortSignal): Promise<void> => {
    begin();
    await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  };
  return { begun, run };
}

describe('a service', () => {
  it('goes through its states and records each stage as the Python class does', async () => {
    const camera = service();
    expect(camera.state).toBe('initialized');
    const { begun, run } = task();
    camera.addTask(run);
    const done = camera.run();
    expect(camera.run()).toBe(done);
    await begun;
    expect(camera.state).toBe('running');
    expect(names()).toEqual(['service_initialization', 'service_start', 'periodic_health_check']);
    expect(read().checks.at(-1)).toMatchObject({
      message: 'Service camera is responsive',
      metadata: { uptime: 0, state: 'running', tasks_count: 1 },
    });
    camera.requestStop();
    await done;
    expect(camera.state).toBe('stopped');
    expect(read().checks.slice(3)).toMatchObject([
      { name: 'service_stop', status: 'healthy' },
      { name: 'service_stopped', status: 'warning' },
    ]);
    expect(read()).toMatchObject({ overall_status: 'warning', error_count: 0, stopped: { clean: true } });
  });

  it('says every 30 s that it is there, and is not woken otherwise', async () => {
    const camera = service();
    const done = camera.run();
    await new Promise(setImmediate);
    const written: number[] = [];
    for (let second = 0; second < 120; second += 1) {
      clock.advance(1_000);
      if (read().sequence !== written.at(-1)) written.push(read().sequence);
    }
    expect(names().filter((name) => name === 'periodic_health_check')).toHaveLength(5);
    expect(written).toHaveLength(5);
    expect(read().checks.at(-1)?.metadata).toMatchObject({ uptime: 120 });
    camera.requestStop();
    await done;
  });

  it('records what its tasks throw, and goes on', async () => {
    const camera = service();
    camera.addTask(() => {
      throw new RangeError('at once');
    });
    camera.addTask(Promise.reject(new TypeError('a promise')));
    const { begun, run } = task();
    camera.addTask(run);
    const done = camera.run();
    await begun;
    await new Promise(setImmediate);
    expect(
      camera.healthReporter
        .getHealthSummary()
        .checks.filter(({ name }) => name === 'service_error')
        .map(({ message }) => message)
        .sort(),
    ).toEqual(['a promise', 'at once']);
    expect(camera.state).toBe('running');
    camera.requestStop();
    await done;
    expect(read().error_count).toBe(2);
  });

  it.each<[string, (camera: BaseService) => void]>([
    ['of a task', (camera) => camera.addTask(() => Promise.reject(new Error('no lens')), { fatal: true })],
    ['recorded by itself', (camera) => camera.recordError(new Error('no lens'), { fatal: true })],
    ['recorded by its reporter', (camera) => camera.healthReporter.recordError(new Error('no lens'), { fatal: true })],
  ])('is stopped by a fatal error %s, which run() throws and the file tells', async (_what, fail) => {
    const camera = service();
    const { run } = task();
    camera.addTask(run);
    fail(camera);
    await expect(camera.run()).rejects.toThrow('no lens');
    expect(camera.state).toBe('stopped');
    expect(read()).toMatchObject({ overall_status: 'fatal', stopped: { clean: false, reason: 'Error: no lens' } });
    expect(names().slice(-2)).toEqual(['service_stop', 'service_stopped']);
  });

  it('that cannot start or stop says so and is stopped all the same', async () => {
    class Broken extends BaseService {
      override async start(): Promise<void> {
        await super.start();
        throw new Error('no start');
      }
      override stop(): Promise<void> {
        return Promise.reject(new Error('no stop'));
      }
    }
    const broken = new Broken('camera-service', 'camera', { healthDir: dir, clock });
    await expect(broken.run()).rejects.toThrow('no start');
    expect(broken.state).toBe('stopped');
    expect(read().checks.filter(({ status }) => status === 'fatal')).toHaveLength(2);
  });

  it('whose start never ends stops all the same when it is asked to, and says so', async () => {
    class Stuck extends BaseService {
      override async start(): Promise<void> {
        await super.start();
        await new Promise(() => undefined);
      }
    }
    const stuck = new Stuck('camera-service', 'camera', { healthDir: dir, clock, stopTimeoutSeconds: 10 });
    let begun = false;
    stuck.addTask(() => (begun = true));
    const done = stuck.run();
    stuck.requestStop();
    await new Promise(setImmediate);
    expect(stuck.state).toBe('started');
    clock.advance(10_000);
    await done;
    expect(stuck.state).toBe('stopped');
    expect(begun).toBe(false);
    expect(read()).toMatchObject({ stopped: { clean: true } });
    expect(read().checks.find(({ status }) => status === 'warning')).toMatchObject({
      name: 'service_start',
      message: 'Start: it did not end within 10 s of being asked to stop',
    });
  });

  it('that is asked to stop while it starts lets the start end first', async () => {
    const steps: string[] = [];
    class Slow extends BaseService {
      override async start(): Promise<void> {
        await super.start();
        await new Promise(setImmediate);
        steps.push('started');
      }
      override async stop(): Promise<void> {
        steps.push('stopping');
        await super.stop();
      }
    }
    const slow = new Slow('camera-service', 'camera', { healthDir: dir, clock });
    const done = slow.run();
    slow.requestStop();
    await done;
    expect(steps).toEqual(['started', 'stopping']);
    expect(names()).not.toContain('service_tasks');
  });

  it('takes null for no options', async () => {
    const camera = service();
    camera.addTask(() => Promise.reject(new Error('no lens')), null);
    camera.addTask(Promise.reject(new Error('no film')), null);
    camera.recordError(new Error('no light'), null);
    const done = camera.run();
    await new Promise(setImmediate);
    camera.requestStop();
    await done;
    expect(read()).toMatchObject({ error_count: 3, overall_status: 'error' });
  });

  it('waits for its tasks, but not for ever', async () => {
    const camera = service({ stopTimeoutSeconds: 10 });
    camera.addTask(() => new Promise(() => undefined));
    const done = camera.run();
    await new Promise(setImmediate);
    camera.requestStop();
    await new Promise(setImmediate);
    expect(camera.state).toBe('stopping');
    clock.advance(10_000);
    await done;
    expect(read().checks.find(({ name }) => name === 'service_tasks')?.message).toBe(
      'Tasks: 1 did not end within 10 s',
    );
  });

  it('leaves no listener and no timer behind', async () => {
    const count = (): number[] => ['SIGINT', 'SIGTERM', 'exit'].map((name) => process.listenerCount(name));
    const before = count();
    const said: string[] = [];
    const say = (message: string): number => said.push(message);
    const camera = service({ logger: { warn: say, error: say } });
    const done = camera.run();
    await new Promise(setImmediate);
    camera.requestStop();
    await done;
    expect(count()).toEqual(before);
    const { sequence } = read();
    clock.advance(3_600_000);
    expect(read().sequence).toBe(sequence);
    // Nobody tried to record anything either.
    expect(said).toEqual([]);
  });
});

describe('a service as a process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('stops cleanly at %s', async (signal) => {
    const { child, printed, ended } = startProgram('service.mjs', [dir, 'obedient']);
    await printed(/running/);
    child.kill(signal);
    expect(await ended).toMatchObject({ code: 0, signal: null, stdout: expect.stringContaining('closed') as string });
    expect(read()).toMatchObject({ stopped: { clean: true } });
    expect(names().at(-1)).toBe('service_stopped');
  });

  it('that leaves signals to its host ends by them as any process does', async () => {
    const { child, printed, ended } = startProgram('service.mjs', [dir, 'deaf']);
    await printed(/running/);
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ signal: 'SIGTERM', stdout: expect.not.stringContaining('closed') as string });
    expect(read().stopped).toMatchObject({ clean: true, reason: 'SIGTERM' });
  });

  it('ends at once at the second signal', async () => {
    const { child, printed, ended } = startProgram('service.mjs', [dir, 'stubborn']);
    await printed(/running/);
    child.kill('SIGTERM');
    await printed(/asked to stop/);
    child.kill('SIGTERM');
    expect((await ended).signal).toBe('SIGTERM');
  });

  it('is kept alive by run() alone, and ends with code 1 by a fatal error', async () => {
    const { ended } = startProgram('service.mjs', [dir, 'fatal']);
    expect(await ended).toMatchObject({ code: 1, stderr: expect.stringContaining('no lens') as string });
    expect(read()).toMatchObject({ overall_status: 'fatal', error_count: 1 });
  });
});
