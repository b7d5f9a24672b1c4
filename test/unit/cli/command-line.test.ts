import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeHealthFile } from '../../../src/reporter/write-health-file.ts';
import { formatHealthReport } from '../../../src/shared/health-report-format.ts';
import type { StatusJson } from '../../../src/shared/status-json.ts';
import type { HealthStatus } from '../../../src/shared/status.ts';
import { run, type Running, start } from '../../fixtures/command-line.ts';
import { reportOf } from '../../fixtures/reports.ts';

let root: string;
let dir: string;
const running: Running[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cli-'));
  dir = join(root, 'health');
});
afterEach(async () => {
  for (const { child, finished } of running.splice(0)) {
    child.kill();
    await finished;
  }
  rmSync(root, { recursive: true, force: true });
});

const places = (): string[] => ['--dir', dir, '--data', join(root, 'data'), '--settings', join(root, 'settings.json')];
const write = (service: string, status: HealthStatus, at = Date.now()): void =>
  writeHealthFile(dir, service, formatHealthReport(reportOf(status, at)));
const launch = (...args: string[]): Running => {
  const started = start([...args, ...places()]);
  running.push(started);
  return started;
};

describe('status', () => {
  it.each([
    ['healthy', 0],
    ['warning', 1],
    ['error', 2],
    ['fatal', 2],
    ['unknown', 3],
  ] as const)('exits for %s with %i', async (status, code) => {
    write('core', status);
    write('audio', 'healthy');
    const finished = await run(['status', ...places()]);
    expect(finished.code).toBe(code);
    expect(finished.stdout).toContain(status.toUpperCase());
  });

  it('counts stale as error, corrupt and never-seen as unknown, at once', async () => {
    write('core', 'healthy', Date.now() - 121_000);
    expect((await run(['status', ...places()])).code).toBe(2);
    writeFileSync(join(dir, 'core.json'), '{');
    expect((await run(['status', ...places()])).code).toBe(3);
    write('core', 'healthy');
    const { code, stdout } = await run(['status', ...places()], { SERVICES: 'core,audio' });
    expect(code).toBe(3);
    expect(stdout).toMatch(/UNKNOWN +audio +\[never-seen\]/);
  });

  it('--json prints what the interface says, worst first', async () => {
    write('core', 'healthy');
    write('audio', 'error');
    const { stdout } = await run(['status', '--json', ...places()]);
    const status = JSON.parse(stdout) as StatusJson;
    expect(status.status).toBe('error');
    expect(status.services.map(({ service }) => service)).toEqual(['audio', 'core']);
    expect(status.services[0]).toMatchObject({
      name: 'a service',
      status: 'error',
      reason: 'reported',
      message: 'main: it is error',
      uptime: 1,
      error_count: 0,
      restart_count: 0,
    });
    expect(status.services[0]?.age_seconds).toBeLessThan(60);
    expect(Date.parse(status.services[0]?.last_check ?? '')).not.toBeNaN();
  });

  it('says where it looked when there is nothing', async () => {
    const { code, stdout, stderr } = await run(['status', ...places()]);
    expect(code).toBe(3);
    expect(stdout).toContain(dir);
    expect(stderr).toContain('does not exist');
  });

  it('prints no escape sequence of a service', async () => {
    writeHealthFile(
      dir,
      'core',
      '{"overall_status": "error", "checks": [{"name": "a", "status": "error", "message": "\\u001b[2J\\u001b]0;x\\u0007\\u202eevil"}]}',
    );
    const { stdout } = await run(['status', ...places()]);
    expect(stdout).toContain('evil');
    expect(stdout).not.toMatch(/[\u001b\u0007\u202e]/);
  });
});

describe('fake', () => {
  it('writes once with --for 0, in a form that status understands', async () => {
    const { code } = await run(['fake', 'core', 'audio', '--status', 'warning', '--for', '0', ...places()]);
    expect(code).toBe(0);
    expect(readdirSync(dir).sort()).toEqual(['audio.json', 'core.json']);
    expect(JSON.parse(readFileSync(join(dir, 'core.json'), 'utf8'))).toMatchObject({
      service_name: 'fake_core',
      overall_status: 'warning',
    });
    expect((await run(['status', ...places()])).code).toBe(1);
  });

  it('refuses a name that would leave the folder', async () => {
    const { code, stderr } = await run(['fake', '../core', ...places()]);
    expect(code).toBe(3);
    expect(stderr).toContain('must not contain /');
  });

  it('--story takes the monitor through every status, rubbish, silence and recovery', async () => {
    writeFileSync(join(root, 'settings.json'), '{ "service_timeout": 1, "startup_grace_period": 0 }');
    const monitor = launch('monitor');
    await monitor.printed(/Watching/);
    launch('fake', 'core', '--story', '--scene', '2', '--interval', '0.2');
    await monitor.printed(
      /core: healthy \(reported\)[^]*→ warning[^]*→ error \(reported\)[^]*→ healthy[^]*→ fatal[^]*→ unknown \(reported\)/,
    );
    await monitor.printed(
      /→ healthy[^]*core: healthy → error \(stale\)[^]*→ healthy[^]*→ unknown \(missing\)[^]*unknown → healthy/,
    );
  }, 40_000);
});

