import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HealthReporter } from '../../../src/reporter/health-reporter.ts';
import type { HealthReporterOptions } from '../../../src/reporter/options.ts';
import type { HealthReport } from '../../../src/shared/health-report.ts';
import { ManualClock } from '../../fixtures/manual-clock.ts';
import { startCommand, startProgram } from '../../fixtures/reporter/program.ts';

let root: string;
let clock: ManualClock;
let said: string[];
const open: HealthReporter[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'disk-'));
  clock = new ManualClock();
  said = [];
});
afterEach(() => {
  for (const reporter of open.splice(0)) reporter.close();
  rmSync(root, { recursive: true, force: true });
});

function reporterIn(healthDir: string, options: HealthReporterOptions = {}): HealthReporter {
  const logger = { warn: (message: string) => said.push(message), error: (message: string) => said.push(message) };
  const reporter = new HealthReporter('A service', 'service', { healthDir, clock, logger, ...options });
  open.push(reporter);
  return reporter;
}
const read = (dir: string): HealthReport => JSON.parse(readFileSync(join(dir, 'service.json'), 'utf8')) as HealthReport;

function everything(reporter: HealthReporter): void {
  reporter.recordHealthCheck('main', 'healthy');
  reporter.recordHealthCheck('main', 'error', 'why', { a: 1 });
  reporter.recordError(new Error('no'), { fatal: true });
  reporter.resetErrorStatus();
  reporter.recordRestart();
  reporter.updateServiceStats({ messagesSent: 1 });
  reporter.getHealthSummary();
  reporter.flush();
}

describe('a disk that does not take the file', () => {
  it.each([
    ['a file in the place of the folder', (dir: string) => writeFileSync(dir, ''), 'service'],
    ['a file in the place of a folder above it', (dir: string) => writeFileSync(dir, ''), join('deeper', 'still')],
    [
      'a folder in the place of the file',
      (dir: string) => mkdirSync(join(dir, 'service.json', 'x'), { recursive: true }),
      '',
    ],
  ])('hurts nobody, is counted, and is told once a minute: %s', (_what, breakIt, below) => {
    const dir = join(root, 'health');
    breakIt(dir);
    const reporter = reporterIn(join(dir, below));
    expect(() => everything(reporter)).not.toThrow();
    expect(reporter.writeFailures).toBeGreaterThan(1);
    expect(reporter.flush()).toBe(false);
    const complaints = (): string[] => said.filter((message) => message.includes('cannot be written'));
    expect(complaints()).toHaveLength(1);
    clock.advance(59_000);
    expect(complaints()).toHaveLength(1);
    clock.advance(32_000);
    expect(complaints()).toHaveLength(2);
    expect(complaints()[1]).toMatch(/and \d+ times before/);
    expect(reporter.status).toBe('error');
  });

  it('because there is a pipe in its place does not wait for a writer, and puts the file there', async () => {
    spawnSync('mkfifo', [join(root, 'host.json')]);
    expect(lstatSync(join(root, 'host.json')).isFIFO()).toBe(true);
    const { child, ended } = startProgram('host.mjs', [root, 'ends']);
    const tooLong = setTimeout(() => child.kill('SIGKILL'), 10_000);
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
    clearTimeout(tooLong);
    expect(lstatSync(join(root, 'host.json')).isFile()).toBe(true);
  });

  it('because its name is too long hurts nobody', () => {
    const reporter = new HealthReporter('Long', 'x'.repeat(300), { healthDir: root, clock });
    open.push(reporter);
    expect(() => everything(reporter)).not.toThrow();
    expect(reporter.writeFailures).toBeGreaterThan(0);
    expect(readdirSync(root)).toEqual([]);
  });

  it('is tried again, ever less often, and the outage is shown as a check when it works again, and is over later', () => {
    const dir = join(root, 'health');
    writeFileSync(dir, '');
    const reporter = reporterIn(dir, { errorClearSeconds: 300 });
    reporter.recordHealthCheck('main', 'healthy', 'still well');
    expect(reporter.writeFailures).toBe(1);
    // After 1, 2, 4, 8, 16, 30, 30 … seconds.
    clock.advance(91_000);
    expect(reporter.writeFailures).toBe(8);
    rmSync(dir);
    clock.advance(30_000);
    expect(read(dir)).toMatchObject({ overall_status: 'warning' });
    expect(read(dir).checks.at(-1)).toMatchObject({
      name: 'health_file',
      status: 'warning',
      message: expect.stringMatching(
        /^The health file could not be written for 2 min 1 s \(8 attempts\): ENOTDIR/,
      ) as string,
    });
    clock.advance(301_000);
    expect(read(dir)).toMatchObject({ overall_status: 'healthy' });
  });

  it('because its folder was removed gets a new folder', () => {
    const dir = join(root, 'deep', 'health');
    const reporter = reporterIn(dir);
    reporter.recordHealthCheck('main', 'healthy');
    rmSync(join(root, 'deep'), { recursive: true });
    reporter.recordHealthCheck('main', 'error');
    expect(read(dir).overall_status).toBe('error');
    expect(reporter.writeFailures).toBe(0);
  });

  it('because it is not allowed to hurts nobody', async () => {
    const locked = join(root, 'locked');
    mkdirSync(locked, { mode: 0o700 });
    const program = join(import.meta.dirname, '../../fixtures/reporter/no-permission.mjs');
    const { stdout, stderr } = await startCommand(process.execPath, [program, locked]).ended;
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      failures: 2,
      said: [expect.stringContaining('EACCES'), expect.stringContaining('EACCES')],
      status: 'error',
    });
  });

  it('does not hurt a host whose working directory was removed', () => {
    const program = join(import.meta.dirname, '../../fixtures/reporter/no-working-directory.mjs');
    const { status, stderr } = spawnSync(process.execPath, [program, join(root, 'gone')], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  });
});

/** Whether this machine lets a test have file systems of its own, that nobody else sees. */
const mounts = spawnSync('unshare', ['--mount', 'true']).status === 0;

describe('a file system of its own', () => {
  interface Outcome {
    during: { status: string; message: string; records: number };
    failures: number;
    said: string[];
    after: { status: string; checks: { name: string; status: string; message: string }[] };
    left: string[];
  }

  it.for([
    ['full', 'ENOSPC'],
    ['read-only', 'EROFS'],
  ])(
    'that becomes %s leaves the last good file, and takes new ones once it is well',
    async ([how = '', error = ''], ctx) => {
      ctx.skip(!mounts, 'unshare --mount is not allowed here');
      const program = join(import.meta.dirname, '../../fixtures/reporter/broken-disk.mjs');
      const script = `mount -t tmpfs -o size=1m tmpfs "$1" && exec "$2" "$3" "$1" "$4"`;
      const { ended } = startCommand('unshare', [
        '--mount',
        'sh',
        '-c',
        script,
        'sh',
        root,
        process.execPath,
        program,
        how,
      ]);
      const { code, stdout, stderr } = await ended;
      expect([code, stderr]).toEqual([0, '']);
      const outcome = JSON.parse(stdout) as Outcome;
      expect(outcome.during).toEqual({ status: 'healthy', message: 'the disk is well', records: 1 });
      expect(outcome.failures).toBe(30);
      expect(outcome.said).toHaveLength(1);
      expect(outcome.said[0]).toContain(error);
      expect(outcome.after.status).toBe('warning');
      expect(outcome.after.checks).toMatchObject([
        { message: 'the disk is back' },
        { name: 'health_file', status: 'warning' },
      ]);
      expect(outcome.left).toEqual(['broken.json']);
    },
  );
});
