import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Locator, Page } from '@playwright/test';
import type { HealthStatus } from '../../../src/shared/status.ts';
import { type HttpServer, startHttpServer } from '../../fixtures/notification-servers/http-server.ts';
import { type MailServer, startMailServer } from '../../fixtures/notification-servers/smtp-server.ts';
import { details, expect, row, test as base, TestMonitor } from './harness.ts';
import { call, entries, openTab } from './receiver.ts';

/*
 * What the notifications are for, from the beginning to the end: somebody who has never seen the program sets up two ways
 * to be told, and is told of what breaks once, by each, and of its end once, whether or not the servers are there.
 */

const BUILD = process.env['EXPERIMANCE_HEALTH_BUILD'] ?? join(import.meta.dirname, '..', '..', '..');

/** The monitor's time of day is the machine's and so many milliseconds more as it is told on its standard input. */
const CLOCK = `let ahead = 0;
const now = Date.now;
Date.now = () => now() + ahead;
process.stdin.on('data', (ms) => { ahead += Number(ms); process.stdout.write('Set on.\\n'); }).unref?.();`;

/** A monitor for which time can pass at once. */
class StoryMonitor extends TestMonitor {
  #program: ChildProcess | undefined;
  #ahead = 0;

  override async start(): Promise<void> {
    const settings = join(this.root, 'settings.json');
    await writeFile(settings, JSON.stringify({ active_checks: false, startup_grace_period: 0, service_timeout: 3600 }));
    const program = spawn(
      process.execPath,
      [
        ...['--import', `data:text/javascript,${encodeURIComponent(CLOCK)}`],
        ...[join(BUILD, 'out', 'main', 'cli.js'), 'monitor', '--dir', this.dir],
        ...['--data', join(this.root, 'data'), '--settings', settings],
      ],
      { env: { PATH: process.env['PATH'], HOME: this.root }, stdio: ['pipe', 'pipe', 'inherit'] },
    );
    this.#program = program;
    for await (const line of createInterface({ input: program.stdout })) {
      if (!line.startsWith('Dashboard: ')) continue;
      this.url = line.slice('Dashboard: '.length);
      break;
    }
    program.stdout.resume();
  }

  override async stop(): Promise<void> {
    const program = this.#program;
    if (program === undefined || program.exitCode !== null) return;
    const ended = once(program, 'exit');
    program.kill('SIGTERM');
    await ended;
  }

  /** Lets time pass for the monitor, as it does while a machine sleeps. */
  async pass(ms: number): Promise<void> {
    const program = this.#program;
    if (!program?.stdin || !program.stdout) throw new Error('The monitor has not been started.');
    const set = once(program.stdout, 'data');
    program.stdin.write(String(ms));
    await set;
    this.#ahead += ms;
  }

  /** Services report at the same moment. */
  async say(services: Record<string, [HealthStatus, string]>): Promise<void> {
    for (const [service, [status, message]] of Object.entries(services)) {
      const at = Date.now() + this.#ahead;
      await this.report(service, { at, checks: [{ name: 'self', status, message }] });
    }
  }
}

/** A door in front of a server: while it is shut, nobody is there, at an address that stays the same. */
class Door {
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  port = 0;

  constructor(to: { host: string; port: number }) {
    this.#server = createServer((socket) => {
      const within = connect(to);
      for (const [one, other] of [
        [socket, within],
        [within, socket],
      ] as const) {
        this.#sockets.add(one);
        one.pipe(other);
        // What one side breaks off is broken off for the other.
        one.on('error', () => other.destroy());
        one.on('close', () => this.#sockets.delete(one));
      }
    });
  }

  async open(): Promise<void> {
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
  }

  async shut(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

interface Fixtures {
  monitor: StoryMonitor;
  ntfy: HttpServer & { door: Door };
  mail: MailServer & { door: Door };
}

/* eslint-disable no-empty-pattern -- Playwright wants to see which fixtures are used. */
const test = base.extend<Fixtures>({
  monitor: async ({}, use) => {
    const root = await mkdtemp(join(tmpdir(), 'experimance-health-'));
    const dir = join(root, 'health');
    await mkdir(dir);
    const monitor = new StoryMonitor(root, dir);
    await use(monitor);
    await monitor.stop();
    await rm(root, { recursive: true, force: true });
  },
  ntfy: async ({}, use) => {
    const server = await startHttpServer();
    server.reply = () => ({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: 'hwQ2YpKdmg', event: 'message' }),
    });
    const { hostname, port } = new URL(server.address);
    const door = new Door({ host: hostname, port: Number(port) });
    await door.open();
    await use(Object.assign(server, { door }));
    await door.shut();
    await server.close();
  },
  mail: async ({}, use) => {
    const server = await startMailServer();
    const door = new Door({ host: '127.0.0.1', port: server.port });
    await door.open();
    await use(Object.assign(server, { door }));
    await door.shut();
    await server.close();
  },
});
/* eslint-enable no-empty-pattern */