describe('monitor', () => {
  const ask = async (url: URL, path: string, init: RequestInit & { headers?: Record<string, string> } = {}) =>
    fetch(new URL(path, url), { redirect: 'manual', ...init });

  it('prints the address of a dashboard that only its token opens', async () => {
    write('core', 'error');
    const { printed } = launch('monitor');
    const url = new URL((await printed(/http:\S+token=\S+/))[0]);
    await printed(/Watching/);
    const token = url.searchParams.get('token') ?? '';
    const call = { 'content-type': 'application/json', 'x-experimance-health': '1' };
    expect((await ask(url, '/status')).status).toBe(401);
    expect((await ask(url, '/?token=wrong')).status).toBe(401);
    const opened = await ask(url, url.href);
    expect(opened.status).toBe(303);
    expect(opened.headers.get('set-cookie')).toMatch(/HttpOnly.*SameSite=Strict|SameSite=Strict.*HttpOnly/);
    const bearer = { authorization: `Bearer ${token}` };
    expect(await (await ask(url, '/status', { headers: bearer })).json()).toMatchObject({ status: 'error' });
    const snapshot = await ask(url, '/api/snapshot', { method: 'POST', body: 'null', headers: { ...bearer, ...call } });
    expect(await snapshot.json()).toMatchObject({
      ok: true,
      value: { status: 'error', services: [{ service: 'core' }] },
    });
    expect((await ask(url, '/api/snapshot', { method: 'POST', body: 'null', headers: bearer })).status).toBe(403);
    expect((await ask(url, '/status', { headers: { ...bearer, origin: 'http://evil.example' } })).status).toBe(403);
    const unknown = await ask(url, '/api/__proto__', { method: 'POST', body: 'null', headers: { ...bearer, ...call } });
    expect(await unknown.json()).toMatchObject({ ok: false, code: 'not-found' });
    const invalid = await ask(url, '/api/service', {
      method: 'POST',
      body: '{"service": 3}',
      headers: { ...bearer, ...call },
    });
    expect(await invalid.json()).toMatchObject({ ok: false, code: 'invalid-input' });
    expect((await ask(url, '/../../package.json', { headers: bearer })).status).toBe(404);
  });

  it('says that its port is taken, and ends', async () => {
    const { printed } = launch('monitor');
    const url = new URL((await printed(/http:\S+token=\S+/))[0]);
    const { code, stderr } = await run(['monitor', '--port', url.port, ...places()]);
    expect(code).toBe(3);
    expect(stderr).toContain(`The dashboard cannot be served on port ${url.port}`);
  });

  it('streams what changes', async () => {
    const { printed } = launch('monitor');
    const url = new URL((await printed(/http:\S+token=\S+/))[0]);
    await printed(/Watching/);
    const response = await ask(url, '/api/events', {
      headers: { authorization: `Bearer ${url.searchParams.get('token')}` },
    });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    write('core', 'fatal');
    let text = '';
    while (!text.includes('"to":"fatal"')) text += (await reader?.read())?.value ?? '';
    expect(text).toContain('event: api:changes');
    await reader?.cancel();
  });

  it('names the line and field of a wrong settings file and goes on, and takes the next edit', async () => {
    writeFileSync(join(root, 'settings.json'), '{\n "service_timeout": "x" }');
    const { printed, child, finished } = launch('monitor');
    await printed(/Watching/);
    writeFileSync(join(root, 'settings.json'), '{ "startup_grace_period": 0, "expected_services": ["audio"] }');
    await printed(/audio: unknown/);
    child.kill('SIGTERM');
    const { code, stderr } = await finished;
    expect(code).toBe(0);
    expect(stderr).toContain('line 2: service_timeout must be a number of seconds');
  });
});
