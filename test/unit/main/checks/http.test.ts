import { getEventListeners } from 'node:events';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openSockets, limitedTo, runCheck, settledAt } from '../../../fixtures/checks/run.ts';
import { closedPort, startTcpServer, type TcpServer } from '../../../fixtures/checks/tcp-server.ts';
import { type HttpServer, type Reply, startHttpServer } from '../../../fixtures/notification-servers/http-server.ts';

let server: HttpServer;
let other: HttpServer;
const bare: TcpServer[] = [];
beforeAll(async () => {
  server = await startHttpServer();
  other = await startHttpServer();
});
afterAll(() => Promise.all([server.close(), other.close()]));
afterEach(async () => {
  server.seen.length = 0;
  other.seen.length = 0;
  await Promise.all(bare.splice(0).map((each) => each.close()));
});

const check = (config: object = {}, limit?: number) =>
  runCheck('http', { url: `${server.address}/health`, ...config }, limitedTo(limit ?? 10_000));
const text = (body: string, more: object = {}): Reply => ({ status: 200, body, ...more });
const json = (value: unknown): Reply =>
  text(JSON.stringify(value), { headers: { 'content-type': 'application/json' } });
const health = (value: unknown, status = 200): Reply => ({
  status,
  body: typeof value === 'string' ? value : JSON.stringify(value),
  headers: { 'content-type': 'application/health+json; charset=utf-8' },
});

async function bareServer(onConnection: Parameters<typeof startTcpServer>[0]): Promise<TcpServer> {
  const started = await startTcpServer(onConnection);
  bare.push(started);
  return started;
}

