import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { writeHealthFile } from '../../../src/reporter/write-health-file.ts';
import { formatHealthReport } from '../../../src/shared/health-report-format.ts';
import type { DeliveryEntry } from '../../../src/shared/notification-state.ts';
import type { HealthStatus } from '../../../src/shared/status.ts';
import { run, type Running, start } from '../../fixtures/command-line.ts';
import { closedAddress, type HttpServer, startHttpServer } from '../../fixtures/notification-servers/http-server.ts';
import { reportOf } from '../../fixtures/reports.ts';

let root: string;
let dir: string;
let server: HttpServer;
const running: Running[] = [];
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'notify-'));
  dir = join(root, 'health');
  server = await startHttpServer();
});
afterEach(async () => {
  for (const one of running.splice(0)) await end(one, 'SIGKILL');
  await server.close();
  rmSync(root, { recursive: true, force: true });
});

const settingsFile = (): string => join(root, 'settings.json');
const places = (): string[] => ['--dir', dir, '--data', join(root, 'data'), '--settings', settingsFile()];
const write = (service: string, status: HealthStatus, at = Date.now()): void =>
  writeHealthFile(dir, service, formatHealthReport(reportOf(status, at)));
const notify = async (...args: string[]): ReturnType<typeof run> => run(['notify', ...args, ...places()]);
const log = async (...args: string[]): Promise<DeliveryEntry[]> =>
  JSON.parse((await notify('log', '--json', ...args)).stdout) as DeliveryEntry[];

async function launch(args: string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Running> {
  const started = start(['monitor', ...args, ...places()], env);
  running.push(started);
  await started.printed(/Watching/);
  return started;
}

async function end({ child, finished }: Running, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal);
  await finished;
}

/** Settings with quick grouping, no message at start and end, and these handlers. */
function settings(handlers: { id: string; type: string; config: object }[], more: object = {}): string {
  const quick = { startup_grace_period: 0, buffer_time: 0, check_interval: 1 };
  const silent = { notification_on_startup: false, notification_on_shutdown: false };
  return JSON.stringify(
    { ...quick, ...silent, active_checks: false, ...more, handlers: handlers.map((one) => ({ name: one.id, ...one })) },
    null,
    1,
  );
}

const hook = (address = server.address): { id: string; type: string; config: object } => ({
  id: 'hook',
  type: 'webhook',
  config: { url: `${address}/hook` },
});

interface Payload {
  timestamp: string;
  experimance: { event: string; title: string; time: string; text: string };
}
const payloads = (from = server): Payload[] => from.seen.map(({ body }) => JSON.parse(body) as Payload);

