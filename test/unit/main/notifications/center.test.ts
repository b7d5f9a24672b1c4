import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { NotificationCenter } from '../../../../src/main/notifications/center.ts';
import type { DesktopPort } from '../../../../src/main/notifications/desktop-port.ts';
import { deliveryPage } from '../../../../src/main/notifications/delivery-log.ts';
import type { InheritedHandler } from '../../../../src/main/notifications/handler-set.ts';
import { environmentSecrets } from '../../../../src/main/notifications/secrets.ts';
import { simulate } from '../../../../src/main/notifications/simulate.ts';
import { openStore, type Store } from '../../../../src/main/notifications/store/store.ts';
import { tryOut } from '../../../../src/main/notifications/try-out.ts';
import { DeliveryQuery, type OngoingIncident } from '../../../../src/shared/notification-state.ts';
import { MuteWindow, type NotificationSettings, Weekday } from '../../../../src/shared/notification-settings.ts';
import type { ServiceStatus, ServiceSummary } from '../../../../src/shared/service-status.ts';
import type { HealthStatus } from '../../../../src/shared/status.ts';
import { ManualClock } from '../../../fixtures/manual-clock.ts';
import { type HttpServer, startHttpServer } from '../../../fixtures/notification-servers/http-server.ts';
import { handler, settings, summary } from './policy/harness.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** What a webhook was told, as far as these tests look at it. */
interface Told {
  type: string;
  experimance: { event: string; title: string; text: string; status: string };
}

/** A center with a clock that a test moves, a real database and a real server. */
class Harness {
  readonly clock = new ManualClock();
  readonly dir = mkdtempSync(join(tmpdir(), 'center-'));
  readonly troubles: string[] = [];
  readonly services = new Map<string, ServiceStatus>();
  readonly store: Store;
  readonly center: NotificationCenter;
  #result = 0;

  constructor(
    readonly server: HttpServer,
    private settings: NotificationSettings,
    private readonly more: {
      dryRun?: boolean;
      env?: NodeJS.ProcessEnv;
      inherited?: InheritedHandler[];
      /** What another program has left on disk. */
      left?: string;
    } = {},
  ) {
    if (more.left !== undefined) cpSync(more.left, this.dir, { recursive: true });
    this.store = this.#openStore();
    this.center = this.#open();
    onTestFinished(async () => {
      await this.center.close();
      rmSync(this.dir, { recursive: true, force: true });
    });
  }

  report(...all: [string, HealthStatus, Partial<ServiceSummary>?][]): void {
    const changed = all.map(([service, status, more]) => {
      const before = this.services.get(service);
      this.#result += 1;
      const since = before?.status === status ? before.since : this.clock.now();
      const now = summary(service, status, { since, lastCheck: this.#result, ...more });
      this.services.set(service, now);
      return now;
    });
    this.center.update(changed, []);
  }

  /** Waits until the server has got so many messages in all, and returns what they say. */
  async told(count: number): Promise<Told['experimance'][]> {
    await vi.waitFor(() => expect(this.server.seen.length).toBeGreaterThanOrEqual(count), { timeout: 10_000 });
    return this.server.seen.map(({ body }) => (JSON.parse(body) as Told).experimance);
  }

  configure(more: Partial<NotificationSettings>): void {
    this.settings = { ...this.settings, ...more };
    this.center.configure({ notifications: this.settings, inherited: this.more.inherited ?? [], checkInterval: 30 });
  }

  get parts(): Parameters<typeof tryOut>[0] {
    return { handlers: this.center.handlers, options: this.center.composeOptions() };
  }

  log(query: Partial<DeliveryQuery> = {}): ReturnType<typeof deliveryPage>['entries'] {
    return deliveryPage(this.store, DeliveryQuery.parse(query)).entries;
  }

  #openStore(): Store {
    return openStore({
      dataDir: this.dir,
      clock: this.clock,
      onTrouble: (message) => message !== null && this.troubles.push(message),
    });
  }

  #open(): NotificationCenter {
    return new NotificationCenter({
      clock: this.clock,
      store: this.store,
      secrets: environmentSecrets(this.more.env ?? {}),
      settings: { notifications: this.settings, inherited: this.more.inherited ?? [], checkInterval: 30 },
      host: 'gallery',
      dryRun: this.more.dryRun ?? false,
      services: () => [...this.services.values()],
      service: (id) => this.services.get(id) ?? null,
      standby: null,
      onChange: () => undefined,
      onTrouble: (_where, message) => message !== null && this.troubles.push(message),
    });
  }
}

