import { spawn } from 'node:child_process';
import { getEventListeners } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import * as zeromq from 'zeromq';
import { makeContact } from '../../../../src/main/checks/zmq-handshake.ts';
import { createZmqProbe } from '../../../../src/main/checks/zmq.ts';
import { zmq } from '../../../../src/shared/checks/zmq.ts';
import { buildZmqChild } from '../../../fixtures/checks/build-child.ts';
import { openSockets, limitedTo, openFiles, runCheck, settledAt } from '../../../fixtures/checks/run.ts';
import { closedPort, startTcpServer, type TcpServer } from '../../../fixtures/checks/tcp-server.ts';

const sockets: zeromq.Socket[] = [];
const servers: TcpServer[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.close();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function bound<Peer extends zeromq.Socket>(peer: Peer, at = 'tcp://127.0.0.1:*'): Promise<string> {
  sockets.push(peer);
  await peer.bind(at);
  return String(peer.lastEndpoint);
}

async function listening(onConnection: Parameters<typeof startTcpServer>[0]): Promise<TcpServer> {
  const server = await startTcpServer(onConnection);
  servers.push(server);
  return server;
}

/** What loads as the library does where its addon is for another kind of machine. */
const NO_ADDON = join(import.meta.dirname, '../../../fixtures/checks/no-addon.mjs');

const portOf = (endpoint: string): string => endpoint.slice(endpoint.lastIndexOf(':') + 1);
const check = (endpoint: string, config: object = {}, limit = 10_000) =>
  runCheck('zmq', { endpoint, ...config }, limitedTo(limit));

const server = zeromq.curveKeyPair();
const stranger = zeromq.curveKeyPair();
const curve = { linger: 0, curveServer: true, curveSecretKey: server.secretKey };

describe('a ZeroMQ check', () => {
  it.each<[string, () => zeromq.Socket]>([
    ['publisher', () => new zeromq.Publisher({ linger: 0 })],
    ['publisher', () => new zeromq.XPublisher({ linger: 0 })],
    ['subscriber', () => new zeromq.Subscriber({ linger: 0 })],
    ['router', () => new zeromq.Router({ linger: 0 })],
    ['reply', () => new zeromq.Reply({ linger: 0 })],
    ['pull', () => new zeromq.Pull({ linger: 0 })],
  ])('finds a %s well whose handshake it has seen: case %#', async (peer, create) => {
    const endpoint = await bound(create());
    expect(await check(endpoint, { peer })).toEqual({
      status: 'healthy',
      message: `127.0.0.1:${portOf(endpoint)} answers as a ZeroMQ peer.`,
      metadata: { latency_ms: expect.any(Number) as number },
    });
  });

  it.each([
    ['tcp://127.0.0.1:*', 'localhost'],
    ['tcp://[::1]:*', '[::1]'],
  ])('finds what is bound to %s under the name of %s', async (at, host) => {
    const endpoint = await bound(new zeromq.Publisher({ linger: 0, ipv6: true }), at);
    expect(await check(`tcp://${host}:${portOf(endpoint)}`)).toMatchObject({
      status: 'healthy',
      message: `${host}:${portOf(endpoint)} answers as a ZeroMQ peer.`,
    });
  });

  it('awaits a message on a topic, and lets others pass', async () => {
    const publisher = new zeromq.XPublisher({ linger: 0 });
    const endpoint = await bound(publisher);
    const running = check(endpoint, { topic: 'depth', message_within: 60 });
    // What a publisher hears of its subscribers: the first byte says that one has come.
    const [subscription] = await publisher.receive();
    expect(subscription?.toString()).toBe('\u0001depth');
    await publisher.send(['events', 'x']);
    await publisher.send(['depth/1', Buffer.alloc(1000)]);
    expect(await running).toMatchObject({
      status: 'healthy',
      message: `127.0.0.1:${portOf(endpoint)} answers as a ZeroMQ publisher and sends messages on “depth”.`,
      metadata: { message_bytes: 1007, message_frames: 2, message_topic: 'depth/1' },
    });
  });

  it('tells of a message that does not come, whichever limit is reached first', async () => {
    const endpoint = await bound(new zeromq.Publisher({ linger: 0 }));
    const silent = (topic: string, seconds: number): string =>
      `127.0.0.1:${portOf(endpoint)} answers as a ZeroMQ publisher but sent no message${topic} within ${seconds} s.`;
    expect(await check(endpoint, { topic: 'depth', message_within: 0.1 })).toMatchObject({
      status: 'error',
      message: silent(' on “depth”', 0.1),
      metadata: { latency_ms: expect.any(Number) as number },
    });
    expect(await check(endpoint, { message_within: 60 }, 200)).toMatchObject({ message: silent('', 0.2) });
  });

  it('tells of a publisher that hangs up while a message is awaited, and of a message too large', async () => {
    const publisher = new zeromq.XPublisher({ linger: 0, verbosity: 'allSubs' });
    const endpoint = await bound(publisher);
    const lost = `127.0.0.1:${portOf(endpoint)} answered as a ZeroMQ publisher and hung up before a message had come. (One of more than 16 MB is not read.)`;
    const tooLarge = check(endpoint, { message_within: 60 });
    await publisher.receive();
    await publisher.send(Buffer.alloc(17 * 1024 * 1024));
    expect(await tooLarge).toMatchObject({ status: 'error', message: lost });
    const running = check(endpoint, { message_within: 60 });
    for (let subscribed = false; !subscribed;) subscribed = (await publisher.receive())[0]?.[0] === 1;
    publisher.close();
    expect(await running).toMatchObject({ status: 'error', message: lost });
  });

  it('finds an encrypted peer well by its key', async () => {
    const endpoint = await bound(new zeromq.Publisher(curve));
    expect(await check(endpoint, { server_key: server.publicKey })).toMatchObject({ status: 'healthy' });
  });

  it('looks at a socket in the file system', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'zmq-'));
    const endpoint = `ipc://${folder}/events`;
    expect(await check(endpoint)).toMatchObject({ status: 'error', message: `Nothing listens at ${endpoint}.` });
    await bound(new zeromq.Publisher({ linger: 0 }), endpoint);
    expect(await check(endpoint)).toMatchObject({
      status: 'healthy',
      message: `${endpoint} answers as a ZeroMQ peer.`,
    });
    rmSync(folder, { recursive: true });
  });
});

