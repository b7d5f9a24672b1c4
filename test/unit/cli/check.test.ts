import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Publisher } from 'zeromq';
import type { CheckJson } from '../../../src/cli/check/formats.ts';
import { writeHealthFile } from '../../../src/reporter/write-health-file.ts';
import { formatHealthReport } from '../../../src/shared/health-report-format.ts';
import { readHealthReport } from '../../../src/shared/health-report.ts';
import type { HealthStatus } from '../../../src/shared/status.ts';
import { type Finished, run, start } from '../../fixtures/command-line.ts';
import { reportOf } from '../../fixtures/reports.ts';

let root: string;
let dir: string;
const closing: (() => void | Promise<void>)[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'check-'));
  dir = join(root, 'health');
  mkdirSync(dir);
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  rmSync(root, { recursive: true, force: true });
});

const places = (): string[] => ['--dir', dir, '--data', join(root, 'data'), '--settings', join(root, 'settings.json')];
const write = (service: string, status: HealthStatus, at = Date.now()): void =>
  writeHealthFile(dir, service, formatHealthReport(reportOf(status, at)));
const settings = (value: object): void => writeFileSync(join(root, 'settings.json'), JSON.stringify(value));
const check = (...args: string[]): Promise<Finished> => run(['check', ...places(), ...args]);

/** How busy this machine is is not what most of these are about. */
const ALL_BUT_RESOURCES = ['--only', 'services,zmq,processes,http'];
async function json(...args: string[]): Promise<CheckJson & { code: number | null }> {
  const { code, stdout } = await check(...args);
  return { ...(JSON.parse(stdout) as CheckJson), code };
}