let server: HttpServer;
beforeEach(async () => {
  server = await startHttpServer();
  return () => server.close();
});

function webhook(more: Partial<NotificationSettings> = {}, extra = {}): Harness {
  return new Harness(
    server,
    settings({
      handlers: [handler('hook', { config: { url: `${server.address}/hook` } })],
      notification_on_startup: false,
      notification_on_shutdown: false,
      ...more,
    }),
    extra,
  );
}

describe('grouping', () => {
  it('makes one message of what changes within the window, the culprits worst first', async () => {
    const harness = webhook();
    harness.center.start(0);
    harness.report(['audio', 'error'], ['lamp', 'warning']);
    harness.clock.advance(9 * SECOND);
    harness.report(['core', 'fatal']);
    harness.clock.advance(9 * SECOND);
    expect(server.seen).toEqual([]);
    harness.clock.advance(SECOND);
    const [message] = await harness.told(1);
    expect(message?.title).toBe('3 services changed: 1 fatal, 1 error, 1 warning');
    expect(message?.text.split('\n')).toEqual([
      '• core: fatal: core is fatal.',
      '• audio: error: audio is error.',
      '• lamp: warning: lamp is warning.',
    ]);
  });

  it('reads like a single message where it is one service', async () => {
    const harness = webhook();
    harness.center.start(0);
    harness.report(['audio', 'error', { message: 'The sound card is gone.' }]);
    harness.clock.advance(10 * SECOND);
    const [message] = await harness.told(1);
    expect(message).toMatchObject({ event: 'opened', title: 'audio: error' });
    expect(message?.text).toMatch(/^The sound card is gone\.\nSince 2026-06-15 14:00:00 \(10 s\)\.$/);
  });

  it('is not put off for ever by changes that go on', async () => {
    const harness = webhook();
    harness.center.start(0);
    for (let i = 0; i < 20; i += 1) {
      harness.report([`service-${i}`, 'error']);
      harness.clock.advance(5 * SECOND);
    }
    const [message] = await harness.told(1);
    expect(message?.title).toBe('12 services changed: 12 error');
  });

  it('says what came and went within the window as one', async () => {
    const harness = webhook();
    harness.center.start(0);
    harness.report(['audio', 'error']);
    harness.clock.advance(4 * SECOND);
    harness.report(['audio', 'healthy']);
    harness.clock.advance(10 * SECOND);
    const [message] = await harness.told(1);
    expect(message).toMatchObject({ event: 'passed', title: 'audio: was error for 4 s, healthy again' });
  });

  it('does not tell again what recovered and failed in the same way within the window, but how it ends', async () => {
    const harness = webhook({ flapping_changes: 0 });
    harness.center.start(0);
    const minute = (): void => harness.clock.advance(MINUTE);
    const all = (...statuses: HealthStatus[]): void => {
      for (const status of statuses) {
        harness.report(['audio', status]);
        harness.clock.advance(SECOND);
      }
      minute();
    };
    const titles = async (count: number): Promise<string[]> => (await harness.told(count)).map(({ title }) => title);
    all('error');
    all('healthy', 'error');
    expect(harness.log({ search: 'came back to what was told' })).toMatchObject([
      { state: 'not-told', services: ['audio'] },
    ]);
    all('fatal', 'error');
    all('healthy', 'fatal');
    all('healthy', 'error', 'healthy');
    expect(await titles(3)).toEqual(['audio: error', 'audio: fatal', 'audio: healthy again']);
    expect(server.seen.map(({ body }) => (JSON.parse(body) as Told).experimance.event)).toEqual([
      'opened',
      'changed',
      'recovered',
    ]);
  });

  it('keeps the recovery of what was told, where the next error follows from something else', async () => {
    const harness = webhook({ depends_on: { lamp: ['core'] }, flapping_changes: 0 });
    harness.center.start(0);
    harness.report(['lamp', 'error']);
    harness.clock.advance(MINUTE);
    await harness.told(1);
    for (const status of ['healthy', 'error'] as const) {
      harness.report(['lamp', status]);
      harness.clock.advance(SECOND);
    }
    harness.report(['core', 'fatal']);
    harness.clock.advance(MINUTE);
    const [, second] = await harness.told(2);
    expect(second?.text).toMatch(/^• core: fatal: .*\n• lamp: healthy again: /);
  });

  it('leaves out what turns out to follow from something else, and tells it when that is well', async () => {
    const harness = webhook({ depends_on: { audio: ['core'] } });
    harness.center.start(0);
    harness.report(['audio', 'error']);
    harness.clock.advance(3 * SECOND);
    harness.report(['core', 'fatal']);
    harness.clock.advance(10 * SECOND);
    expect((await harness.told(1)).map(({ title }) => title)).toEqual(['core: fatal']);
    harness.report(['core', 'healthy']);
    harness.clock.advance(2 * MINUTE);
    expect((await harness.told(3)).map(({ title }) => title)).toEqual([
      'core: fatal',
      'core: healthy again',
      'audio: error',
    ]);
  });

  it('switched off tells each change at once', async () => {
    const harness = webhook({ enable_buffering: false });
    harness.center.start(0);
    harness.report(['audio', 'error']);
    harness.clock.advance(0);
    await harness.told(1);
    harness.report(['core', 'error']);
    harness.clock.advance(0);
    expect((await harness.told(2)).map(({ title }) => title)).toEqual(['audio: error', 'core: error']);
  });
});