describe('what a ZeroMQ check finds in place of a peer', () => {
  it('is nothing at all', async () => {
    const port = await closedPort();
    expect(await check(`tcp://localhost:${port}`)).toMatchObject({
      status: 'error',
      message: `localhost:${port} refused the connection. Check the port, and whether the server is running.`,
    });
  });

  it('is a name that nobody knows', async () => {
    expect(await check('tcp://nothing.invalid:5555')).toMatchObject({
      status: 'error',
      message:
        'nothing.invalid:5555 is not known: no address was found for the name. Check the name, and whether this computer is online.',
    });
  });

  it.each(['', stranger.publicKey])('is a server of HTTP: case %#', async (server_key) => {
    const http = createServer((_request, response) => response.end('hello'));
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const { port } = http.address() as AddressInfo;
    expect(await check(`tcp://127.0.0.1:${port}`, { server_key })).toMatchObject({
      status: 'error',
      message: `127.0.0.1:${port} speaks HTTP, not ZeroMQ. Check the port.`,
    });
    http.closeAllConnections();
    http.close();
  });

  it.each<[string, Parameters<typeof startTcpServer>[0], string]>([
    [
      'something that greets',
      (socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n'),
      'HOST does not speak ZeroMQ. Check the port. It said: SSH-2.0-OpenSSH_9.6',
    ],
    [
      'something unreadable',
      (socket) => socket.write(Buffer.from([1, 0, 2, 10])),
      'HOST does not speak ZeroMQ. Check the port.',
    ],
    ['something that hangs up', (socket) => socket.end(), 'HOST hung up before the ZeroMQ handshake. Check the port.'],
    [
      'something that says nothing',
      () => undefined,
      'HOST accepted the connection but came to no ZeroMQ handshake within 0.5 s. It may hang, or be something else.',
    ],
  ])('is %s', async (_what, onConnection, message) => {
    const { host } = await listening(onConnection);
    expect(await check(`tcp://${host}`, {}, 500)).toMatchObject({
      status: 'error',
      message: message.replace('HOST', host),
    });
  });

  it.each<[string, () => zeromq.Socket, object, string]>([
    [
      'a peer of another kind',
      () => new zeromq.Reply({ linger: 0 }),
      {},
      'HOST speaks ZeroMQ but refused the handshake. Most likely it is no publisher: choose what listens there.',
    ],
    [
      'an encrypted peer',
      () => new zeromq.Publisher(curve),
      {},
      'HOST speaks ZeroMQ but wants encryption or a password: enter its server key.',
    ],
    [
      'a peer with another key',
      () => new zeromq.Publisher(curve),
      { server_key: stranger.publicKey },
      'HOST refused the CURVE handshake. Check the server key: it must be the public one of what listens there.',
    ],
    [
      'a peer without encryption',
      () => new zeromq.Publisher({ linger: 0 }),
      { server_key: server.publicKey },
      'HOST speaks ZeroMQ but without CURVE, though a server key is entered: whoever listens there does not prove who it is.',
    ],
    [
      'a peer for a key that is none',
      () => new zeromq.Publisher(curve),
      { server_key: '#'.repeat(40) },
      'The server key of HOST is no key: copy it anew.',
    ],
  ])('is %s', async (_what, create, config, message) => {
    const host = (await bound(create())).replace('tcp://', '');
    expect(await check(`tcp://${host}`, config)).toMatchObject({
      status: 'error',
      message: message.replace('HOST', host),
    });
  });
});

describe('a peer that lets in only some', () => {
  // One for all of these: its address is free again only some time after it was closed.
  const authenticator = new zeromq.Reply({ linger: 0 });
  let verdict = '';
  beforeAll(async () => {
    await authenticator.bind('inproc://zeromq.zap.01');
    void (async () => {
      for await (const [version = '', id = ''] of authenticator) {
        await authenticator.send([version, id, verdict, '', '', '']);
      }
    })();
  });
  afterAll(() => authenticator.close());

  it.each([
    ['400', 'HOST does not let this computer in (ZAP 400): it takes only keys or addresses that it knows.'],
    ['500', 'HOST could not decide whether to let this computer in (ZAP 500). Look at its authentication.'],
  ])('and says %s is told by that', async (code, message) => {
    verdict = code;
    const host = (await bound(new zeromq.Publisher({ ...curve, zapDomain: 'test' }))).replace('tcp://', '');
    const config = { server_key: server.publicKey };
    expect(await check(`tcp://${host}`, config)).toMatchObject({
      status: 'error',
      message: message.replace('HOST', host),
    });
  });

  it('and says 300, which tells the other side nothing, is an error by whichever of the two is noticed first', async () => {
    verdict = '300';
    const host = (await bound(new zeromq.Publisher({ ...curve, zapDomain: 'test' }))).replace('tcp://', '');
    expect(await check(`tcp://${host}`, { server_key: server.publicKey }, 500)).toMatchObject({
      status: 'error',
      message: expect.stringMatching(/came to no ZeroMQ handshake within 0\.5 s|refused the CURVE handshake/) as string,
    });
  });
});

describe('a name with several addresses', () => {
  it.each<[string, string[], string]>([
    ['of which one leads to a peer', ['dead', 'peer'], 'handshake'],
    ['of which one leads to something else', ['dead', 'other'], 'dropped'],
    ['that lead nowhere', ['dead', 'dead'], 'unreachable'],
  ])('%s is judged by the one that came furthest', async (_what, kinds, end) => {
    const places: Record<string, () => Promise<string>> = {
      dead: async () => `tcp://127.0.0.1:${await closedPort()}`,
      peer: () => bound(new zeromq.Publisher({ linger: 0 })),
      other: async () => `tcp://127.0.0.1:${(await listening((socket) => socket.end())).port}`,
    };
    const endpoints = await Promise.all(kinds.map((kind) => places[kind]?.() ?? ''));
    const socket = new zeromq.Subscriber({ linger: 0, reconnectInterval: -1 });
    sockets.push(socket);
    expect(await makeContact(socket, endpoints).contact).toEqual({ end });
  });
});

describe('the program around a ZeroMQ check', () => {
  it('goes on where the library does not load', async () => {
    const probe = createZmqProbe(() => import(NO_ADDON) as Promise<typeof zeromq>);
    expect(await probe(zmq.schema.parse({ endpoint: 'tcp://localhost:5555' }), limitedTo(1000))).toMatchObject({
      status: 'unknown',
      message: expect.stringMatching(
        /^ZeroMQ cannot be looked at on this computer, since the program’s library for it does not load: Error: .*no-addon\.mjs/,
      ) as string,
    });
  });

  it.each(['before it begins', 'at once', 'when connected', 'while a message is awaited'])(
    'is left with nothing by one that is aborted %s',
    async (when) => {
      const abort = new AbortController();
      const publisher = new zeromq.XPublisher({ linger: 0 });
      const silent = await listening((socket) => {
        socket.resume();
        if (when === 'when connected') abort.abort();
      });
      const endpoint =
        when === 'while a message is awaited' ? await bound(publisher) : `tcp://localhost:${silent.port}`;
      const before = openSockets();
      if (when === 'before it begins') abort.abort();
      const context = { signal: abort.signal, timeLimit: 1000, now: Date.now() };
      const running = runCheck('zmq', { endpoint, message_within: 60 }, context);
      if (when === 'at once') abort.abort();
      if (when === 'while a message is awaited') {
        await publisher.receive();
        abort.abort();
      }
      expect(await running).toMatchObject({ status: 'error' });
      expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
      await settledAt(before, openSockets);
      publisher.close();
    },
  );

  it('ends by itself after checks that were met, refused, and broken off', async () => {
    const built = await buildZmqChild();
    const peer = await bound(new zeromq.Publisher({ linger: 0 }));
    const silent = await listening(() => undefined);
    const child = spawn(process.execPath, [
      built.file,
      peer,
      `tcp://${silent.host}`,
      `tcp://localhost:${await closedPort()}`,
    ]);
    onTestFinished(() => void child.kill());
    const printed = text(child.stdout);
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect([
      code,
      (await printed)
        .trim()
        .split('\n')
        .map((line) => line.replace(/:\d+/, '')),
    ]).toEqual([
      0,
      [
        '127.0.0.1 answers as a ZeroMQ publisher but sent no message on “never” within 60 s.',
        'localhost accepted the connection but came to no ZeroMQ handshake within 60 s. It may hang, or be something else.',
        'localhost refused the connection. Check the port, and whether the server is running.',
      ],
    ]);
    built.remove();
  });

  it('has no more files open after many checks than before', async () => {
    const peer = await bound(new zeromq.Publisher({ linger: 0 }));
    const closing = await listening((socket) => void socket.resume().end());
    const silent = await listening((socket) => void socket.resume());
    const endings = [peer, `tcp://${closing.host}`, `tcp://localhost:${await closedPort()}`];
    const round = async (): Promise<void> => {
      for (const endpoint of endings) await check(endpoint);
      await check(`tcp://${silent.host}`, {}, 30);
    };
    // What the first of all opens for good: the library's own threads.
    await round();
    const before = openFiles();
    for (let count = 0; count < 20; count += 1) await round();
    await settledAt(before, openFiles);
  });

  it('keeps up with a hundred at once', async () => {
    const endpoint = await bound(new zeromq.Publisher({ linger: 0 }));
    const findings = await Promise.all(Array.from({ length: 100 }, () => check(endpoint)));
    expect(new Set(findings.map(({ status }) => status))).toEqual(new Set(['healthy']));
  });
});
