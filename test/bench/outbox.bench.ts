/*
 * How quick the outbox is, on a real disk. Prints JSON lines; nothing here fails by a time. The yardstick is the same number of
 * requests to the same server without any outbox.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createOutbox, type Outbox } from '../../src/main/notifications/outbox/outbox.ts';
import { openStore, type Store } from '../../src/main/notifications/store/store.ts';
import { systemClock } from '../../src/shared/clock.ts';
import type { Outcome } from '../../src/shared/handlers/handler.ts';
import type { Message } from '../../src/shared/notification-message.ts';
import { messageOf } from '../fixtures/outbox-child/messages.ts';

const print = (result: object): void => console.log(JSON.stringify(result));
const rounded = (value: number): number => Math.round(value * 10) / 10;
const percentile = (values: number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN;

const clock = systemClock({ keepAlive: true });
const agent = new Agent({ keepAlive: true });
const SERVICES = Array.from({ length: 200 }, (_, index) => `service_${index}`);

/** Below the home folder: the temporary one is in memory on many machines. */
const dir = mkdtempSync(join(homedir(), '.outbox-bench-'));

const server = createServer((incoming, response) => {
  incoming.resume().on('end', () => response.writeHead(200).end());
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;

function post(message: Message): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { port, host: '127.0.0.1', method: 'POST', agent };
    const sent = request(options, (answer) => {
      answer.resume().on('end', () => resolve({ outcome: 'delivered', answer: 'The server answered 200.' }));
    });
    sent.on('error', ({ message: reason }) => resolve({ outcome: 'temporary', message: reason }));
    sent.end(JSON.stringify(message));
  });
}

/** A message with a health file of common size. */
function alertOf(index: number): Message {
  const service = SERVICES[index % SERVICES.length] ?? '';
  const checks = Array.from({ length: 10 }, (_, check) => ({
    name: `check_${check}`,
    status: 'error',
    message: 'bench',
  }));
  const now = Date.now();
  const message = messageOf([service], { id: String(index), at: now, expiresAt: now + 86_400_000 });
  return {
    ...message,
    services: message.services.map((one) => ({ ...one, report: { service_name: service, checks } })),
  };
}

const open = (name: string): Store =>
  openStore({ dataDir: join(dir, name), clock, onTrouble: (message) => message !== null && console.error(message) });

function outboxOf(
  store: Store,
  deliver: (message: Message) => Promise<Outcome>,
  onChange = (): void => undefined,
): Outbox {
  const outbox = createOutbox({
    store,
    clock,
    random: Math.random,
    deliver: (_handler, message) => deliver(message),
    onChange,
    onTrouble: (message) => message !== null && console.error(message),
  });
  outbox.setHandlers([{ id: 'webhook', enabled: true }]);
  return outbox;
}

async function throughput(count: number): Promise<void> {
  const bare = performance.now();
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < count) await post(alertOf(next++));
  };
  await Promise.all([caller(), caller(), caller(), caller()]);
  const bareSeconds = (performance.now() - bare) / 1000;

  const store = open('throughput');
  let drained: () => void = () => undefined;
  const done = new Promise<void>((resolve) => (drained = resolve));
  const outbox = outboxOf(store, post, () => {
    if (delivered() === count) drained();
  });
  const delivered = (): number => outbox.states()[0]?.delivered ?? 0;
  outbox.start();
  const began = performance.now();
  for (let index = 0; index < count; index += 1) {
    store.transaction(() => outbox.enqueue(['webhook'], alertOf(index)));
    if (index % 50 === 49) await new Promise((resolve) => setImmediate(resolve));
  }
  const enqueued = (performance.now() - began) / count;
  await done;
  const seconds = (performance.now() - began) / 1000;
  await outbox.close(0);
  store.close();
  print({
    bench: `${count} messages, each decided, kept, sent to a loopback server and its answer kept`,
    per_second: Math.round(count / seconds),
    target_per_second: 500,
    ms_to_keep_one: rounded(enqueued),
    in_bare_requests: rounded(seconds / bareSeconds),
    rss_mib: Math.round(process.memoryUsage.rss() / 1024 / 1024),
  });
}