describe('the start and the end of the monitor', () => {
  it('sums everything up once the grace period is over', async () => {
    const harness = webhook({ notification_on_startup: true });
    harness.center.start(90 * SECOND);
    harness.report(['audio', 'error'], ['core', 'healthy']);
    harness.clock.advance(89 * SECOND);
    harness.report(['lamp', 'unknown', { reason: 'never-seen' }]);
    harness.clock.advance(SECOND);
    const [message, ...more] = await harness.told(1);
    expect(message).toMatchObject({
      event: 'started',
      title: 'Monitoring 3 services: 1 error, 1 unknown, 1 healthy',
      status: 'error',
    });
    expect(message?.text).toContain('• audio: error');
    expect(message?.text).toContain('• lamp: unknown');
    expect(more).toEqual([]);
  });

  it('are told to nobody in a pause or in quiet hours, but to a handler that ignores these', async () => {
    const monitor = { notification_on_startup: true, notification_on_shutdown: true };
    const always = {
      name: 'Always',
      schedule: { repeat: 'weekly', days: [...Weekday.options], from: '00:00', to: '23:59' },
    };
    const quiet = { ...monitor, quiet_hours: [MuteWindow.parse(always)] };
    const at = (id: string): string => `${server.address}/${id}`;
    const handlers = [
      handler('day', { config: { url: at('day') } }),
      handler('night', { config: { url: at('night') }, ignore_quiet_hours: true }),
    ];
    for (const [more, paused] of [[quiet, false] as const, [monitor, true] as const]) {
      const harness = webhook({ ...more, handlers });
      if (paused) harness.center.pause(harness.clock.now() + 60 * MINUTE);
      harness.center.start(0);
      harness.clock.advance(0);
      await harness.center.close();
    }
    expect(server.seen.map(({ url }) => url)).toEqual(['/night', '/night']);
  });

  it('leaves out of the summary what follows from something that was seen only later', async () => {
    const harness = webhook({ notification_on_startup: true, depends_on: { lamp: ['core'] } });
    harness.center.start(10 * SECOND);
    harness.report(['lamp', 'error']);
    harness.clock.advance(9 * SECOND);
    harness.report(['core', 'fatal']);
    harness.clock.advance(SECOND);
    const [message] = await harness.told(1);
    expect(message?.text).toContain('• core: fatal');
    expect(message?.text).not.toContain('• lamp');
    harness.report(['core', 'healthy']);
    harness.clock.advance(2 * MINUTE);
    await vi.waitFor(() => expect(server.seen.map(({ body }) => body).join()).toContain('"title":"lamp: error"'));
  });

  it('says that nobody watches any more, after what was still being collected', async () => {
    const harness = webhook({ notification_on_shutdown: true });
    harness.center.start(0);
    harness.clock.advance(0);
    harness.report(['audio', 'error']);
    const closing = harness.center.close();
    expect((await harness.told(2)).map(({ title }) => title)).toEqual([
      'audio: error',
      'The monitor on gallery has stopped',
    ]);
    await closing;
  });

  it('tells what was being collected when the program was ended hard', async () => {
    const harness = webhook();
    harness.center.start(0);
    harness.report(['audio', 'error']);
    // What is on disk at this moment is what a program finds that is started after a hard end.
    const next = webhook({}, { left: harness.dir });
    next.center.start(0);
    next.report(['audio', 'error']);
    next.clock.advance(10 * SECOND);
    expect((await harness.told(1)).map(({ title }) => title)).toEqual(['audio: error']);
    next.clock.advance(MINUTE);
    next.report(['audio', 'healthy']);
    next.clock.advance(MINUTE);
    expect((await harness.told(2)).map(({ title }) => title)).toEqual(['audio: error', 'audio: healthy again']);
  });
});