/** A process that looks like a service of the installation. */
async function startService(service: string): Promise<number> {
  const words = ['-e', 'console.log("up"); setInterval(() => {}, 1000)', '--', '-m', `experimance_${service}`];
  const child: ChildProcess = spawn(process.execPath, words, {
    argv0: 'python3',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  closing.push(async () => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  });
  if (child.stdout !== null) await once(child.stdout, 'data');
  return child.pid ?? 0;
}

describe('check', () => {
  it('prints the fields of the installation’s script, and then its own', async () => {
    write('core', 'healthy');
    const found = await json();
    expect(Object.keys(found).slice(0, 9)).toEqual([
      'timestamp',
      'project',
      'deployment_mode',
      'health_summary',
      'services',
      'zmq_endpoints',
      'resources',
      'processes',
      'issues',
    ]);
    expect(found.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
    expect(found).toMatchObject({
      project: 'experimance',
      deployment_mode: 'processes',
      services: { core: 'healthy' },
    });
    expect(found.deployment_reason).toBe('Services are processes: systemd does not run this machine.');
    expect(Object.keys(found.resources)).toEqual(['memory_percent', 'disk_percent', 'cpu_percent']);
    for (const value of Object.values(found.resources)) expect(value).toBeGreaterThanOrEqual(0);
  });

  it.each([
    ['healthy', 0],
    ['warning', 1],
    ['error', 2],
    ['fatal', 2],
    ['unknown', 3],
  ] as const)('exits for a service that is %s with %i, in every format', async (status, code) => {
    write('audio', status);
    expect((await check(...ALL_BUT_RESOURCES)).code).toBe(code);
    expect((await check(...ALL_BUT_RESOURCES, '--format', 'text')).code).toBe(code);
    const nagios = await check(...ALL_BUT_RESOURCES, '--format', 'nagios');
    expect(nagios.code).toBe(code);
    const word = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'][code];
    expect(nagios.stdout).toMatch(
      new RegExp(`^HEALTH ${word} - .+ \\| services=1 issues=${status === 'healthy' ? 0 : 1}\n$`),
    );
  });

  it('sees processes of services, with their number, and misses that of one that must run', async () => {
    const pid = await startService('core');
    const found = await json('--only', 'services,processes', '--services', 'core,audio');
    expect(found.code).toBe(2);
    expect(found.services).toEqual({ core: 'healthy', audio: 'fatal' });
    expect(found.processes).toEqual({
      core: { active_state: 'active', sub_state: 'running', pid, restart_count: 0 },
      audio: { active_state: 'inactive', sub_state: 'dead', pid: 0, restart_count: 0 },
    });
    expect(found.issues).toEqual([
      {
        check: 'audio: process',
        status: 'fatal',
        message: 'No process of audio runs here, and it has never reported.',
      },
    ]);
  });

  it('does not miss the process of a service that reports', async () => {
    write('audio', 'healthy');
    const found = await json(...ALL_BUT_RESOURCES, '--services', 'audio');
    expect(found).toMatchObject({ code: 0, services: { audio: 'healthy' }, processes: {}, issues: [] });
  });

  it('tells a stale, a corrupt and a bad report by what is wrong with each', async () => {
    write('audio', 'healthy', Date.now() - 300_000);
    writeFileSync(join(dir, 'display.json'), '{');
    write('agent', 'warning');
    const { issues, code } = await json(...ALL_BUT_RESOURCES);
    expect(code).toBe(2);
    expect(issues.map((issue) => `${issue.check} ${issue.status}`)).toEqual([
      'audio: stale error',
      'agent: main warning',
      'display: corrupt unknown',
    ]);
  });

  it('tells the endpoints of the installation apart: one that a publisher is behind, and one that nobody is', async () => {
    const publisher = new Publisher();
    await publisher.bind('tcp://127.0.0.1:5555');
    closing.push(() => publisher.close());
    const found = await json('--only', 'zmq');
    expect(found).toMatchObject({ code: 2, status: 'error', zmq_endpoints: { events: 'healthy', depth: 'error' } });
    expect(found.issues).toEqual([
      {
        check: 'core: zmq depth',
        status: 'error',
        message: expect.stringContaining('localhost:5556 refused') as string,
      },
    ]);
    expect(found.services).toEqual({});
    expect((await json('--only', 'zmq', '--project', 'gallery')).zmq_endpoints).toEqual({});
  });

  it('looks at endpoints only where whoever serves them must run, unless they are asked for', async () => {
    write('web', 'healthy');
    expect((await json(...ALL_BUT_RESOURCES)).zmq_endpoints).toEqual({});
    await startService('core');
    expect(await json('--services', 'core')).toMatchObject({ zmq_endpoints: { events: 'error', depth: 'error' } });
  });

  it('carries out the checks of the settings, and only those parts that are asked for', async () => {
    const server = createServer((_request, response) => response.end('ok')).listen(0, '127.0.0.1');
    closing.push(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    settings({
      checks: [
        { id: 'page', type: 'http', service: 'web', config: { url: `http://127.0.0.1:${port}/` } },
        { id: 'gone', type: 'tcp', service: 'web', config: { host: '127.0.0.1', port: 1 } },
        { id: 'frames', type: 'zmq', service: 'web', config: { endpoint: 'tcp://127.0.0.1:1' } },
        { id: 'me', type: 'process', service: 'web', config: { executable: 'no-such-program' } },
      ],
    });
    write('web', 'healthy');
    const all = await json(...ALL_BUT_RESOURCES);
    expect(all.http).toEqual({ 'web: page': 'healthy', 'web: gone': 'error' });
    expect(all.zmq_endpoints).toEqual({ frames: 'error' });
    expect(all.services).toEqual({ web: 'fatal' });
    const http = await json('--only', 'http');
    expect(http.issues.map((issue) => issue.check)).toEqual(['web: gone']);
    expect(http).toMatchObject({ status: 'error', services: {}, zmq_endpoints: {}, resources: { cpu_percent: null } });
    expect(await json('--only', 'services')).toMatchObject({ services: { web: 'fatal' }, http: {} });
  });

  it('judges what is measured at once, by the thresholds of the settings', async () => {
    settings({ thresholds: { memory: { warning: 1, error: 1, for: 3600 } } });
    const { code, issues } = await json('--only', 'resources');
    expect(code).toBe(2);
    expect(issues).toContainEqual({
      check: 'machine: memory',
      status: 'error',
      message: expect.stringMatching(/% used, .*: an error from 1 %\.$/) as string,
    });
    const nagios = await check('--only', 'resources', '--format', 'nagios');
    expect(nagios.stdout).toMatch(
      / \| services=0 issues=\d memory=[\d.]+%;1;1;0;100 cpu=[\d.]+%;90;;0;100 disk=[\d.]+%;95;99;0;100\n$/,
    );
  });

  it('says so where there is nothing to look at', async () => {
    const { code, stdout } = await check(...ALL_BUT_RESOURCES, '--format', 'text');
    expect(code).toBe(3);
    expect(stdout).toContain('UNKNOWN: nothing was found to look at.');
  });

  it('prints no escape sequence, line break or bar of a service', async () => {
    const checks = [{ name: 'a', status: 'error', message: '\u001b[2Jone\ntwo | three\u202e' }];
    writeHealthFile(dir, 'core', JSON.stringify({ overall_status: 'error', checks }));
    for (const format of ['text', 'nagios']) {
      const { stdout } = await check(...ALL_BUT_RESOURCES, '--format', format);
      expect(stdout).not.toMatch(/[\u001b\u202e]/);
      expect(stdout).toContain(format === 'text' ? 'one two | three' : 'one two / three');
    }
  });

  it.each([
    [['--only', 'services,everything'], 'It must be some of services,zmq,resources,processes,http.'],
    [['--only', ','], 'It must be some of'],
    [['--services', 'core,../x'], '"../x" must not contain'],
    [['--project', '-x y'], 'must be letters, digits, dots and dashes'],
    [['--format', 'xml'], 'It must be one of json, text, nagios.'],
    [['--nonsense'], 'unknown option'],
  ])('refuses %j with exit code 3', async (args, said) => {
    const { code, stdout, stderr } = await check(...args);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain(said);
  });
});

describe('the health file of a check', () => {
  const file = (): Record<string, unknown> =>
    JSON.parse(readFileSync(join(dir, 'health.json'), 'utf8')) as Record<string, unknown>;

  it('says what was found, in the form of the services’ own', async () => {
    write('audio', 'warning');
    const { health_summary } = await json('--only', 'services');
    expect(file()).toEqual(health_summary);
    expect(file()).toMatchObject({
      service_name: 'healthcheck',
      overall_status: 'warning',
      checks: [{ name: 'audio', status: 'warning', message: 'main: it is warning' }],
      error_count: 0,
    });
    expect(readHealthReport(file(), 'health')).toMatchObject({ ok: true, unknownWords: [] });
  });

  it('counts for the monitor like that of a service, also long after, but not for the next check', async () => {
    write('audio', 'error');
    await check('--only', 'services');
    write('audio', 'healthy');
    expect((await json('--only', 'services')).services).toEqual({ audio: 'healthy' });
    const old = { ...file(), last_check: '2020-01-01T00:00:00.000000', valid_for_seconds: 86_400 };
    writeFileSync(join(dir, 'health.json'), JSON.stringify(old));
    expect((await json('--only', 'services')).services).toEqual({ audio: 'healthy' });
    expect((await run(['status', ...places()])).code).toBe(0);
  });

  it('is not written where that is not wanted', async () => {
    write('audio', 'healthy');
    await check('--only', 'services', '--no-health-file');
    expect(() => file()).toThrow('ENOENT');
  });

  it('that cannot be written costs a sentence, not the check', async () => {
    write('audio', 'healthy');
    mkdirSync(join(dir, 'health.json'));
    const { code, stdout, stderr } = await check('--only', 'services');
    expect(stderr).toContain(`The health file of this check cannot be written to ${dir}: `);
    expect(JSON.parse(stdout)).toMatchObject({ services: { audio: 'healthy' } });
    expect(code).not.toBeNull();
  });
});

describe('check monitor', () => {
  it('looks again and again, with the options of check, until it is told to end', async () => {
    write('audio', 'healthy');
    const running = start([
      'check',
      ...places(),
      '--format',
      'nagios',
      'monitor',
      '--only',
      'services',
      '--interval',
      '1',
    ]);
    closing.push(() => void running.child.kill('SIGKILL'));
    await running.printed(/HEALTH OK - all is well/);
    write('audio', 'fatal');
    await running.printed(/HEALTH CRITICAL - audio main: it is fatal \| services=1 issues=1\n/);
    running.child.kill('SIGTERM');
    expect((await running.finished).code).toBe(0);
    expect(JSON.parse(readFileSync(join(dir, 'health.json'), 'utf8'))).toMatchObject({
      overall_status: 'fatal',
      valid_for_seconds: 3,
    });
  });
});
