import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSender, type Sender } from '../../src/main/notifications/transports/send.ts';
import type { Outcome } from '../../src/shared/handlers/handler.ts';
import { HANDLER_TYPES } from '../../src/shared/handlers/registry.ts';
import { secretValues } from '../../src/shared/handlers/secret-values.ts';
import { MESSAGE_TIME, messageOf, messageServiceOf } from '../fixtures/messages.ts';
import { selfSigned } from '../fixtures/notification-servers/certificates.ts';
import {
  closedAddress,
  type HttpServer,
  type Reply,
  startHttpServer,
} from '../fixtures/notification-servers/http-server.ts';
import { LOOPBACK } from '../fixtures/notification-servers/loopback.ts';

/** For the servers that never answer; all the others have as long as they need. */
const SHORT = 200;

let http: HttpServer;
let other: HttpServer;
let secure: HttpServer;
let sender: Sender;

beforeAll(async () => {
  [http, other, secure] = await Promise.all([startHttpServer(), startHttpServer(), selfSigned().then(startHttpServer)]);
});
afterAll(() => Promise.all([http, other, secure].map((server) => server.close())));
beforeEach(() => {
  sender = createSender({ command: { environment: {} }, http: { now: () => MESSAGE_TIME } });
  http.seen.length = 0;
  other.seen.length = 0;
});
afterEach(() => sender.close());

const overHttp = HANDLER_TYPES.filter(({ type }) => LOOPBACK[type]?.transport === 'http');

const redirect = (location: string, status = 307): Reply => ({ status, headers: { location } });
const TEN_MEGABYTES = 'x'.repeat(10_000_000);