test.use({ viewport: { width: 1400, height: 900 } });

/** The texts of mails, without what mail programs do not show. */
function mails({ seen }: MailServer): string[] {
  return seen.map(({ raw }) => raw.replaceAll('=\r\n', '').replaceAll('=E2=80=A2', '•').replaceAll('\r\n', '\n'));
}

/** Titles and texts of what ntfy was sent. */
function pushes({ seen }: HttpServer): string[] {
  return seen.map(({ headers, body }) => `${String(headers['title'])}\n${body}`);
}

/** When a message that comes late says that it happened. */
function happened(text: string): number {
  const [, moment = ''] = /Happened (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d), told 10 min( \d+ s)? late: \S/.exec(text) ?? [];
  return new Date(moment).getTime();
}

async function addHandler(page: Page, kind: RegExp, name: string): Promise<void> {
  await page.getByRole('tab', { name: 'Handlers' }).click();
  await page.getByRole('button', { name: 'Add a handler' }).click();
  await page.getByRole('dialog').getByRole('button', { name: kind }).click();
  await expect(page.getByLabel('Name', { exact: true })).toBeFocused();
  await page.keyboard.type(name);
}

/** Sends a test by the handler that is open. @returns the server's answer as the window shows it. */
async function sendTest(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Send test' }).click();
  const answer = page.getByRole('tabpanel').getByRole('status').filter({ hasText: 'Delivered.' });
  await expect(answer).toBeVisible();
  return answer.innerText();
}

async function setUp(page: Page, ntfy: Fixtures['ntfy'], mail: Fixtures['mail']): Promise<void> {
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Notifications' }).click();
  await addHandler(page, /^ntfy/, 'Phone');
  await page.getByLabel('Topic').fill('gallery-5f3a91');
  await page.getByLabel('Server').fill(`http://127.0.0.1:${ntfy.door.port}`);
  expect(await sendTest(page)).toContain('200');
  expect(pushes(ntfy)).toEqual([expect.stringContaining('"Phone" works')]);

  await addHandler(page, /^Email/, 'Mail to Ada');
  await page.getByLabel('To', { exact: true }).fill('ada@example.org');
  await page.getByLabel('From', { exact: true }).fill('Health <health@example.org>');
  await page.getByLabel('Server').fill('127.0.0.1');
  await page.getByLabel('Port').fill(String(mail.door.port));
  await page.getByLabel('Encryption').selectOption('none');
  expect(await sendTest(page)).toContain('250');
  expect(mails(mail)).toEqual([expect.stringContaining('"Mail to Ada" works')]);

  await page.getByRole('tab', { name: 'Policy' }).click();
  await page.getByLabel('Collect for').fill('1 s');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Saved. It holds from now on.')).toBeVisible();
  ntfy.seen.length = 0;
  mail.seen.length = 0;
}

function handlerRow(page: Page, name: string): Locator {
  return page.getByRole('list', { name: 'Handlers', exact: true }).getByRole('listitem').filter({ hasText: name });
}

/** Has everything that waits for its next try tried at once. */
async function tryNow(page: Page): Promise<void> {
  await openTab(page, 'log');
  await page.getByRole('group', { name: 'Show only' }).getByRole('button', { name: 'Queued' }).click();
  await expect(entries(page)).toHaveCount(4);
  for (const handler of ['Phone', 'Mail to Ada']) {
    await page.getByRole('combobox', { name: 'Only this handler' }).selectOption(handler);
    await expect(entries(page)).toHaveCount(2);
    await entries(page).last().getByRole('button').click();
    await page.getByRole('button', { name: 'Try now' }).click();
    await expect(page.getByRole('status').filter({ hasText: `to ${handler}` })).toBeVisible();
  }
}

