// How long a decision takes with many services and rules, and how long it takes from a change to the webhook's server.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NotificationCenter } from '../../src/main/notifications/center.ts';
import { afterDecisions, decide } from '../../src/main/notifications/policy/decide.ts';
import { compilePolicy } from '../../src/main/notifications/policy/rules.ts';
import { PolicyRunner } from '../../src/main/notifications/policy/runner.ts';
import { newState, observe, type ServiceState } from '../../src/main/notifications/policy/service-state.ts';
import { environmentSecrets } from '../../src/main/notifications/secrets.ts';
import { openStore, type Store } from '../../src/main/notifications/store/store.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { NotificationSettings } from '../../src/shared/notification-settings.ts';
import type { ServiceStatus } from '../../src/shared/service-status.ts';
import type { HealthStatus } from '../../src/shared/status.ts';

const SERVICES = 5000;
const RULES = 50;

function say(name: string, values: Record<string, number>): void {
  const rounded = Object.entries(values).map(([key, value]) => [key, Math.round(value * 100) / 100]);
  console.log(JSON.stringify({ name, ...Object.fromEntries(rounded) }));
}

function summary(service: string, status: HealthStatus, result: number): ServiceStatus {
  return {
    service,
    name: service,
    host: 'bench',
    file: `/health/${service}.json`,
    status,
    reason: 'reported',
    fault: null,
    message: `${service} is ${status}`,
    since: Date.now(),
    lastCheck: result,
    reportedAt: result,
    uptime: 1,
    errorCount: 0,
    restartCount: 0,
    messagesSent: null,
    messagesReceived: null,
    expected: false,
    checkCount: 1,
    pid: null,
    startedAt: null,
    crashLoop: false,
    lastRestart: null,
    stopped: null,
    group: null,
    instance: null,
    checks: [{ name: 'main', status, message: 'as ever', at: Date.now(), metadata: {} }],
    restarts: [],
  };
}

function withStore<T>(act: (store: Store) => Promise<T>): Promise<T> {
  const dataDir = mkdtempSync(join(tmpdir(), 'policy-bench-'));
  const store = openStore({ dataDir, clock: systemClock(), onTrouble: (message) => message && console.error(message) });
  return act(store).finally(() => {
    store.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
}

const percentile = (sorted: number[], part: number): number => sorted[Math.floor((sorted.length - 1) * part)] ?? 0;

/** Every service changes, and of each change is decided. */
function decisionsAlone(): void {
  const policy = compilePolicy(rules());
  const states = new Map<string, ServiceState>();
  const nobody = { policy, pausedUntil: null, look: () => undefined, lastDown: () => undefined };
  const terms = { confirmBad: 1, confirmGood: 1, flappingChanges: 6, flappingWithin: 600_000 };
  const round = (status: HealthStatus): number => {
    const results = names().map((service) => summary(service, status, 0));
    const start = performance.now();
    for (const result of results) {
      const now = Date.now();
      const before = states.get(result.service) ?? newState({ ...result, status: 'healthy' });
      const state = observe(before, result, terms, { now, fresh: true, newId: () => 'id' });
      const decided = decide(result.service, state, { ...nobody, now }, { turnedHealthy: false });
      states.set(result.service, afterDecisions(state, decided, now));
    }
    return ((performance.now() - start) / SERVICES) * 1000;
  };
  const cold = round('error');
  const times = (['healthy', 'error', 'fatal', 'healthy', 'error'] as const).map((status) => round(status));
  const mean = times.reduce((sum, value) => sum + value, 0) / times.length;
  say('decision', { services: SERVICES, rules: RULES, 'µs per transition': mean, 'µs per transition, first': cold });
}

const names = (): string[] => Array.from({ length: SERVICES }, (_, index) => `group-${index % RULES}-${index}`);

function rules(): NotificationSettings {
  return NotificationSettings.parse({
    flapping_changes: 0,
    handlers: [{ id: 'a', type: 'log', name: 'a', config: { file: '/dev/null' } }],
    tags: { '*7': ['seven'] },
    rules: Array.from({ length: RULES }, (_, index) => ({
      name: `rule ${index}`,
      services: [`group-${index}-*`],
      tags: index % 2 === 0 ? [] : ['seven'],
      handlers: ['a'],
    })),
  });
}

/** The same through the runner, with what is decided kept on disk. */
function decisionsKept(store: Store): Promise<void> {
  const services = new Map<string, ServiceStatus>();
  let told = 0;
  const runner = new PolicyRunner({
    clock: systemClock(),
    store,
    policy: compilePolicy(rules()),
    step: 30_000,
    acknowledges: () => false,
    service: (id) => services.get(id) ?? null,
    tell: (handlers) => (told += handlers.length),
  });
  const round = (status: HealthStatus, result: number): number => {
    const changed = names().map((service) => summary(service, status, result));
    for (const service of changed) services.set(service.service, service);
    const start = performance.now();
    // As they come from the engine: a few at a time.
    for (let index = 0; index < changed.length; index += 10) runner.update(changed.slice(index, index + 10), []);
    return ((performance.now() - start) / SERVICES) * 1000;
  };
  round('healthy', 0);
  round('error', 1);
  const changes = [round('healthy', 2), round('error', 3), round('fatal', 4), round('healthy', 5)];
  const unchanged = [round('healthy', 6), round('healthy', 7)];
  runner.close();
  say('decision, kept on disk', {
    told,
    'µs per transition': changes.reduce((sum, value) => sum + value, 0) / changes.length,
    'µs per report without one': Math.min(...unchanged),
  });
  return Promise.resolve();
}

/** From the engine's word to the server that has the message, with grouping off. */
async function changeToWebhook(store: Store): Promise<void> {
  let received: () => void = () => undefined;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.end('ok');
      received();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const services = new Map<string, ServiceStatus>();
  const center = new NotificationCenter({
    clock: systemClock({ keepAlive: true }),
    store,
    secrets: environmentSecrets({}),
    settings: {
      notifications: NotificationSettings.parse({
        enable_buffering: false,
        flapping_changes: 0,
        notification_on_startup: false,
        notification_on_shutdown: false,
        handlers: [{ id: 'hook', type: 'webhook', name: 'hook', config: { url: `http://127.0.0.1:${port}/` } }],
      }),
      inherited: [],
      checkInterval: 30,
    },
    host: 'bench',
    dryRun: false,
    services: () => [...services.values()],
    service: (id) => services.get(id) ?? null,
    standby: null,
    onChange: () => undefined,
    onTrouble: (_where, message) => message && console.error(message),
  });
  center.start(0);
  const times: number[] = [];
  for (let index = 0; index < 500; index += 1) {
    const arrived = new Promise<void>((resolve) => (received = resolve));
    const now = summary(`service-${index % 50}`, Math.floor(index / 50) % 2 === 0 ? 'error' : 'healthy', index);
    services.set(now.service, now);
    const start = performance.now();
    center.update([now], []);
    await arrived;
    times.push(performance.now() - start);
  }
  await center.close();
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  times.sort((a, b) => a - b);
  say('change to webhook', { 'ms p50': percentile(times, 0.5), 'ms p99': percentile(times, 0.99) });
}

decisionsAlone();
await withStore(decisionsKept);
await withStore(changeToWebhook);