describe.each(overHttp.map((handler) => ({ type: handler.type, handler })))(
  'the handler $type',
  ({ type, handler }) => {
    /** Without hiding secrets afterwards: the sentences must hold none by themselves. */
    function deliver(address: string, signal?: AbortSignal): Promise<Outcome> {
      const place = { http: { address, seen: http.seen }, mail: { port: 1, seen: [] }, folder: '/' };
      const config = handler.schema.parse(LOOPBACK[type]?.config(place));
      const request = handler.buildRequest(messageOf([messageServiceOf('audio')]), config, { now: MESSAGE_TIME });
      const { readAnswer } = handler;
      return sender
        .send(request, {
          ...(readAnswer === undefined ? {} : { readAnswer }),
          ...(signal === undefined ? {} : { signal }),
        })
        .then((outcome) => {
          const told = JSON.stringify(outcome);
          for (const secret of secretValues(handler.schema, config)) expect(told).not.toContain(secret);
          return outcome;
        });
    }

    it.each([
      [400, /^localhost:\d+ refused: 400 Bad Request\. Check what is configured/],
      [401, /^localhost:\d+ refused: 401 Unauthorized\. Check the token/],
      [404, /^localhost:\d+ refused: 404 Not Found\. Nothing is at this address/],
    ])('refused with %d, is not tried again', async (status, sentence) => {
      http.reply = () => ({ status, body: 'no' });
      expect(await deliver(http.address)).toEqual({
        outcome: 'permanent',
        message: expect.stringMatching(sentence) as string,
      });
    });

    it('told to wait, waits as long as the server says', async () => {
      http.reply = () => ({ status: 429, headers: { 'retry-after': '7' } });
      expect(await deliver(http.address)).toEqual({
        outcome: 'temporary',
        message: `${http.host} takes no more messages for now: 429 Too Many Requests. It asks to wait 7 s.`,
        retryAfter: 7000,
        unreachable: true,
      });
      http.reply = () => ({ status: 429, headers: { 'retry-after': new Date(MESSAGE_TIME + 9_750).toUTCString() } });
      expect(await deliver(http.address)).toMatchObject({ outcome: 'temporary', retryAfter: 9_750 });
    });

    it('met by a fault of the server, is tried again', async () => {
      http.reply = () => ({ status: 500, body: 'oh\u0000 no' });
      const outcome = await deliver(http.address);
      expect(outcome).toMatchObject({ outcome: 'temporary' });
      expect(outcome).not.toHaveProperty('unreachable');
      expect(outcome).toHaveProperty(
        'message',
        `${http.host} could not take the message: 500 Internal Server Error. It said: oh no`,
      );
    });

    it('with no answer at all, gives up in time', async () => {
      http.reply = () => () => undefined;
      sender = createSender({ command: { environment: {} }, http: { timeLimit: SHORT } });
      expect(await deliver(http.address)).toEqual({
        outcome: 'temporary',
        unreachable: true,
        message: expect.stringMatching(/^localhost:\d+ did not answer within 0\.2 s\. /) as string,
      });
    });

    it('broken off, says so', async () => {
      const quitting = new AbortController();
      http.reply = () => () => quitting.abort();
      expect(await deliver(http.address, quitting.signal)).toEqual({
        outcome: 'temporary',
        message: expect.stringContaining('since the monitor stops') as string,
      });
    });

    it('cut off in the middle of an answer, is tried again', async () => {
      http.reply = () => (response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('{"id": "1', () => response.destroy());
      };
      expect(await deliver(http.address)).toMatchObject({
        outcome: 'temporary',
        message: expect.stringMatching(/^localhost:\d+ closed the connection/) as string,
      });
    });

    it('answered with ten megabytes, reads no more than it needs', async () => {
      http.reply = () => ({ status: 200, body: TEN_MEGABYTES, headers: { 'content-type': 'text/plain' } });
      const outcome = await deliver(http.address);
      expect(outcome).toMatchObject({ outcome: 'delivered' });
      expect(JSON.stringify(outcome).length).toBeLessThan(500);
    });

    it.each(['file:///etc/passwd', 'ftp://localhost/', 'javascript:alert(1)'])(
      'redirected to %s, does not follow',
      async (location) => {
        http.reply = () => redirect(location);
        expect(await deliver(http.address)).toEqual({
          outcome: 'permanent',
          message: expect.stringMatching(
            /^localhost:\d+ redirects to an address that is not http \(\w+:\/\/…\)/,
          ) as string,
        });
      },
    );

    it('redirected to another server, tells it nothing and names it', async () => {
      http.reply = () => redirect(`${other.address}/secret?path`);
      expect(await deliver(http.address)).toEqual({
        outcome: 'permanent',
        message: `${http.host} redirects to another server, ${other.host}: if that is right, enter its address.`,
      });
      expect(other.seen).toEqual([]);
    });

    it('redirected within its server, sends the whole again, but not without end', async () => {
      http.reply = ({ url }) => (url === '/new' ? (LOOPBACK[type]?.accepts ?? { status: 200 }) : redirect('/new', 301));
      expect(await deliver(http.address)).toMatchObject({ outcome: 'delivered' });
      const [first, second] = http.seen;
      expect(second).toEqual({ ...first, url: '/new' });
      http.reply = () => redirect('/again');
      expect(await deliver(http.address)).toMatchObject({
        outcome: 'permanent',
        message: expect.stringContaining('redirects without end') as string,
      });
      expect(http.seen).toHaveLength(2 + 4);
    });

    it.each([
      ['a port on which nothing listens', closedAddress, /^localhost:\d+ refused the connection\. Check the port/],
      ['an unknown host', () => Promise.resolve('http://nowhere.invalid'), /^nowhere\.invalid:80 is not known/],
      [
        'an untrusted certificate',
        () => Promise.resolve(secure.address),
        /^localhost:\d+ has a certificate that it signed/,
      ],
      [
        'a server without TLS',
        () => Promise.resolve(http.address.replace('http:', 'https:')),
        /could not agree on encry/,
      ],
      ['a server with TLS', () => Promise.resolve(secure.address.replace('https:', 'http:')), /^localhost:\d+ /],
    ])('sent to %s, is tried again later, and nothing else meanwhile', async (_what, address, sentence) => {
      expect(await deliver(await address())).toMatchObject({
        outcome: 'temporary',
        unreachable: true,
        message: expect.stringMatching(sentence) as string,
      });
    });
  },
);
