import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { limitedTo, runCheck } from '../../../fixtures/checks/run.ts';
import { startTcpServer, type TcpServer } from '../../../fixtures/checks/tcp-server.ts';
import {
  type Authority,
  type Certificate,
  createAuthority,
  selfSigned,
  trust,
} from '../../../fixtures/notification-servers/certificates.ts';
import { type HttpServer, startHttpServer } from '../../../fixtures/notification-servers/http-server.ts';

const DAY = 86_400_000;
const now = Date.now();
const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
const valid = (from: number, to: number) => ({ from: new Date(from), to: new Date(to) });

let authority: Authority;
let distrust: () => void;
const started: (HttpServer | TcpServer)[] = [];
beforeAll(async () => {
  authority = await createAuthority();
  distrust = trust(authority);
});
afterAll(() => distrust());
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.close()));
});

async function startHttps(certificate: Certificate): Promise<HttpServer> {
  const server = await startHttpServer(certificate);
  started.push(server);
  return server;
}

const elsewhere = 'elsewhere.example.org';
const cases: [string, () => Promise<Certificate>, string][] = [
  [
    'expired in 1970',
    () => authority.issue('localhost', valid(Date.UTC(1969, 0, 1), Date.UTC(1970, 5, 15))),
    'HOST has a certificate that expired on 1970-06-15, AGO ago. It must be renewed on the server.',
  ],
  [
    'is not valid yet',
    () => authority.issue('localhost', valid(now + 2 * DAY, now + 90 * DAY)),
    `HOST has a certificate that is not valid before ${day(now + 2 * DAY)}. Check this computer’s clock.`,
  ],
  [
    'is for another name',
    () => authority.issue(elsewhere, valid(now - DAY, now + 90 * DAY)),
    `HOST has a certificate for another name, ${elsewhere}. Use the name that the certificate is for, or get one for this name.`,
  ],
  [
    'nobody but itself has signed',
    () => selfSigned(),
    'HOST has a certificate that it signed itself. Where that is meant to be, name the certificate in NODE_EXTRA_CA_CERTS and start again.',
  ],
  [
    'was signed by an authority that nobody knows',
    async () => (await createAuthority()).issue('localhost', valid(now - DAY, now + 90 * DAY)),
    'HOST has a certificate that was signed by nobody this computer trusts. For a private authority, name its certificate in NODE_EXTRA_CA_CERTS and start again.',
  ],
];
const plain = (message: string): string => message.replace(/\d+ days ago/, 'AGO ago');

describe.each(cases)('a certificate that %s', (_what, issue, message) => {
  it('is an error of an HTTP check, which then asks for nothing', async () => {
    const server = await startHttps(await issue());
    const finding = await runCheck('http', { url: server.address, authorization: 'Bearer abc' });
    expect({ ...finding, message: plain(finding.message) }).toMatchObject({
      status: 'error',
      message: message.replace('HOST', server.host),
      metadata: { certificate_ends: expect.any(String) as string },
    });
    expect(server.seen).toEqual([]);
  });

  it('is an error of a TCP check with TLS', async () => {
    const server = await startTcpServer((socket) => socket.write('220 ready\r\n'), await issue());
    started.push(server);
    const finding = await runCheck('tcp', { host: 'localhost', port: server.port, tls: true, greeting: '220' });
    expect({ ...finding, message: plain(finding.message) }).toMatchObject({
      status: 'error',
      message: message.replace('HOST', server.host),
    });
  });
});

describe('a certificate', () => {
  it('that ends within the days that are set is a warning, and the server is asked all the same', async () => {
    const server = await startHttps(await authority.issue('localhost', valid(now - DAY, now + 10 * DAY + 3_600_000)));
    expect(await runCheck('http', { url: server.address })).toMatchObject({
      status: 'warning',
      message: expect.stringMatching(
        new RegExp(
          `^${server.host} has a certificate that expires on ${day(now + 10 * DAY + 3_600_000)}, in 10 days\\. `,
        ),
      ) as string,
      metadata: { status: 200, certificate_days: 10 },
    });
    expect(server.seen).toHaveLength(1);
    expect(await runCheck('http', { url: server.address, certificate_days: 10 })).toMatchObject({
      status: 'healthy',
      message: `${server.host} answered 200 OK.`,
    });
    // The same certificate, eleven days later.
    const later = limitedTo(10_000, now + 11 * DAY);
    expect(await runCheck('http', { url: server.address }, later)).toMatchObject({ status: 'error' });
  });

  it('that nobody trusts is taken where that is not asked for, until it expires', async () => {
    const server = await startHttps(await selfSigned());
    const config = { url: server.address, verify_certificate: false };
    expect(await runCheck('http', config)).toMatchObject({ status: 'healthy' });
    const old = await startHttps(await authority.issue(elsewhere, valid(now - 9 * DAY, now - 2 * DAY)));
    expect(await runCheck('http', { ...config, url: old.address })).toMatchObject({
      status: 'error',
      message: expect.stringContaining('expired') as string,
    });
  });

  it('is not there where the port speaks no TLS', async () => {
    const server = await startHttpServer();
    started.push(server);
    expect(await runCheck('http', { url: server.address.replace('http:', 'https:') })).toMatchObject({
      status: 'error',
      message: `${server.host} could not agree on encryption with this computer. Check whether the port is the one for TLS.`,
    });
  });

  it('is looked at again after a redirect from http to https', async () => {
    const secure = await startHttps(await selfSigned());
    const open = await startHttpServer();
    started.push(open);
    open.reply = () => ({ status: 301, headers: { location: secure.address } });
    expect(await runCheck('http', { url: open.address })).toMatchObject({
      status: 'error',
      message: expect.stringContaining(`${secure.host} has a certificate that it signed itself`) as string,
    });
    expect(secure.seen).toEqual([]);
  });

  it('does not make a redirect from https to http right', async () => {
    const secure = await startHttps(await authority.issue('localhost', valid(now - DAY, now + 90 * DAY)));
    const open = await startHttpServer();
    started.push(open);
    secure.reply = () => ({ status: 302, headers: { location: open.address } });
    expect(await runCheck('http', { url: secure.address })).toMatchObject({
      status: 'error',
      message: `${secure.host} redirects from https to http on ${open.host}, where anybody could answer: this is not followed.`,
    });
    expect(open.seen).toEqual([]);
  });
});
