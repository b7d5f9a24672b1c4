import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { writeHealthFile } from '../../../src/reporter/write-health-file.ts';
import { formatHealthReport } from '../../../src/shared/health-report-format.ts';
import { HealthStatus } from '../../../src/shared/status.ts';
import { run, type Running, start } from '../../fixtures/command-line.ts';
import { closedAddress } from '../../fixtures/notification-servers/http-server.ts';
import { reportOf } from '../../fixtures/reports.ts';

const ROUNDS = Number(process.env['EXPERIMANCE_CRASH_ROUNDS'] ?? 60) / 10;
const SERVICES = ['core', 'audio', 'lamp'];
/** What the server does with a message. `vanishes`: it takes it and is gone before it has answered. */
const MOODS = ['accepts', 'accepts', 'accepts', 'fails', 'vanishes', 'refuses'] as const;

/** What a server was told of one service. */
interface Told {
  handler: string;
  message: string;
  service: string;
  event: string;
  status: HealthStatus;
  incident: string | null;
}
interface Payload {
  experimance: { id: string; services: Omit<Told, 'handler' | 'message'>[] };
}

let root: string;
let port: number;
let server: Server | undefined;
let mood: (typeof MOODS)[number] = 'accepts';
let monitor: Running | undefined;
const told: Told[] = [];

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'monitor-crash-'));
  port = Number(new URL(await closedAddress()).port);
});
afterEach(async () => {
  await kill();
  await close();
  rmSync(root, { recursive: true, force: true });
});

const any = <T>(all: readonly T[]): T => {
  const one = all[Math.floor(Math.random() * all.length)];
  if (one === undefined) throw new Error('There is nothing to choose from.');
  return one;
};
const report = (service: string, status: HealthStatus): void =>
  writeHealthFile(join(root, 'health'), service, formatHealthReport(reportOf(status, Date.now())));

async function open(): Promise<void> {
  if (server !== undefined) return;
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('error', () => undefined);
    request.on('end', () => {
      if (mood === 'fails') return response.writeHead(500).end();
      const { id, services } = (JSON.parse(body) as Payload).experimance;
      for (const one of services) told.push({ ...one, handler: request.url ?? '', message: id });
      return mood === 'vanishes' ? response.destroy() : response.end();
    });
  }).listen(port, 'localhost');
  await once(server, 'listening');
}

async function close(): Promise<void> {
  const closing = server;
  server = undefined;
  if (closing === undefined) return;
  const closed = once(closing, 'close');
  closing.close();
  closing.closeAllConnections();
  await closed;
}

const places = (): string[] => [
  ...['--dir', join(root, 'health')],
  ...['--data', join(root, 'data')],
  ...['--settings', join(root, 's.json')],
];

function launch(): void {
  monitor = start(['monitor', ...places()]);
}

async function kill(): Promise<void> {
  monitor?.child.kill('SIGKILL');
  await monitor?.finished;
  monitor = undefined;
}

/** Each message once, in the order of their first arrivals. */
function firsts(handler: string): Told[] {
  const seen = new Set<string>();
  return told.filter((one) => {
    const key = `${one.message} ${one.service}`;
    if (one.handler !== handler || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** What a person who reads all of it would object to. */
function objections(history: readonly Told[]): string[] {
  const known = new Map<string, Told>();
  const found: string[] = [];
  for (const one of history) {
    const { service, event, status } = one;
    const before = known.get(service);
    const isFirst = event === 'opened' || event === 'passed';
    if (isFirst !== (before === undefined)) found.push(`${service}: ${event}, told before: ${before?.event}`);
    if (before !== undefined && before.status === status) found.push(`${service}: ${status} twice`);
    if (event === 'recovered' || event === 'passed') known.delete(service);
    else known.set(service, one);
  }
  return [...found, ...[...known.keys()].map((service) => `${service}: never over`)];
}

it(`the monitor, tells each incident from its beginning to its end, through ${ROUNDS} ends by kill -9`, async () => {
  const hook = (id: string, more: object): object => {
    return { id, type: 'webhook', name: id, config: { url: `http://localhost:${port}/${id}` }, ...more };
  };
  const quick = { startup_grace_period: 0, check_interval: 1, buffer_time: 0.2, flapping_changes: 0 };
  const silent = { notification_on_startup: false, notification_on_shutdown: false };
  const handlers = [hook('grouped', {}), hook('at-once', { group_for: 0 })];
  writeFileSync(join(root, 's.json'), JSON.stringify({ ...quick, ...silent, handlers }));
  for (let round = 0; round < ROUNDS; round += 1) {
    launch();
    const end = Date.now() + 500 + Math.random() * 1500;
    while (Date.now() < end) {
      report(any(SERVICES), any(['healthy', ...HealthStatus.options] as const));
      mood = any(MOODS);
      await (mood === 'refuses' ? close() : open());
      await pause(Math.random() * 300);
    }
    await kill();
    if (Math.random() < 0.5) report(any(SERVICES), any(HealthStatus.options));
  }
  mood = 'accepts';
  await open();
  for (const service of SERVICES) report(service, 'healthy');
  // What is told last: when it has arrived and nothing waits any more, everything before it has been told.
  report('last', 'fatal');
  launch();
  await vi.waitFor(
    async () => {
      const arrived = told.filter(({ service }) => service === 'last').map(({ handler }) => handler);
      expect([...new Set(arrived)].sort()).toEqual(['/at-once', '/grouped']);
      const { stdout } = await run(['notify', 'log', '--json', '--state', 'queued', ...places()]);
      expect(JSON.parse(stdout)).toEqual([]);
    },
    { timeout: 120_000, interval: 500 },
  );
  for (const handler of ['/grouped', '/at-once']) {
    expect(objections(firsts(handler).filter(({ service }) => service !== 'last'))).toEqual([]);
  }
  const different = firsts('/grouped').length + firsts('/at-once').length;
  console.log(JSON.stringify({ rounds: ROUNDS, told: different, duplicates: told.length - different }));
  expect(different).toBeGreaterThan(0);
}, 3_600_000);