test('a newcomer, is told once by push and mail of what breaks and of its end', async ({
  page,
  monitor,
  ntfy,
  mail,
}) => {
  await monitor.say({ audio: ['healthy', 'Playing'], core: ['healthy', 'Running'], display: ['healthy', 'Shown'] });
  await monitor.start();
  await page.goto(monitor.url);
  await setUp(page, ntfy, mail);

  // Two services break at once: one message by each channel names both, the worse one first.
  await monitor.say({ audio: ['error', 'No sound card'], core: ['fatal', 'The camera is gone'] });
  await expect.poll(() => [ntfy.seen.length, mail.seen.length]).toEqual([1, 1]);
  for (const text of [...pushes(ntfy), ...mails(mail)]) {
    expect(text).toContain('2 services changed: 1 fatal, 1 error');
    expect(text).toMatch(/• core: fatal: .*The camera is gone\n• audio: error: .*No sound card/);
  }

  // Somebody sees to it, and says so.
  await page.getByRole('link', { name: 'Overview' }).click();
  await row(page, 'core').click();
  const incident = details(page).getByRole('region', { name: 'Incident' });
  await expect(incident).toContainText('Phone and Mail to Ada');
  await incident.getByRole('button', { name: 'Acknowledge…' }).click();
  await incident.getByRole('textbox').fill('Plugging it in again');
  await incident.getByRole('button', { name: 'Acknowledge', exact: true }).click();
  await expect(incident).toContainText('Plugging it in again');
  await expect(row(page, 'core')).toContainText('acknowledged');

  // What is not worse is told to nobody from then on, and the window says why.
  await monitor.say({ core: ['error', 'The camera is there, but dark'] });
  await expect(row(page, 'core')).toContainText('The camera is there, but dark');
  await expect(incident).toContainText('Why its last change was not told');
  const { entries: log } = await call(page, 'deliveries', { service: 'core', limit: 10 });
  expect(log[0]).toMatchObject({ state: 'held', handler: null, status: 'error' });
  expect(log[0]?.stages.filter(({ verdict }) => verdict !== 'pass')).toMatchObject([{ stage: 'acknowledgement' }]);

  // That it is over, everybody is told who was told of it, once.
  await monitor.say({ audio: ['healthy', 'Playing again'], core: ['healthy', 'The camera is back'] });
  await expect.poll(() => [ntfy.seen.length, mail.seen.length]).toEqual([2, 2]);
  for (const text of [pushes(ntfy)[1], mails(mail)[1]]) {
    expect(text).toContain('2 services are healthy again');
    expect(text).toMatch(/• audio: healthy again: .+\n• core: healthy again: ./);
  }
  await expect(incident).toBeHidden();
  await expect(page.getByText('All 3 services are healthy.')).toBeVisible();
  const { entries: waiting } = await call(page, 'deliveries', { states: ['queued', 'sending', 'held'], limit: 10 });
  expect(waiting.filter(({ handler }) => handler !== null)).toEqual([]);
  expect([ntfy.seen.length, mail.seen.length]).toEqual([2, 2]);
});

test('both messages of an incident, arrive with their true times, when the servers were down for all of it', async ({
  page,
  monitor,
  ntfy,
  mail,
}) => {
  await monitor.say({ audio: ['healthy', 'Playing'], core: ['healthy', 'Running'] });
  await monitor.start();
  await page.goto(monitor.url);
  await setUp(page, ntfy, mail);
  await Promise.all([ntfy.door.shut(), mail.door.shut()]);

  const began = Date.now();
  await monitor.say({ audio: ['error', 'No sound card'], core: ['fatal', 'The camera is gone'] });
  // Whoever looks sees that nobody could be told, since when, and why.
  await page.getByRole('tab', { name: 'Handlers' }).click();
  for (const name of ['Phone', 'Mail to Ada']) {
    await expect(handlerRow(page, name)).toContainText(/Failing for \d+ s:/);
    await expect(handlerRow(page, name)).toContainText(/127\.0\.0\.1.*refused/i);
    await expect(handlerRow(page, name)).toContainText('1 waits');
  }
  await expect(page.getByRole('link', { name: /Notifications.*2 failing/ })).toBeVisible();

  await monitor.say({ audio: ['healthy', 'Playing again'], core: ['healthy', 'The camera is back'] });
  for (const name of ['Phone', 'Mail to Ada']) await expect(handlerRow(page, name)).toContainText('2 wait');
  expect([ntfy.seen.length, mail.seen.length]).toEqual([0, 0]);
  const ended = Date.now();

  await monitor.pass(10 * 60_000);
  await Promise.all([ntfy.door.open(), mail.door.open()]);
  await tryNow(page);
  await expect.poll(() => [ntfy.seen.length, mail.seen.length]).toEqual([2, 2]);
  for (const texts of [pushes(ntfy), mails(mail)]) {
    expect(texts[0]).toContain('2 services changed: 1 fatal, 1 error');
    expect(texts[1]).toContain('2 services are healthy again');
    const [broke = Number.NaN, recovered = Number.NaN] = texts.map(happened);
    expect(broke).toBeGreaterThanOrEqual(began - 1000);
    expect(recovered).toBeGreaterThanOrEqual(broke);
    expect(recovered).toBeLessThanOrEqual(ended);
  }

  await page.getByRole('tab', { name: 'Handlers' }).click();
  for (const name of ['Phone', 'Mail to Ada']) await expect(handlerRow(page, name)).toContainText('Working');
});
