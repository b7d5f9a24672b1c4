import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir, uptime } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HealthReporter } from '../../../src/reporter/health-reporter.ts';
import type { HealthReporterOptions } from '../../../src/reporter/options.ts';
import { processStart } from '../../../src/reporter/process-identity.ts';
import type { CheckRecord, HealthReport } from '../../../src/shared/health-report.ts';
import type { RunFields } from '../../../src/shared/run-fields.ts';
import { ManualClock } from '../../fixtures/manual-clock.ts';
import { runProgram, startCommand } from '../../fixtures/reporter/program.ts';

type Written = HealthReport & RunFields;

let dir: string;
let clock: ManualClock;
let said: string[];
const open: HealthReporter[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'restarts-'));
  clock = new ManualClock(Date.now());
  said = [];
});
afterEach(() => {
  for (const reporter of open.splice(0)) reporter.close();
  rmSync(dir, { recursive: true, force: true });
});

const path = (): string => join(dir, 'core.json');
const read = (): Written => JSON.parse(readFileSync(path(), 'utf8')) as Written;
const check = (name: string): CheckRecord | undefined => read().checks.findLast((each) => each.name === name);

function start(options: HealthReporterOptions = {}): HealthReporter {
  const logger = { warn: (message: string) => said.push(message), error: (message: string) => said.push(message) };
  const reporter = new HealthReporter('core', 'core', { healthDir: dir, clock, logger, ...options });
  open.push(reporter);
  return reporter;
}

/** The file of a run whose process has ended: it may say anything of itself. */
function left(more: Partial<Written> = {}): void {
  const reporter = new HealthReporter('core', 'core', { healthDir: dir, clock });
  reporter.recordHealthCheck('main', 'healthy');
  const report = { ...read(), stopped: null, ...more };
  reporter.close();
  writeFileSync(path(), JSON.stringify(report));
}

/** The number of a process that has ended, and whose number nobody else has yet. */
function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  return new Promise((resolve) => child.on('close', () => resolve(child.pid ?? 0)));
}

describe('a run after one that did not stop cleanly', () => {
  it('counts as a restart and says which process ended when, and that it said nothing', async () => {
    const pid = await endedProcess();
    left({ pid, error_count: 4, restart_count: 2 });
    start();
    expect(read()).toMatchObject({ restart_count: 3, error_count: 4, overall_status: 'healthy' });
    expect(check('service_restart')).toMatchObject({ status: 'healthy', metadata: { restart_count: 3 } });
    expect(check('service_restart')?.message).toMatch(
      new RegExp(
        `^Service restarted \\(count: 3\\). The run before \\(process ${pid}\\) ended without a word, .* wrote at \\d`,
      ),
    );
    expect(read().restarts).toHaveLength(1);
  });

  it('is told also where the system tells nothing of the machine', async () => {
    left({ pid: await endedProcess(), written_at: '2026-01-01T00:00:00.000Z' });
    const { code, stdout, stderr } = await runProgram('confined.mjs', [dir]);
    expect([code, stdout, stderr]).toEqual([0, expect.stringContaining('ended without a word'), '']);
    expect(read()['host']).toBe('unknown');
  });

  it('says how it ended where that is known', () => {
    const at = new Date(clock.now()).toISOString();
    left({ stopped: { at, clean: false, reason: 'uncaught TypeError: no lens' } });
    start();
    expect(check('service_restart')?.message).toContain('ended: uncaught TypeError: no lens');
  });

  it('says where the machine was started again in between', async () => {
    const before = new Date(Date.now() - uptime() * 1000 - 3_600_000).toISOString();
    left({ pid: await endedProcess(), written_at: before });
    start();
    expect(check('service_restart')?.message).toContain('did not stop cleanly before the machine was started again');
  });

  it('goes on counting from there', () => {
    left({ restart_count: 2, error_count: 4 });
    const reporter = start();
    reporter.recordError(new Error('one more'));
    reporter.updateServiceStats({ errors: 3 });
    reporter.recordRestart();
    expect(read()).toMatchObject({ restart_count: 4, error_count: 7 });
  });
});

describe('a run after one that stopped cleanly', () => {
  it('is no restart', () => {
    start().close();
    const first = start();
    first.recordHealthCheck('main', 'healthy');
    first.close();
    const second = start();
    second.recordHealthCheck('main', 'healthy');
    expect(read()).toMatchObject({ restart_count: 0, restarts: [] });
  });

  it.each(['service_stop', 'service_stopped'])('is none after a Python service that recorded %s last', (name) => {
    writeFileSync(
      path(),
      JSON.stringify({ overall_status: 'warning', checks: [{ name, status: 'warning' }], restart_count: 1 }),
    );
    start().recordHealthCheck('main', 'healthy');
    expect(read().restart_count).toBe(1);
  });
});