describe('a pause', () => {
  it('outlasts the program, and ends when it was to end', async () => {
    const harness = webhook();
    harness.center.start(0);
    const until = harness.clock.now() + 30 * MINUTE;
    harness.center.pause(until);
    harness.report(['audio', 'error']);
    const next = webhook({}, { left: harness.dir });
    expect(next.center.pausedUntil).toBe(until);
    next.center.start(0);
    next.report(['audio', 'error']);
    next.clock.advance(20 * MINUTE);
    expect(server.seen).toEqual([]);
    next.clock.advance(11 * MINUTE);
    expect((await next.told(1)).map(({ title }) => title)).toEqual(['audio: error']);
    expect(next.center.pausedUntil).toBeNull();
  });
});

describe('a server that is away for the whole incident', () => {
  it('gets both messages afterwards, with their true times', async () => {
    const harness = webhook();
    const { port } = new URL(server.address);
    await server.close();
    harness.center.start(0);
    harness.report(['audio', 'error']);
    harness.clock.advance(10 * SECOND);
    const state = (): unknown => harness.center.state().handlers[0];
    await vi.waitFor(() => expect(state()).toMatchObject({ state: 'failing', queued: 1 }));
    expect(state()).toMatchObject({ message: expect.stringContaining(`localhost:${port}`) });
    // Nobody was told of it yet, whatever was decided.
    expect(harness.center.state().incidents).toMatchObject([{ toldTo: [], waiting: ['hook'], failed: [] }]);
    harness.report(['audio', 'healthy']);
    harness.clock.advance(10 * MINUTE);
    server = await startHttpServer();
    harness.configure({ handlers: [handler('hook', { config: { url: `${server.address}/hook` } })] });
    await vi.waitFor(() => {
      harness.clock.advance(MINUTE);
      expect(server.seen).toHaveLength(2);
    });
    const [opened, recovered] = server.seen.map(({ body }) => (JSON.parse(body) as Told).experimance);
    expect(opened?.title).toBe('audio: error');
    expect(opened?.text).toContain('Happened 2026-06-15 14:00:00');
    expect(recovered?.title).toBe('audio: healthy again');
    expect(recovered?.text).toContain('Happened 2026-06-15 14:00:10');
    expect(state()).toMatchObject({ state: 'working', queued: 0 });
    // The answer that counts comes first, and then what was in the way.
    expect(harness.log({ states: ['delivered'] }).at(-1)?.reason).toMatch(/^200 OK\. Before that: \S/);
  });
});