describe('monitor', () => {
  it('that is ended by kill -9 during an incident tells its beginning and its end once the server is there, with their times', async () => {
    const away = await closedAddress();
    writeFileSync(settingsFile(), settings([hook(away)]));
    write('audio', 'healthy');
    const first = await launch();
    write('audio', 'fatal');
    const began = Date.now();
    await vi.waitFor(async () => expect(await log('--state', 'queued')).toHaveLength(1), { timeout: 10_000 });
    await end(first, 'SIGKILL');
    write('audio', 'healthy');
    const ended = Date.now();
    const arrived: Payload[] = [];
    const late = createServer((request, response) => {
      request.setEncoding('utf8').on('data', (text: string) => arrived.push(JSON.parse(text) as Payload));
      request.on('end', () => response.end());
    }).listen(Number(new URL(away).port), 'localhost');
    try {
      await once(late, 'listening');
      await launch();
      await vi.waitFor(() => expect(arrived).toHaveLength(2), { timeout: 15_000 });
    } finally {
      late.close();
    }
    expect(arrived.map(({ experimance }) => experimance.title)).toEqual(['audio: fatal', 'audio: healthy again']);
    const [opened, recovered] = arrived.map(({ experimance }) => Date.parse(experimance.time));
    expect(Math.abs((opened ?? 0) - began)).toBeLessThan(2000);
    expect(Math.abs((recovered ?? 0) - ended)).toBeLessThan(2000);
    expect(await log('--state', 'delivered')).toHaveLength(2);
  }, 60_000);

  it('goes on with what was right where it is started with a broken settings file, and loses nothing that waits', async () => {
    const away = await closedAddress();
    const good = settings([hook(away)]);
    writeFileSync(settingsFile(), good);
    write('audio', 'error');
    const first = await launch();
    await vi.waitFor(async () => expect(await log('--state', 'queued')).toHaveLength(1), { timeout: 10_000 });
    writeFileSync(settingsFile(), good.replace('"buffer_time": 0', '"buffer_time": "soon"'));
    await end(first, 'SIGKILL');
    const second = await launch();
    write('core', 'error');
    await vi.waitFor(async () => expect(await log('--state', 'queued')).toHaveLength(2), { timeout: 10_000 });
    await end(second, 'SIGTERM');
    const { stderr } = await second.finished;
    expect(stderr).toMatch(/settings\.json, line 3: buffer_time must be a number of seconds/);
    expect(stderr).toContain('the settings that were right before stay in force');
    expect(await log('--state', 'failed')).toEqual([]);
    expect((await notify('list')).stdout).toMatch(/^hook .*failing since .*2 messages waiting/m);
  }, 60_000);

  it('says what is wrong with the settings file when it is edited, and goes on by what was right', async () => {
    const good = settings([hook()]);
    writeFileSync(settingsFile(), good);
    const monitor = await launch();
    let stderr = '';
    monitor.child.stderr?.on('data', (data: Buffer) => (stderr += data.toString()));
    writeFileSync(settingsFile(), good.replace('"type": "webhook"', '"type": "pigeon"'));
    await vi.waitFor(() => expect(stderr).toMatch(/line \d+: handlers\.0\.type must be one of/), { timeout: 10_000 });
    write('audio', 'error');
    await vi.waitFor(() => expect(payloads()).toHaveLength(1), { timeout: 10_000 });
  }, 30_000);

  it('does not try a server that asked for patience because the settings were edited', async () => {
    writeFileSync(settingsFile(), settings([hook()]));
    server.reply = () => ({ status: 429, headers: { 'retry-after': '600' } });
    await launch();
    write('audio', 'error');
    await vi.waitFor(() => expect(server.seen).toHaveLength(1), { timeout: 10_000 });
    server.reply = () => ({ status: 200 });
    // A handler that is added hears of the incident, too: once it has, the edit is in force.
    const other = { id: 'other', type: 'log', config: { file: join(root, 'health.log') } };
    writeFileSync(settingsFile(), settings([hook(), other]));
    await vi.waitFor(() => expect(existsSync(join(root, 'health.log'))).toBe(true), { timeout: 10_000 });
    expect(server.seen).toHaveLength(1);
  }, 30_000);

  it('sends by what the environment says, without a settings file', async () => {
    const env = {
      NTFY_TOPIC: 'gallery',
      NTFY_SERVER: server.address,
      HEALTH_WEBHOOK_URL: `${server.address}/hook`,
      HEALTH_WEBHOOK_AUTH: 'Bearer of-the-environment',
      HEALTH_LOG_FILE: join(root, 'health.log'),
      NOTIFICATION_BUFFERING: 'false',
      SERVICES: 'audio',
    };
    write('audio', 'healthy');
    const monitor = await launch([], env);
    const at = (path: string): HttpServer['seen'] => server.seen.filter(({ url }) => url === path);
    // The summary after the grace period, which is 10 s where nothing is set.
    await vi.waitFor(() => expect([at('/gallery').length, at('/hook').length]).toEqual([1, 1]), { timeout: 20_000 });
    write('audio', 'fatal');
    await vi.waitFor(() => expect([at('/gallery').length, at('/hook').length]).toEqual([2, 2]), { timeout: 10_000 });
    expect(at('/gallery')[1]?.headers).toMatchObject({
      title: 'audio: fatal',
      priority: 'urgent',
      tags: 'experimance,health,fatal,audio,priority-urgent,critical,service',
    });
    expect(at('/hook')[1]?.headers['authorization']).toBe('Bearer of-the-environment');
    const line = /^\[\d{4}-\d\d-\d\dT[\d:.]+\] Service audio health: fatal - Latest: main \(fatal\): it is fatal$/m;
    await vi.waitFor(() => expect(readFileSync(join(root, 'health.log'), 'utf8')).toMatch(line));
    await end(monitor, 'SIGTERM');
    expect(at('/gallery')[2]?.headers['title']).toMatch(/^The monitor on .* has stopped$/);
  }, 60_000);

  it.each([
    ['asked for', ['--dry-run'], {}],
    ['by the environment', [], { NOTIFICATIONS_DRY_RUN: 'true' }],
  ])(
    'in a dry run %s decides and sends nothing, beside one that sends and leaves its queue alone',
    async (_how, args, env) => {
      const away = await closedAddress();
      writeFileSync(settingsFile(), settings([hook(away)]));
      write('audio', 'error');
      await launch();
      await vi.waitFor(async () => expect(await log('--state', 'queued')).toHaveLength(1), { timeout: 10_000 });
      await launch(args, env);
      await vi.waitFor(
        async () =>
          expect(await log('--dry-run')).toMatchObject([
            { state: 'delivered', title: 'audio: error', reason: 'Dry run: nothing was sent.' },
          ]),
        { timeout: 10_000 },
      );
      expect(await log()).toMatchObject([{ state: 'queued' }]);
    },
    60_000,
  );
});