describe('a crash loop', () => {
  const runs = (count: number, apart: number): void => {
    for (let run = 0; run < count; run += 1) {
      left(run === 0 ? {} : { ...read(), stopped: null });
      clock.advance(apart);
      start().recordHealthCheck('main', 'healthy');
      writeFileSync(path(), JSON.stringify(read()));
      const file = readFileSync(path());
      for (const reporter of open.splice(0)) reporter.close();
      // As the file was before it could say that it was closed.
      writeFileSync(path(), file);
    }
  };

  it('is three unclean ends within ten minutes: an error with the count, over after a stable time', () => {
    runs(2, 60_000);
    expect(check('crash_loop')).toBeUndefined();
    clock.advance(60_000);
    start({ stableSeconds: 600 });
    expect(read()).toMatchObject({ overall_status: 'error', restart_count: 3 });
    expect(check('crash_loop')?.message).toMatch(/^3 unclean ends within 10 min\. The run before/);
    clock.advance(599_000);
    expect(read().overall_status).toBe('error');
    clock.advance(1_000);
    expect(read().overall_status).toBe('healthy');
    expect(check('crash_loop')).toMatchObject({ status: 'healthy', message: 'Runs since 10 min' });
  });

  it('is none where they lie further apart, or where more are allowed', () => {
    runs(4, 301_000);
    expect(check('crash_loop')).toBeUndefined();
    runs(3, 1_000);
    expect(check('crash_loop')).toMatchObject({ status: 'error' });
    clock.advance(1_000_000);
    start({ crashLoop: { restarts: 20, withinSeconds: 86_400 } });
    expect(read().overall_status).toBe('healthy');
  });
});

describe('a clock that was set back', () => {
  it('makes no crash loop of ends long ago', async () => {
    const at = (hours: number): string => new Date(clock.now() + hours * 3_600_000).toISOString();
    const restarts = [24, 48, 72].map((hours) => ({ at: at(hours), reason: 'long ago, by the clock of then' }));
    left({ pid: await endedProcess(), restarts });
    start();
    expect(read().restarts).toHaveLength(4);
    expect(check('crash_loop')).toBeUndefined();
  });
});

describe('another writer of the same file', () => {
  it('that still runs is no restart but a duplicate, until it has ended', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], { stdio: 'ignore' });
    const closed = new Promise((resolve) => other.on('close', resolve));
    const pid = other.pid ?? 0;
    const known = processStart(pid);
    left({ pid, ...(known === undefined ? {} : { process_start: known }) });
    const reporter = start();
    expect(read()).toMatchObject({ restart_count: 0, overall_status: 'warning' });
    expect(check('duplicate_instance')?.message).toBe(
      `Process ${pid} writes core.json too. Give each an instance of its own.`,
    );
    clock.advance(31_000);
    reporter.recordHealthCheck('main', 'healthy');
    expect(check('duplicate_instance')?.status).toBe('warning');
    other.kill('SIGKILL');
    await closed;
    clock.advance(31_000);
    reporter.recordHealthCheck('main', 'healthy');
    expect(check('duplicate_instance')).toMatchObject({ status: 'healthy', message: 'The other process has ended' });
  });

  it('in this very process is a duplicate as well', () => {
    start().recordHealthCheck('main', 'healthy');
    start();
    expect(read()).toMatchObject({ restart_count: 0, overall_status: 'warning' });
  });

  it('in this very process is a duplicate also when a third one was closed meanwhile', () => {
    const first = start();
    start().close();
    first.recordHealthCheck('main', 'error');
    start();
    expect(read()).toMatchObject({ restart_count: 0, overall_status: 'warning' });
  });

  it('whose number another process has now is not taken for alive', () => {
    // This test's own process is alive, but it did not start at the first tick after boot.
    left({ pid: process.ppid, process_start: 1 });
    start();
    expect(read().restart_count).toBe(1);
  });

  it.each([
    ['of the last two minutes is taken for alive', 119_000, 'duplicate_instance'],
    ['that is older is not', 121_000, 'service_restart'],
  ])('of which only the number is known, and that number is in use, in a file %s', (_what, age, expected) => {
    const written_at = new Date(clock.now() - age).toISOString();
    left({ pid: process.ppid, process_start: undefined as never, written_at });
    start();
    expect(read().checks.map(({ name }) => name)).toEqual([expected]);
  });

  it('that belongs to another user is alive like any', async () => {
    left({ pid: 1, process_start: undefined as never, written_at: new Date().toISOString() });
    chmodSync(dir, 0o777);
    const { stdout, stderr } = await runProgram('other-user.mjs', [dir]);
    expect([stdout.trim(), stderr]).toEqual(['duplicate_instance', '']);
  });

  it('that has ended, and whose parent has not asked how, is not taken for alive', async (ctx) => {
    ctx.skip(process.platform !== 'linux', 'only Linux tells');
    // A parent that never comes back to its event loop.
    const script = `
      const { pid } = require('node:child_process').spawn('true');
      require('node:fs').writeSync(1, 'ended ' + pid + '\\n');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);`;
    const { child, printed, ended } = startCommand(process.execPath, ['-e', script]);
    const pid = Number((await printed(/ended/)).split(' ')[1]);
    const fields = (): string[] => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    while (fields()[0] !== 'Z') await new Promise(setImmediate);
    left({ pid, process_start: Number(fields()[19]) });
    start();
    child.kill('SIGKILL');
    await ended;
    expect(read().restart_count).toBe(1);
  });

  it('on another host is not looked for here', () => {
    const known = processStart(process.ppid);
    left({
      ...{ pid: process.ppid, host: `not-${hostname()}` },
      ...(known === undefined ? {} : { process_start: known }),
    });
    start();
    expect(check('service_restart')?.message).toContain(` on not-${hostname()})`);
  });
});