describe('handlers', () => {
  it('without their secret say so, keep what is to be told, and send once they have it', async () => {
    const env: NodeJS.ProcessEnv = {};
    const harness = webhook(
      { handlers: [handler('chat', { type: 'gotify', config: { server: server.address } })] },
      { env },
    );
    harness.center.start(0);
    expect(harness.center.state().handlers[0]).toMatchObject({
      state: 'incomplete',
      message: expect.stringMatching(/"chat" cannot send: token is not set/),
      secrets: [],
    });
    harness.report(['audio', 'error']);
    harness.clock.advance(10 * SECOND);
    await vi.waitFor(() => expect(harness.center.state().handlers[0]?.failingSince).not.toBeNull());
    env['EXPERIMANCE_SECRET_CHAT_TOKEN'] = 'tk_1234567890';
    harness.center.wake();
    await vi.waitFor(() => {
      harness.clock.advance(MINUTE);
      expect(server.seen).toHaveLength(1);
    });
    expect(server.seen[0]?.headers['x-gotify-key']).toBe('tk_1234567890');
    expect(JSON.stringify([harness.center.state(), harness.log()])).not.toContain('tk_1234567890');
  });

  it('that are set up anew are tried at once, also where the server before had asked for patience', async () => {
    const harness = webhook();
    server.reply = () => ({ status: 429, headers: { 'retry-after': '600' } });
    harness.center.start(0);
    harness.report(['audio', 'error']);
    harness.clock.advance(10 * SECOND);
    await vi.waitFor(() => expect(harness.center.state().handlers[0]).toMatchObject({ state: 'failing' }));
    server.reply = () => ({ status: 200 });
    harness.configure({ handlers: [handler('hook', { config: { url: `${server.address}/new` } })] });
    await harness.told(2);
    expect(server.seen.map(({ url }) => url)).toEqual(['/hook', '/new']);
  });

  it('of the environment tell beside those of the settings', async () => {
    const inherited = {
      entry: handler('environment-webhook', { config: { url: `${server.address}/env` } }),
      secrets: { authorization: 'Bearer abc12345' },
    };
    const harness = webhook({}, { inherited: [inherited] });
    harness.center.start(0);
    harness.report(['audio', 'error']);
    harness.clock.advance(10 * SECOND);
    await harness.told(2);
    expect(server.seen.map(({ url, headers }) => [url, headers.authorization]).sort()).toEqual([
      ['/env', 'Bearer abc12345'],
      ['/hook', undefined],
    ]);
    expect(harness.center.state().handlers.map(({ from }) => from)).toEqual(['settings', 'environment']);
  });

  it('of the desktop show a notification for each of three services, and one for four', async () => {
    const harness = webhook({ handlers: [handler('desktop', { type: 'desktop' })] });
    const shown: string[] = [];
    const port: DesktopPort = {
      separateUpTo: 3,
      viewed: (service) => service === 'seen',
      show: ({ title }) => {
        shown.push(title);
        return Promise.resolve({ outcome: 'delivered', answer: 'Shown.' });
      },
    };
    expect(harness.center.state().handlers[0]?.state).toBe('unavailable');
    harness.center.connectDesktop(port);
    harness.center.start(0);
    harness.report(['a', 'error'], ['b', 'error'], ['c', 'fatal']);
    harness.clock.advance(SECOND);
    await vi.waitFor(() => expect([...shown].sort()).toEqual(['a: error', 'b: error', 'c: fatal']));
    harness.report(['d', 'error'], ['e', 'error'], ['f', 'error'], ['g', 'warning']);
    harness.clock.advance(SECOND);
    await vi.waitFor(() => expect(shown.at(-1)).toBe('4 services changed: 3 error, 1 warning'));
    // Of what the window shows nobody is told, and the log says why.
    harness.report(['seen', 'fatal'], ['other', 'error']);
    harness.clock.advance(SECOND);
    await vi.waitFor(() => expect(shown.at(-1)).toBe('other: error'));
    expect(harness.log({ service: 'seen' })).toMatchObject([
      { state: 'not-told', reason: 'The window was showing the service.' },
    ]);
  });

  it('are not called in a dry run, which is said in the log', async () => {
    const harness = webhook({}, { dryRun: true });
    harness.center.start(0);
    harness.report(['audio', 'error']);
    harness.clock.advance(10 * SECOND);
    await vi.waitFor(() =>
      expect(harness.log()[0]).toMatchObject({ state: 'delivered', reason: expect.stringContaining('Dry run') }),
    );
    expect(server.seen).toEqual([]);
  });
});

describe('an incident', () => {
  it('was told to whoever has accepted it, and not to a server that refused', async () => {
    const harness = webhook();
    harness.center.start(0);
    const incident = (): OngoingIncident | undefined => harness.center.state().incidents[0];
    harness.report(['audio', 'error']);
    expect(incident()).toMatchObject({ toldTo: [], waiting: ['hook'], failed: [] });
    server.reply = () => ({ status: 400 });
    harness.clock.advance(10 * SECOND);
    await vi.waitFor(() => expect(incident()).toMatchObject({ toldTo: [], waiting: [], failed: ['hook'] }));
    server.reply = () => ({ status: 200 });
    harness.clock.advance(SECOND);
    harness.report(['audio', 'fatal']);
    harness.clock.advance(10 * SECOND);
    await vi.waitFor(() => expect(incident()).toMatchObject({ toldTo: ['hook'], waiting: [], failed: [] }));
  });
});

describe('the delivery log', () => {
  it('says what was told with every stage, and what was not with the reason', async () => {
    const harness = webhook({ notification_level: 'error' });
    harness.center.start(0);
    harness.report(['lamp', 'warning'], ['audio', 'error']);
    harness.clock.advance(10 * SECOND);
    await harness.told(1);
    await vi.waitFor(() => expect(harness.log({ states: ['delivered'] })).toHaveLength(1));
    const [told] = harness.log({ states: ['delivered'] });
    expect(told).toMatchObject({ handler: 'hook', services: ['audio'], event: 'opened', attempts: 1 });
    expect(told?.stages.every(({ verdict }) => verdict === 'pass')).toBe(true);
    expect(told?.stages.map(({ stage }) => stage)).toContain('grouping');
    const [not, ...others] = harness.log({ states: ['not-told', 'held'] });
    expect(not).toMatchObject({ services: ['lamp'], state: 'not-told', reason: 'warning is below the level error.' });
    expect(others).toEqual([]);
    expect(harness.log({ search: 'lamp' })).toHaveLength(1);
  });
});

