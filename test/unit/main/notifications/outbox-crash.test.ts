import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { buildChild } from '../../../fixtures/outbox-child/build.ts';

const ROUNDS = Number(process.env['EXPERIMANCE_CRASH_ROUNDS'] ?? 150);
let child: Awaited<ReturnType<typeof buildChild>>;
/** A round lasts at most so long, ms: after the database was opened, but every fifth time from the process' beginning. */
const LONGEST_ROUND = 100;

beforeAll(async () => {
  child = await buildChild('child');
}, 60_000);
afterAll(() => child.remove());

const Arrival = z.object({
  handler: z.string(),
  number: z.int(),
  services: z.array(z.string()),
  expiresAt: z.number(),
  sentAt: z.number(),
});
type Arrival = z.infer<typeof Arrival>;

/** What the server does with a message. `vanishes`: it takes it and is gone before it has answered. */
const MOODS = ['accepts', 'accepts', 'accepts', 'fails', 'hangs', 'vanishes', 'refuses'] as const;
type Mood = (typeof MOODS)[number];

/** A server that comes and goes. */
class Moody {
  readonly arrivals: Arrival[] = [];
  port = 0;
  #mood: Mood = 'accepts';
  #server: Server | undefined;

  async start(): Promise<void> {
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  async setMood(mood: Mood): Promise<void> {
    this.#mood = mood;
    if (mood === 'refuses') await this.stop();
    else if (this.#server === undefined) await this.start();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      // The process was killed while it was speaking.
      return;
    }
    const mood = this.#mood;
    if (mood === 'hangs') return;
    if (mood === 'fails') {
      response.writeHead(500).end();
      return;
    }
    this.arrivals.push(Arrival.parse(JSON.parse(Buffer.concat(chunks).toString('utf8'))));
    if (mood === 'vanishes') response.destroy();
    else response.writeHead(200).end();
  }
}

/** One run of the process, and what it has said. */
class Run {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  /** Kept once the process has opened its database, or has ended. */
  readonly ready: Promise<unknown>;
  #output = '';

  constructor(dataDir: string, port: number, began: number, mode: 'flow' | 'drain') {
    const address = `http://127.0.0.1:${port}`;
    this.#child = spawn(process.execPath, [child.file, dataDir, address, String(began), mode], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#closed = once(this.#child, 'close');
    const { stdout } = this.#child;
    this.ready = Promise.race([this.#closed, stdout === null ? undefined : once(stdout, 'data')]);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
    }
  }

  async kill(): Promise<string[]> {
    this.#child.kill('SIGKILL');
    return this.end();
  }

  async end(): Promise<string[]> {
    await this.#closed;
    return this.#output.split('\n').filter((line) => line !== '');
  }
}

/** First arrivals only, in their order. */
function firsts(arrivals: readonly Arrival[], handler: string): Arrival[] {
  const seen = new Set<number>();
  return arrivals.filter((arrival) => {
    if (arrival.handler !== handler || seen.has(arrival.number)) return false;
    seen.add(arrival.number);
    return true;
  });
}

it(`messages, arrive at least once, in order and never too late, through ${ROUNDS} ends at random moments`, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'outbox-crash-'));
  const server = new Moody();
  await server.start();
  const began = Date.now();
  const committed: number[] = [];
  const said: string[] = [];
  let opened = 0;
  const note = (lines: string[]): void => {
    for (const line of lines) {
      if (/^\d+$/.test(line)) committed.push(Number(line));
      else if (line === 'ready') opened += 1;
      else said.push(line);
    }
  };
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      await server.setMood(MOODS[Math.floor(Math.random() * MOODS.length)] ?? 'accepts');
      const run = new Run(dataDir, server.port, began, 'flow');
      if (round % 5 !== 0) await run.ready;
      await pause((Math.random() * LONGEST_ROUND) / 2);
      await server.setMood(MOODS[Math.floor(Math.random() * MOODS.length)] ?? 'accepts');
      await pause((Math.random() * LONGEST_ROUND) / 2);
      note(await run.kill());
    }
    await server.setMood('accepts');
    note(await new Run(dataDir, server.port, began, 'drain').end());
  } finally {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
  expect(said).toEqual(['drained']);
  // A number that is given twice would mean that what was committed is gone.
  expect(new Set(committed).size).toBe(committed.length);
  const late = server.arrivals.filter(({ sentAt, expiresAt }) => sentAt >= expiresAt);
  expect(late).toEqual([]);
  for (const handler of ['first', 'second']) {
    const arrived = firsts(server.arrivals, handler);
    const numbers = new Set(arrived.map(({ number }) => number));
    // Every tenth expires soon, and may rightly never arrive.
    expect(committed.filter((number) => number % 10 !== 0 && !numbers.has(number))).toEqual([]);
    for (const service of new Set(arrived.flatMap(({ services }) => services))) {
      const order = arrived.filter(({ services }) => services.includes(service)).map(({ number }) => number);
      expect(order).toEqual([...order].sort((a, b) => a - b));
    }
  }
  const different = new Set(server.arrivals.map(({ handler, number }) => `${handler} ${number}`)).size;
  console.log(
    JSON.stringify({
      rounds: ROUNDS,
      opened,
      committed: committed.length,
      deliveries: different,
      duplicates: server.arrivals.length - different,
      expired: committed.length * 2 - different,
      seconds: Math.round((Date.now() - began) / 1000),
    }),
  );
}, 3_600_000);
