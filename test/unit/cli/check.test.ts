import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeHealthFile } from '../../../src/reporter/write-health-file.ts';
import { formatHealthReport } from '../../../src/shared/health-report-format.ts';
import type { HealthStatus } from '../../../src/shared/status.ts';
import { type Finished, run, type Running, start } from '../../fixtures/command-line.ts';
import { reportOf } from '../../fixtures/reports.ts';

let root: string;
let dir: string;
let server: Server;
let port: number;
let answer = 200;
const running: Running[] = [];
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'check-'));
  dir = join(root, 'health');
  mkdirSync(dir);
  answer = 200;
  server = createServer((_request, response) => {
    response.statusCode = answer;
    response.end('fine');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterEach(async () => {
  for (const { child, finished } of running.splice(0)) {
    child.kill();
    await finished;
  }
  await new Promise((resolve) => server.close(resolve));
  rmSync(root, { recursive: true, force: true });
});

const places = (): string[] => ['--dir', dir, '--data', join(root, 'data'), '--settings', join(root, 'settings.json')];
const set = (settings: object): void => writeFileSync(join(root, 'settings.json'), JSON.stringify(settings));
const write = (service: string, status: HealthStatus): void =>
  writeHealthFile(dir, service, formatHealthReport(reportOf(status, Date.now())));
const check = (...args: string[]): Promise<Finished> => run(['check', ...args, ...places()]);
const website = (): object => ({
  checks: [{ id: 'page', type: 'http', service: 'website', config: { url: `http://127.0.0.1:${port}/` } }],
});
interface Printed {
  [key: string]: unknown;
  issues: { check: string; status: string; message: string }[];
}
const printed = async (...args: string[]): Promise<Printed> => JSON.parse((await check(...args)).stdout) as Printed;

describe('check', () => {
  it('prints what the installation’s script prints, in its shape, with fields of our own', async () => {
    write('core', 'healthy');
    write('audio', 'warning');
    set(website());
    const json = await printed();
    expect(json).toMatchObject({
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/),
      project: 'experimance',
      deployment_mode: 'processes',
      health_summary: { service_name: 'healthcheck', overall_status: expect.any(String) },
      services: { core: 'healthy', audio: 'warning', website: 'healthy' },
      zmq_endpoints: {},
      resources: {
        memory_percent: expect.any(Number),
        disk_percent: expect.any(Number),
        cpu_percent: expect.any(Number),
      },
      http: { 'website page': 'healthy' },
      issues: expect.arrayContaining([{ check: 'audio: main', status: 'warning', message: 'it is warning' }]),
    });
  });

  it.each([
    ['healthy', 0],
    ['warning', 1],
    ['error', 2],
    ['fatal', 2],
  ] as const)('exits for %s with the code of Nagios', async (status, code) => {
    write('core', status);
    expect((await check('--only', 'services')).code).toBe(code);
  });

  it('is one line with performance data for Nagios', async () => {
    write('core', 'error');
    const { stdout, code } = await check('--only', 'services,resources', '--format', 'nagios');
    expect(code).toBe(2);
    expect(stdout).toMatch(
      /^HEALTH CRITICAL - core main: it is error.* \| services=2 issues=\d+ memory=[\d.]+% cpu=[\d.]+% disk=[\d.]+%\n$/,
    );
  });

  it('looks only at what is asked for', async () => {
    answer = 503;
    write('core', 'error');
    set(website());
    const json = await printed('--only', 'http');
    expect(json['services']).toEqual({ website: 'error' });
    expect(json['resources']).toEqual({ memory_percent: null, disk_percent: null, cpu_percent: null });
    expect((await check('--only', 'http,nothing')).stderr).toContain('It must be some of services,zmq');
  });

  it('misses services that must run, and says so', async () => {
    write('core', 'healthy');
    const { stdout, code } = await check('--services', 'core,lidar', '--only', 'services', '--format', 'text');
    expect(code).toBe(3);
    expect(stdout).toMatch(/UNKNOWN +lidar +never-seen: /);
  });

  it('tells that a process that a health file names was killed', async () => {
    const reporter = `
      import { HealthReporter } from 'experimance-health/reporter';
      const reporter = new HealthReporter('Core', 'core', { healthDir: ${JSON.stringify(dir)} });
      reporter.recordHealthCheck('main', 'healthy');
      process.kill(process.pid, 'SIGKILL');`;
    const killed = spawn(process.execPath, ['--input-type=module', '-e', reporter], {
      cwd: join(import.meta.dirname, '../../..'),
      stdio: 'inherit',
    });
    await new Promise((resolve) => killed.once('exit', resolve));
    const json = await printed('--only', 'services');
    expect(json.issues).toEqual([
      { check: 'core: process', status: 'fatal', message: expect.stringContaining('has ended without saying so') },
    ]);
  });

  it('writes its own health file, which is no service of the next look', async () => {
    write('core', 'error');
    await check('--only', 'services');
    const file = join(dir, 'health.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      service_name: 'healthcheck',
      overall_status: 'error',
      valid_for_seconds: 86_400,
    });
    write('core', 'healthy');
    expect((await check('--only', 'services')).code).toBe(0);
    rmSync(file);
    await check('--only', 'services', '--no-health-file');
    expect(existsSync(file)).toBe(false);
  });

  it('goes on where its file cannot be written, and says why', async () => {
    write('core', 'healthy');
    mkdirSync(join(dir, 'health.json'));
    const { code, stderr } = await check('--only', 'services');
    expect(code).toBe(3);
    expect(stderr).toContain(`cannot be written to ${dir}: `);
  });

  it('says what is wrong with the settings and goes on with the others', async () => {
    write('core', 'healthy');
    set({ checks: [{ id: 'page', type: 'http', service: 'website', config: { url: 'ftp://x' } }] });
    const { stdout } = await check('--only', 'services', '--format', 'text');
    expect(stdout).toMatch(/settings\.json, line 1: checks\.0\.config\.url must/);
  });

  it('repeats until it is ended', async () => {
    write('core', 'healthy');
    const monitor = start([
      'check',
      'monitor',
      '--interval',
      '1',
      '--only',
      'services',
      '--format',
      'nagios',
      ...places(),
    ]);
    running.push(monitor);
    await monitor.printed(/(HEALTH OK[^\n]*\n){2}/);
    expect(JSON.parse(readFileSync(join(dir, 'health.json'), 'utf8'))).toMatchObject({ valid_for_seconds: 3 });
    monitor.child.kill('SIGTERM');
    expect((await monitor.finished).code).toBe(0);
  });
});