describe('a simulation', () => {
  it('goes through every stage, shows what each handler would send, and tells nobody', async () => {
    const harness = webhook({ notification_level: 'error' });
    harness.center.start(0);
    harness.report(['audio', 'healthy']);
    const ask = (status: HealthStatus): ReturnType<typeof simulate> =>
      simulate(harness.center, {
        service: 'audio',
        status,
        known: harness.services.get('audio') ?? null,
        now: harness.clock.now(),
      });
    const fatal = ask('fatal');
    expect(fatal).toMatchObject({ told: true, event: 'opened', outcome: 'Told to hook.' });
    expect(fatal.messages[0]).toMatchObject({ handler: 'hook', title: 'audio: fatal', groupFor: 10, problem: null });
    expect(fatal.messages[0]?.rendering).toContain('"overall_status": "fatal"');
    const warning = ask('warning');
    expect(warning).toMatchObject({ told: false, outcome: 'Nobody is told. warning is below the level error.' });
    expect(warning.stages).toContainEqual({
      stage: 'level',
      verdict: 'stop',
      reason: 'warning is below the level error.',
    });
    harness.clock.advance(MINUTE);
    expect(harness.center.state().incidents).toEqual([]);
    expect(server.seen).toEqual([]);
  });
});

describe('a simulation of settings that are not saved', () => {
  it('tells the handlers of the environment as well, by the new tags, and not what cannot send here', () => {
    const inherited = {
      entry: handler('environment-webhook', { config: { url: `${server.address}/env` } }),
      secrets: {},
    };
    const harness = webhook({}, { inherited: [inherited] });
    const unsaved = settings({
      handlers: [handler('hook', { config: { url: `${server.address}/new` } }), handler('screen', { type: 'desktop' })],
      tags: { audio: ['loud'] },
    });
    const question = { service: 'audio', status: 'fatal', known: null, now: harness.clock.now() } as const;
    const { messages } = simulate(harness.center, { ...question, settings: unsaved });
    expect(messages.map((message) => message.handler)).toEqual(['hook', 'environment-webhook']);
    expect(messages[0]?.rendering).toContain('/new');
    expect(messages[0]?.rendering).toContain('"loud"');
  });
});

describe('a test message', () => {
  it("goes out by a form that is not saved, and brings the server's own answer", async () => {
    const harness = webhook();
    server.reply = () => ({ status: 401, body: 'who are you?' });
    const entry = handler('new', { config: { url: `${server.address}/new` } });
    const refused = await tryOut(harness.parts, entry, { authorization: 'Bearer wrong-token' });
    expect(refused).toMatchObject({ delivered: false, message: expect.stringMatching(/401.*who are you/) });
    server.reply = () => ({ status: 200, body: 'thank you' });
    const accepted = await tryOut(harness.parts, entry, { authorization: 'Bearer right-token' });
    expect(accepted).toMatchObject({ delivered: true, message: expect.stringContaining('thank you') });
    expect(server.seen[1]?.headers.authorization).toBe('Bearer right-token');
    expect(JSON.stringify([refused, accepted])).not.toMatch(/wrong-token|right-token/);
  });

  it('takes no secret from the settings file, so that nobody thinks it right there', async () => {
    const harness = webhook();
    const config = { server: server.address, token: 'tk_in_the_file' };
    const result = await tryOut(harness.parts, handler('chat', { type: 'gotify', config }), {});
    expect(result).toMatchObject({ delivered: false, faults: [{ path: ['config', 'token'], message: 'is not set' }] });
    expect(server.seen).toEqual([]);
  });

  it('names the fields that are not right, and sends nothing', async () => {
    const harness = webhook();
    const result = await tryOut(harness.parts, handler('new', { config: { url: 'ftp://here' } }), {});
    expect(result.delivered).toBe(false);
    expect(result.faults).toEqual([{ path: ['config', 'url'], message: expect.stringContaining('https://') }]);
  });
});