describe('notify', () => {
  it('test prints the answer of the server, and exits with 1 where it did not take the message', async () => {
    writeFileSync(settingsFile(), settings([hook()]));
    server.reply = () => ({ status: 200, body: 'thank you' });
    expect(await notify('test', 'hook')).toMatchObject({ code: 0, stdout: 'Delivered: 200 OK: thank you\n' });
    server.reply = () => ({ status: 403, body: '\u001b[2Jno' });
    const refused = await notify('test', 'hook');
    expect(refused.code).toBe(1);
    expect(refused.stdout).toMatch(/^Not delivered: localhost:\d+ refused: 403 Forbidden\./);
    expect(refused.stdout).not.toContain('\u001b');
    expect(await notify('test', 'nobody')).toMatchObject({ stderr: expect.stringContaining('There are: hook.') });
  });

  it('simulate shows every stage and the message, and tells nobody', async () => {
    writeFileSync(settingsFile(), settings([hook()], { notification_level: 'error' }));
    write('audio', 'healthy');
    const { stdout } = await notify('simulate', 'audio', 'fatal');
    expect(stdout).toMatch(/^pass {2}level {10} {2}fatal is told at level error\.$/m);
    expect(stdout).toContain('Told to hook.');
    expect(stdout).toContain('— hook: audio: fatal');
    expect((await notify('simulate', 'audio', 'warning')).stdout).toContain('warning is below the level error.');
    expect((await notify('simulate', 'audio', 'purple')).code).not.toBe(0);
    expect(server.seen).toEqual([]);
    expect(await log()).toEqual([]);
  });

  it('simulate knows what is down that a service needs', async () => {
    writeFileSync(settingsFile(), settings([hook()], { depends_on: { audio: ['core'] } }));
    write('audio', 'healthy');
    write('core', 'error');
    expect((await notify('simulate', 'audio', 'error')).stdout).toContain(
      'Not told now. core, which it needs, is error.',
    );
  });

  it('list names the handlers, and what is missing for them to send', async () => {
    writeFileSync(
      settingsFile(),
      settings([hook(), { id: 'chat', type: 'gotify', config: { server: 'gotify.test' } }]),
    );
    const { stdout } = await notify('list');
    expect(stdout).toMatch(/^hook {2}\(webhook\) hook {2}localhost:\d+ {2}unused: /m);
    expect(stdout).toMatch(/^chat .*incomplete: "chat" cannot send: token is not set\.$/m);
  });
});
