/*
 * What active checks cost. 500 HTTP checks every 10 s, spread as the scheduler spreads them, for as long as 30 s; the servers are
 * another process. Prints JSON lines; nothing here fails by a time.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { generate } from 'selfsigned';
import { prepareCheck } from '../../src/main/checks/probes.ts';

const CHECKS = 500;
const INTERVAL = 10_000;
const ROUNDS = 3;

const print = (result: object): void => console.log(JSON.stringify(result));
const rounded = (value: number): number => Math.round(value * 100) / 100;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function startServers(): Promise<{ child: ChildProcess; http: number; https: number; zmq: number }> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
  });
  const child = spawn(process.execPath, [join(import.meta.dirname, 'servers.mjs')]);
  child.stdin.end(JSON.stringify({ key, cert }));
  const line = await new Promise<Buffer>((resolve) => child.stdout.once('data', resolve));
  const [http = 0, https = 0, zmq = 0] = JSON.parse(line.toString()) as number[];
  return { child, http, https, zmq };
}

/** One check after the other, evenly over the interval, and what that costs of one core. */
async function load(bench: string, run: () => Promise<unknown>, rounds = ROUNDS): Promise<void> {
  for (let index = 0; index < 100; index += 1) await run();
  const [cpu, began] = [process.cpuUsage(), performance.now()];
  const running: Promise<unknown>[] = [];
  for (let index = 0; index < CHECKS * rounds; index += 1) {
    const due = began + (index * INTERVAL) / CHECKS;
    if (due > performance.now()) await pause(due - performance.now());
    running.push(run());
  }
  await Promise.all(running);
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - began) / 1000;
  print({
    bench,
    cpu_percent_of_a_core: rounded((user + system) / 1e4 / seconds),
    ms_each: rounded((user + system) / 1e3 / (CHECKS * rounds)),
    target_percent: 15,
  });
}

function checkOf(type: string, config: object): () => Promise<void> {
  const check = prepareCheck(type, config);
  if (typeof check !== 'function') throw new Error(JSON.stringify(check.faults));
  return async () => {
    const { status, message } = await check({
      signal: new AbortController().signal,
      timeLimit: 10_000,
      now: Date.now(),
    });
    if (status !== 'healthy') throw new Error(message);
  };
}

/** The least that can be paid for an answer, as a yardstick: Node's own client. */
function bare(port: number, agent: Agent): () => Promise<unknown> {
  return async () => {
    const request = get({ host: '127.0.0.1', port, path: '/health', agent });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return text(response);
  };
}

const { child, http, https, zmq } = await startServers();
const conditions = { json: ['state = ok'], contains: 'ok' };
await load('500 HTTP checks every 10 s', checkOf('http', { url: `http://127.0.0.1:${http}/health`, ...conditions }));
await load(
  '500 HTTPS checks every 10 s',
  checkOf('http', { url: `https://127.0.0.1:${https}/health`, ...conditions, verify_certificate: false }),
);
await load('500 TCP checks every 10 s', checkOf('tcp', { host: '127.0.0.1', port: http }), 1);
await load('500 ZeroMQ checks every 10 s', checkOf('zmq', { endpoint: `tcp://127.0.0.1:${zmq}` }), 1);
await load('yardstick: 500 bare requests every 10 s, a connection each', bare(http, new Agent()), 1);
await load('yardstick: 500 bare requests every 10 s, kept alive', bare(http, new Agent({ keepAlive: true })), 1);
child.kill();