describe('a file of the run before that is of no use', () => {
  it.each<[string, string | Buffer]>([
    ['nothing', ''],
    ['half a file', '{"service_name": "co'],
    ['another thing', '[1, 2]'],
    ['bytes', Buffer.from([0, 255, 254])],
    ['depth without end', '['.repeat(100_000)],
    ['a large file', `{"overall_status": "healthy", "restart_count": 7}${' '.repeat(2 * 1024 * 1024)}`],
  ])('is a fresh start, and said: %s', (_what, content) => {
    writeFileSync(path(), content);
    start().recordHealthCheck('main', 'healthy');
    expect(read()).toMatchObject({ restart_count: 0, error_count: 0, overall_status: 'healthy' });
    expect(said).toEqual([expect.stringContaining('The health file of the run before is of no use.')]);
  });

  it.each([
    ['counters', { restart_count: -1, error_count: 'x' }],
    ['fields of our own', { schema_version: 1, pid: 'x', current: 7, restarts: [{}], stopped: 1 }],
    ['a current result', { ...{ current: [{ name: 'a', status: 'odd', at: '' }] }, stopped: { clean: 'yes' } }],
  ])('in part counts for the rest: wrong %s', (_what, more) => {
    left(more as unknown as Partial<Written>);
    start();
    expect(read().restart_count).toBeGreaterThanOrEqual(1);
    expect(said).toEqual([]);
  });
});

describe('what is taken over from the file of the run before', () => {
  it('is bounded like what we write: restarts without end, and one with a reason of half a megabyte', async () => {
    const at = new Date(clock.now() - 3_600_000).toISOString();
    const restarts = [
      ...Array.from({ length: 1_000 }, (_, index) => ({ at, reason: `reason ${index}` })),
      { at, reason: '\u00e9\u0000'.repeat(50_000) },
      { at: 'never', reason: 'no time' },
    ];
    left({ pid: await endedProcess(), restarts });
    start();
    expect(read().restarts).toHaveLength(20);
    expect(JSON.stringify(read()).length).toBeLessThan(20_000);
    expect(read().restarts.at(-2)?.reason).toMatch(/cut: 100000 characters/);
    expect(read().restarts.every((each) => !Number.isNaN(Date.parse(each.at)))).toBe(true);
  });
});

describe('temporary files', () => {
  it('that a killed run left are removed, but not those of the last minute or of others', () => {
    const names = [
      '.core.12.1abc.tmp',
      '.core.13.2abc.tmp',
      '.core.left.12.1abc.tmp',
      '.audio.12.1abc.tmp',
      'core.tmp',
    ];
    for (const name of names) writeFileSync(join(dir, name), 'half');
    const old = new Date(clock.now() - 61_000);
    for (const name of names.filter((each) => !each.includes('13'))) utimesSync(join(dir, name), old, old);
    start();
    expect(readdirSync(dir).sort()).toEqual(names.slice(1).sort());
  });
});
