import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createHttpSender, redirectTarget } from '../../../../../src/main/notifications/transports/http.ts';
import type { HttpRequest } from '../../../../../src/shared/handlers/handler.ts';
import {
  type Authority,
  type Certificate,
  createAuthority,
  trust,
} from '../../../../fixtures/notification-servers/certificates.ts';
import { type HttpServer, startHttpServer } from '../../../../fixtures/notification-servers/http-server.ts';

const send = createHttpSender();
const requestTo = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  transport: 'http',
  method: 'POST',
  url,
  headers: {},
  body: 'täxt',
  ...more,
});

let authority: Authority;
let distrust: () => void;
const servers: HttpServer[] = [];
beforeAll(async () => {
  authority = await createAuthority();
  distrust = trust(authority);
});
afterAll(() => distrust());
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start(certificate?: Certificate): Promise<HttpServer> {
  const server = await startHttpServer(certificate);
  servers.push(server);
  return server;
}
const DAY = 86_400_000;

describe('an answer without end', () => {
  it('is read as far as it is worth it, and then hung up on', async () => {
    const server = await start();
    let closed: Promise<unknown> | undefined;
    server.reply = () => (response) => {
      closed = once(response, 'close');
      response.writeHead(200, { 'content-type': 'text/plain' });
      const write = (): void => {
        while (!response.destroyed && response.write('a'.repeat(10_000)));
      };
      response.on('drain', write).on('error', () => undefined);
      write();
    };
    expect(await send(requestTo(server.address))).toMatchObject({ outcome: 'delivered' });
    await closed;
  });
});

describe('a request over TLS', () => {
  it('is delivered to a server with a trusted certificate', async () => {
    const server = await start(await authority.issue('localhost'));
    server.reply = () => ({ status: 201, body: 'thank\u0000 you' });
    expect(await send(requestTo(`${server.address}/x`))).toEqual({
      outcome: 'delivered',
      answer: '201 Created: thank you',
    });
    expect(server.seen[0]?.body).toBe('täxt');
    expect(server.seen[0]?.headers['user-agent']).toMatch(/^Experimance-Health\/\d/);
  });

  it.each([
    [
      'expired',
      'localhost',
      { from: new Date(Date.now() - 9 * DAY), to: new Date(Date.now() - DAY) },
      'that has expired',
    ],
    [
      'not valid yet',
      'localhost',
      { from: new Date(Date.now() + DAY), to: new Date(Date.now() + 9 * DAY) },
      'not valid yet',
    ],
    ['for another name', 'elsewhere.example.org', undefined, 'for another name'],
  ])('to a server whose certificate is %s waits until that is mended', async (_what, name, valid, words) => {
    const server = await start(await authority.issue(name, valid));
    expect(await send(requestTo(server.address))).toEqual({
      outcome: 'temporary',
      unreachable: true,
      message: expect.stringContaining(words) as string,
    });
    expect(server.seen).toEqual([]);
  });

  it('is not sent on from https to http, though it be the same host', async () => {
    const server = await start(await authority.issue('localhost'));
    const plain = await start();
    server.reply = () => ({ status: 308, headers: { location: plain.address } });
    expect(await send(requestTo(server.address))).toEqual({
      outcome: 'permanent',
      message: `${server.host} redirects from https to http on ${plain.host}, where anybody could listen: this is not followed.`,
    });
    expect(plain.seen).toEqual([]);
  });
});

describe('a request over HTTP', () => {
  it('is signed with the HMAC of its body', async () => {
    const server = await start();
    await send(requestTo(server.address, { sign: { header: 'X-Signature', secret: 'sëcret' } }));
    const hex = createHmac('sha256', 'sëcret').update('täxt').digest('hex');
    expect(server.seen[0]?.headers['x-signature']).toBe(`sha256=${hex}`);
  });

  it('carries the user of its address as a header', async () => {
    const server = await start();
    await send(requestTo(server.address.replace('//', '//ada:l%C3%B6ve%25@')));
    expect(server.seen[0]?.headers.authorization).toBe(`Basic ${Buffer.from('ada:löve%').toString('base64')}`);
  });

  it.each(['file:///etc/passwd', 'not an address', 'ftp://localhost/x'])(
    'goes to no address such as %s',
    async (url) => {
      expect(await send(requestTo(url))).toMatchObject({ outcome: 'permanent' });
    },
  );

  it('goes to no port that HTTP may not use', async () => {
    expect(await send(requestTo('http://localhost:6000/token'))).toEqual({
      outcome: 'permanent',
      message: 'localhost:6000 is a port that HTTP may not use: choose another.',
    });
  });

  it('is not sent on after 303, which asks for a page', async () => {
    const server = await start();
    server.reply = () => ({ status: 303, headers: { location: '/login' } });
    expect(await send(requestTo(server.address))).toMatchObject({ outcome: 'permanent' });
    expect(server.seen).toHaveLength(1);
  });

  it('to something that does not speak HTTP says so', async () => {
    const server = await start();
    server.reply = () => (response) => response.socket?.end('SSH-2.0-OpenSSH_9.6\r\n');
    expect(await send(requestTo(server.address))).toMatchObject({
      outcome: 'temporary',
      message: expect.stringContaining('gave an answer that is not HTTP') as string,
    });
  });
});

describe('a redirect', () => {
  it.each([
    ['http://example.org/a', 'https://example.org/b', 'https://example.org/b'],
    ['https://example.org/a', '/b', 'https://example.org/b'],
    ['https://example.org/a', 'https://user:pw@example.org/b', 'https://example.org/b'],
    ['http://example.org:8080/a', 'http://example.org:8080/b', 'http://example.org:8080/b'],
  ])('from %s to %s is followed', (from, location, target) => {
    expect(String(redirectTarget(new URL(from), location))).toBe(target);
    expect(redirectTarget(new URL(from), location)).toBeInstanceOf(URL);
  });

  it.each([
    ['http://example.org/a', 'https://example.org.evil.net/b'],
    ['http://example.org:8080/a', 'https://example.org/b'],
    ['https://example.org/a', 'https://example.org:8443/b'],
    ['https://example.org/a', '//evil.net/b'],
    ['https://example.org/a', 'http://['],
    ['https://example.org/a', 'data:text/plain,x'],
  ])('from %s to %s is not followed', (from, location) => {
    expect(redirectTarget(new URL(from), location)).toMatch(/^example\.org/);
  });
});