/** From the transaction to the call of the server, one message at a time. */
async function latency(count: number): Promise<void> {
  const store = open('latency');
  let arrived: () => void = () => undefined;
  const outbox = outboxOf(store, (message) => {
    arrived();
    return post(message);
  });
  outbox.start();
  const delays: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const called = new Promise<void>((resolve) => (arrived = resolve));
    const message = alertOf(index);
    const began = performance.now();
    store.transaction(() => outbox.enqueue(['webhook'], message));
    await called;
    delays.push(performance.now() - began);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await outbox.close(1000);
  store.close();
  print({
    bench: 'a message to the call of its handler',
    p50_ms: Math.round(percentile(delays, 0.5) * 1000) / 1000,
    p99_ms: Math.round(percentile(delays, 0.99) * 1000) / 1000,
  });
}

async function startUp(count: number): Promise<void> {
  const filled = open('queued');
  const filling = outboxOf(filled, post);
  for (let index = 0; index < count; index += 100) {
    filled.transaction(() => {
      for (let one = index; one < index + 100; one += 1) filling.enqueue(['webhook'], alertOf(one));
    });
  }
  await filling.close(0);
  filled.close();
  const size = statSync(join(dir, 'queued/notifications.db')).size;
  const times: number[] = [];
  for (let round = 0; round < 10; round += 1) {
    const began = performance.now();
    const store = open('queued');
    let called: () => void = () => undefined;
    const first = new Promise<void>((resolve) => (called = resolve));
    const outbox = outboxOf(store, () => {
      called();
      return Promise.resolve({ outcome: 'temporary', message: 'bench' });
    });
    outbox.start();
    await first;
    times.push(performance.now() - began);
    await outbox.close(0);
    store.close();
  }
  print({
    bench: `start with ${count} queued messages to the first call of a handler`,
    p50_ms: rounded(percentile(times, 0.5)),
    worst_ms: rounded(Math.max(...times)),
    target_ms: 50,
    file_mib: rounded(size / 1024 / 1024),
  });
}

function search(messages: number, decisions: number): void {
  const store = open('log');
  const outbox = outboxOf(store, post);
  for (let index = 0; index < messages; index += 500) {
    store.transaction(() => {
      for (let one = index; one < index + 500; one += 1) outbox.enqueue(['webhook'], alertOf(one));
    });
  }
  for (let index = 0; index < decisions; index += 500) {
    store.transaction(() => {
      for (let one = index; one < index + 500; one += 1) {
        const decision = {
          at: Date.now(),
          service: SERVICES[one % 200] ?? '',
          from: null,
          to: 'error',
          event: 'opened',
        };
        store.recordDecision({
          ...(decision as Pick<Parameters<Store['recordDecision']>[0], 'at' | 'service' | 'from' | 'to' | 'event'>),
          verdict: 'not-told',
          stage: 'cooldown',
          reason: 'It was told less than 300 s ago.',
          message: null,
          trace: [],
        });
      }
    });
  }
  const timed = (query: Parameters<Store['deliveries']>[0]): number => {
    const began = performance.now();
    store.deliveries(query);
    return rounded(performance.now() - began);
  };
  print({
    bench: `delivery log of ${messages} messages and ${decisions} decisions`,
    first_page_ms: timed({ limit: 50 }),
    search_found_ms: timed({ limit: 50, search: 'service_7 wrong' }),
    search_in_vain_ms: timed({ limit: 50, search: 'nowhere to be found' }),
    one_service_ms: timed({ limit: 50, service: 'service_199' }),
  });
  store.close();
}

await throughput(5_000);
await latency(500);
await startUp(10_000);
search(30_000, 20_000);
agent.destroy();
server.close();
rmSync(dir, { recursive: true });