describe('an HTTP check', () => {
  it('finds a server well that answers, and says how quickly and with what', async () => {
    server.reply = () => text('all\nfine');
    expect(await check()).toEqual({
      status: 'healthy',
      message: `${server.host} answered 200 OK.`,
      metadata: { latency_ms: expect.any(Number) as number, status: 200, bytes: 8, answer: 'all\nfine' },
    });
    expect(server.seen).toMatchObject([{ method: 'GET', url: '/health' }]);
    expect(server.seen[0]?.headers).toMatchObject({
      host: server.host,
      'user-agent': expect.stringMatching(/^Experimance-Health\/\d/) as string,
      'accept-encoding': 'identity',
    });
  });

  it('sends the headers that are set, in place of its own', async () => {
    await check({ method: 'OPTIONS', headers: { 'user-agent': 'mine', 'X-Room': '3' }, authorization: 'Bearer abc' });
    expect(server.seen[0]).toMatchObject({
      method: 'OPTIONS',
      headers: { 'user-agent': 'mine', 'x-room': '3', authorization: 'Bearer abc' },
    });
  });

  it('never uses the proxy of the environment', async () => {
    process.env.HTTP_PROXY = process.env.http_proxy = other.address;
    try {
      expect(await check()).toMatchObject({ status: 'healthy' });
    } finally {
      delete process.env.HTTP_PROXY;
      delete process.env.http_proxy;
    }
    expect(other.seen).toEqual([]);
  });

  it('shows no secret that a server repeats', async () => {
    server.reply = ({ headers }) => text(`you sent ${String(headers.authorization)}`);
    const finding = await check({ authorization: 'Bearer s3cret-token', contains: 'nothing of this' });
    expect(finding.status).toBe('error');
    expect(JSON.stringify(finding)).not.toContain('s3cret-token');
    expect(finding.metadata.answer).toBe('you sent •••');
  });

  it.each<[string, object, Reply, string]>([
    [
      'a wrong status',
      {},
      { status: 503, body: 'no <b>database</b>' },
      'HOST answered 503 Service Unavailable, expected 200-299. It said: no <b>database</b>',
    ],
    [
      'another status than the expected',
      { status: '404, 410' },
      text('here'),
      'HOST answered 200 OK, expected 404, 410. It said: here',
    ],
    [
      'an empty answer with a wrong status',
      {},
      { status: 500 },
      'HOST answered 500 Internal Server Error, expected 200-299. Its answer was empty.',
    ],
    [
      'a redirect that is not followed',
      { redirects: 0 },
      { status: 302, headers: { location: 'http://elsewhere.example.org/x?token=1' } },
      'HOST answered 302 Found, expected 200-299. It points to elsewhere.example.org. Its answer was empty.',
    ],
    ['a missing text', { contains: 'ready' }, text('starting'), 'HOST has no “ready” in its answer. It said: starting'],
    [
      'a text that must not be there',
      { lacks: 'Traceback' },
      text('x'.repeat(99) + 'Traceback (most recent)'),
      `HOST has “Traceback” in its answer. It said: ${'x'.repeat(60)}Traceback (most recent)`,
    ],
    [
      'no match',
      { pattern: '^state: (ok|fine)$' },
      text('a\nstate: bad\n'),
      'HOST has nothing in its answer that matches ^state: (ok|fine)$. It said: a state: bad',
    ],
    [
      'an answer that is no JSON',
      { json: ['a = 1'] },
      text('<html>'),
      'HOST did not answer with JSON. It said: <html>',
    ],
    [
      'fields that differ',
      { json: ['db.state = ok', 'queue <= 10', 'gone = 1'] },
      json({ db: { state: 'bad' }, queue: 11 }),
      'HOST has in its JSON “db.state” “bad” in place of ok, and “queue” 11 in place of at most 10, and no “gone”. It said: {"db":{"state":"bad"},"queue":11}',
    ],
    [
      'a compressed answer',
      { contains: 'ok' },
      (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('ok')),
      'HOST sent its answer compressed (gzip), though it was asked not to: its text cannot be looked at.',
    ],
    [
      'a service that fails',
      {},
      health({ status: 'fail', output: 'disk full' }, 503),
      'HOST says of itself that it fails (“fail”): disk full',
    ],
    [
      'a service that fails with a right status',
      {},
      health({ status: 'DOWN' }),
      'HOST says of itself that it fails (“down”).',
    ],
    ['health+json that is none', {}, health('pass'), 'HOST announces health+json but what it sent is not that.'],
    [
      'a well service with a wrong status',
      {},
      health({ status: 'pass' }, 500),
      'HOST answered 500 Internal Server Error, expected 200-299. It said: {"status":"pass"}',
    ],
    [
      'several things at once',
      { contains: 'ok', lacks: 'bad' },
      { status: 500, body: 'bad' },
      'HOST answered 500 Internal Server Error, expected 200-299. HOST has no “ok” in its answer. HOST has “bad” in its answer. It said: bad',
    ],
    [
      'headers without end',
      {},
      (response) => response.writeHead(200, { 'x-long': 'x'.repeat(20_000) }).end(),
      'HOST answered with headers of more than 16 KB.',
    ],
    [
      'an answer that breaks off',
      {},
      (response) => void response.writeHead(200, { 'content-length': '100' }).write('half', () => response.destroy()),
      'HOST began to answer and then broke off.',
    ],
    [
      'a server that hangs up',
      {},
      (response) => response.destroy(),
      'HOST closed the connection before it had answered. Check the port, and whether it wants http or https.',
    ],
    [
      'something that is not HTTP',
      {},
      (response) => response.socket?.end('SSH-2.0-OpenSSH_9.6\r\n'),
      'HOST gave an answer that is not HTTP. Check the port, and whether it wants http or https.',
    ],
    [
      'another protocol',
      {},
      (response) =>
        response.socket?.end('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
      'HOST closed the connection before it had answered. Check the port, and whether it wants http or https.',
    ],
  ])('tells of %s', async (_what, config, reply, message) => {
    server.reply = () => reply;
    expect(await check(config)).toMatchObject({ status: 'error', message: message.replaceAll('HOST', server.host) });
  });

  it.each<[string, object, Reply]>([
    ['an expected redirect', { status: '301' }, { status: 301, headers: { location: '/x' } }],
    [
      'texts and fields that are right',
      { contains: '"ok"', lacks: 'bad', pattern: 'o.', json: ['a.0.b = ok', 'n >= 1'] },
      json({ a: [{ b: 'ok' }], n: 1 }),
    ],
    ['JSON as Python writes it', { json: ['n = 3'] }, text('{"n": 3, "rate": NaN}')],
    ['health+json that passes', {}, health({ status: 'pass' })],
    ['a HEAD request without a text', { method: 'HEAD' }, { status: 204 }],
  ])('is content with %s', async (_what, config, reply) => {
    server.reply = () => reply;
    expect(await check(config)).toMatchObject({ status: 'healthy' });
  });

  it('takes health+json at its word, checks included', async () => {
    server.reply = () =>
      health({
        status: 'warn',
        checks: {
          'disk:utilization': [
            { status: 'pass', observedValue: 12.5, observedUnit: 'percent' },
            { status: 'warn', observedValue: 91, output: 'getting full' },
          ],
          uptime: { status: 'pass' },
        },
      });
    expect(await check()).toMatchObject({
      status: 'warning',
      message: `${server.host} warns of itself (“warn”): disk:utilization 2 warn (getting full)`,
      metadata: {
        health: 'warn',
        health_checks: {
          'disk:utilization 1': { status: 'pass', value: 12.5, unit: 'percent' },
          'disk:utilization 2': { status: 'warn', value: 91, output: 'getting full' },
          uptime: { status: 'pass' },
        },
      },
    });
    server.reply = () => health({ status: 'so-so' });
    expect(await check()).toMatchObject({
      status: 'unknown',
      message: `${server.host} says of itself “so-so”, which is no word of health+json.`,
    });
  });

  it('ends a regular expression that would never end, and blames that', async () => {
    server.reply = () => text(`${'a'.repeat(60)}!`);
    expect(await check({ pattern: '(a+)+$' })).toMatchObject({
      status: 'unknown',
      message: `The regular expression (a+)+$ takes too long on the answer of ${server.host} and was ended: make it simpler, without repetitions of repetitions.`,
    });
  });

  it('finds an answer slow by the thresholds, the higher one first', async () => {
    // An answer that comes when the check has waited longer than both thresholds for certain.
    server.reply = () => (response) => void setTimeout(() => response.end('late'), 30);
    const slow = (await check({ warning_ms: 1 })).message;
    expect(slow).toMatch(new RegExp(`^${server.host} took \\d+ ms to answer, more than 1 ms\\.$`));
    expect(await check({ warning_ms: 1 })).toMatchObject({ status: 'warning' });
    expect(await check({ warning_ms: 1, error_ms: 2 })).toMatchObject({
      status: 'error',
      message: expect.stringContaining('more than 2 ms') as string,
    });
    expect(await check({ warning_ms: 60_000, error_ms: 60_000 })).toMatchObject({ status: 'healthy' });
  });
});

describe('a redirect', () => {
  it('is followed, and headers are for the first server alone', async () => {
    server.reply = ({ url }) =>
      url === '/health'
        ? { status: 301, headers: { location: '/moved' } }
        : { status: 307, headers: { location: other.address.replace('//', '//user:pw@') } };
    other.reply = () => text('ok');
    expect(await check({ authorization: 'Bearer abc', headers: { 'X-Key': '1' } })).toMatchObject({
      status: 'healthy',
      message: `${other.host} answered 200 OK.`,
      metadata: { redirects: 2, server: other.host },
    });
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer abc', 'Bearer abc']);
    expect(other.seen[0]?.headers).not.toHaveProperty('authorization');
    expect(other.seen[0]?.headers).not.toHaveProperty('x-key');
  });

  it('that goes round in circles is given up', async () => {
    server.reply = () => ({ status: 302, headers: { location: '/health' } });
    expect(await check({ redirects: 3 })).toMatchObject({
      status: 'error',
      message: `${server.host} redirects once more after 3 redirects: enter the address that is meant.`,
    });
    expect(server.seen).toHaveLength(4);
  });

  it.each([
    ['file:///etc/passwd', 'redirects to file: which is not http: this is not followed.'],
    ['http://[', 'redirects to something that is not an address.'],
  ])('to %s is not followed', async (location, words) => {
    server.reply = () => ({ status: 302, headers: { location } });
    expect(await check()).toMatchObject({ status: 'error', message: `${server.host} ${words}` });
  });

  it('of anything but GET and HEAD is not followed', async () => {
    server.reply = () => ({ status: 307, headers: { location: '/x' } });
    expect(await check({ method: 'POST' })).toMatchObject({
      status: 'error',
      message: `${server.host} answered 307 Temporary Redirect, expected 200-299. It points to another address of its own. Its answer was empty.`,
    });
  });
});

describe('a dead or hanging server', () => {
  it('that refuses is told as that', async () => {
    const port = await closedPort();
    expect(await check({ url: `http://localhost:${port}/` })).toMatchObject({
      status: 'error',
      message: `localhost:${port} refused the connection. Check the port, and whether the server is running.`,
    });
  });

  it('whose name is not known is told as that', async () => {
    expect(await check({ url: 'http://nothing.invalid/' })).toMatchObject({
      status: 'error',
      message:
        'nothing.invalid:80 is not known: no address was found for the name. Check the name, and whether this computer is online.',
    });
  });

  it('that accepts and says nothing is given up at the time limit', async () => {
    const silent = await bareServer(() => undefined);
    expect(await check({ url: `http://${silent.host}/` }, 100)).toMatchObject({
      status: 'error',
      message: `${silent.host} accepted the connection but did not answer within 0.1 s. It may hang.`,
    });
    expect(await check({ url: `https://${silent.host}/` }, 100)).toMatchObject({
      status: 'error',
      message: `${silent.host} accepted the connection but did not agree on encryption within 0.1 s. Check whether the port is the one for TLS.`,
    });
  });

  it('that answers without end is given up at the time limit', async () => {
    const drip = (response: ServerResponse): void => {
      const timer = setInterval(() => response.write('.'), 5);
      response.on('close', () => clearInterval(timer));
    };
    server.reply = () => drip;
    expect(await check({}, 150)).toMatchObject({
      status: 'error',
      message: `${server.host} began to answer but did not end within 0.15 s.`,
    });
  });

  it('that sends a gigabyte is cut off after one megabyte', async () => {
    const piece = Buffer.alloc(64 * 1024, 'x');
    let sent = 0;
    let gone: () => void = () => undefined;
    const hungUp = new Promise<void>((resolve) => (gone = resolve));
    const flood = (response: ServerResponse): void => {
      response.on('close', gone);
      const more = (): void => {
        while (!response.destroyed && sent < 2 ** 30) {
          sent += piece.length;
          if (!response.write(piece)) return void response.once('drain', more);
        }
      };
      response.writeHead(200, { 'content-length': String(2 ** 30) });
      more();
    };
    server.reply = () => flood;
    expect(await check()).toMatchObject({
      status: 'healthy',
      message: `${server.host} answered 200 OK. It sends more than a megabyte, of which the rest was not read.`,
      metadata: { bytes: 1024 * 1024 },
    });
    await hungUp;
    // What stands in the buffers of both sides.
    expect(sent).toBeLessThan(64 * 1024 * 1024);
    sent = 0;
    expect(await check({ contains: 'y' })).toMatchObject({
      status: 'error',
      message: expect.stringContaining(`${server.host} has no “y” in the first megabyte of its answer.`) as string,
    });
    sent = 0;
    expect(await check({ json: ['a = 1'] })).toMatchObject({
      status: 'error',
      message: expect.stringContaining(
        `${server.host} sent more than a megabyte, which is not read as JSON.`,
      ) as string,
    });
  });

  it.each(['before it begins', 'while it connects', 'while it waits'])(
    'lets go of everything when aborted %s',
    async (when) => {
      const silent = await bareServer((socket) => socket.on('data', () => abort.abort()));
      const abort = new AbortController();
      const before = openSockets();
      if (when === 'before it begins') abort.abort();
      const running = runCheck(
        'http',
        { url: `http://${silent.host}/` },
        { signal: abort.signal, timeLimit: 1000, now: Date.now() },
      );
      if (when === 'while it connects') abort.abort();
      expect(await running).toMatchObject({ status: 'error' });
      expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
      await settledAt(before, openSockets);
    },
  );
});

describe('five hundred HTTP checks at once', () => {
  it('all get their answer, and nothing is left behind', async () => {
    server.reply = ({ url }) => text(url);
    // What the first check of all starts for good, such as the loading of certificates.
    await check();
    const before = openSockets();
    const running = Promise.all(
      Array.from({ length: 500 }, (_, index) =>
        check({ url: `${server.address}/${index}`, contains: `/${index}` }, 60_000),
      ),
    );
    expect(openSockets()).toBeGreaterThan(before + 400);
    const findings = await running;
    expect(new Set(findings.map(({ status }) => status))).toEqual(new Set(['healthy']));
    // The time limits are timers of the test's own.
    await settledAt(before, openSockets);
  });
});
