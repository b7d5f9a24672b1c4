import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SMTPServerOptions } from 'smtp-server';
import { createSmtpSender } from '../../../../../src/main/notifications/transports/smtp.ts';
import type { EmailRequest } from '../../../../../src/shared/handlers/handler.ts';
import {
  type Authority,
  createAuthority,
  selfSigned,
  trust,
} from '../../../../fixtures/notification-servers/certificates.ts';
import { closedAddress } from '../../../../fixtures/notification-servers/http-server.ts';
import { type MailServer, startMailServer } from '../../../../fixtures/notification-servers/smtp-server.ts';

const send = createSmtpSender();
let authority: Authority;
let distrust: () => void;
const servers: MailServer[] = [];
beforeAll(async () => {
  authority = await createAuthority();
  distrust = trust(authority);
});
afterAll(() => distrust());
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start(options: SMTPServerOptions): Promise<MailServer> {
  const server = await startMailServer(options);
  servers.push(server);
  return server;
}

const mailTo = (port: number, server: Partial<EmailRequest['server']> = {}): EmailRequest => ({
  transport: 'smtp',
  server: { host: 'localhost', port, security: 'none', ...server },
  from: '"Hëalth" <health@example.org>',
  to: ['ada@example.org', 'bob@example.org'],
  subject: 'audio: errör',
  text: 'it is error\n.\nreally',
  html: '<p>it is error</p>',
  headers: { 'Message-ID': '<m1@gallery>', References: '<incident-1@gallery>' },
});
const login: SMTPServerOptions['onAuth'] = ({ username, password }, _session, done) =>
  username === 'ada' && password === 'pässword' ? done(null, { user: 'ada' }) : done(new Error('wrong'));
const ADA = { username: 'ada', password: 'pässword' };
const plain: SMTPServerOptions = { hideSTARTTLS: true };

describe('a mail', () => {
  it('is delivered without encryption where a person chose that, with the server’s own answer', async () => {
    const server = await start(plain);
    expect(await send(mailTo(server.port))).toEqual({
      outcome: 'delivered',
      answer: expect.stringMatching(/^250 /) as string,
    });
    expect(server.seen).toMatchObject([{ secure: false, to: ['ada@example.org', 'bob@example.org'] }]);
    expect(server.seen[0]?.raw).toContain('Message-ID: <m1@gallery>');
    expect(server.seen[0]?.raw).toContain('References: <incident-1@gallery>');
    expect(server.seen[0]?.raw).toContain('Subject: =?UTF-8?Q?audio=3A_err=C3=B6r?=');
  });

  it.each(['tls', 'starttls'] as const)('is delivered over %s with a log-in', async (security) => {
    const server = await start({ ...(await authority.issue('localhost')), secure: security === 'tls', onAuth: login });
    expect(await send(mailTo(server.port, { security, ...ADA }))).toMatchObject({ outcome: 'delivered' });
    expect(server.seen).toMatchObject([{ secure: true, user: 'ada' }]);
  });

  it.each(['tls', 'starttls'] as const)('waits while the certificate is not trusted, over %s', async (security) => {
    const server = await start({ ...(await selfSigned()), secure: security === 'tls', onAuth: login });
    expect(await send(mailTo(server.port, { security, ...ADA }))).toEqual({
      outcome: 'temporary',
      unreachable: true,
      message: expect.stringMatching(/^localhost:\d+ has a certificate that it signed itself\./) as string,
    });
    expect(server.seen).toEqual([]);
  });

  it('waits rather than tell a password in clear, where the server offers no STARTTLS', async () => {
    const server = await start({ ...plain, disabledCommands: ['STARTTLS'], allowInsecureAuth: true, onAuth: login });
    expect(await send(mailTo(server.port, { security: 'starttls', ...ADA }))).toEqual({
      outcome: 'temporary',
      unreachable: true,
      message: expect.stringContaining('does not offer STARTTLS') as string,
    });
  });

  it('with a wrong password is not tried again', async () => {
    const server = await start({ ...plain, allowInsecureAuth: true, onAuth: login });
    const outcome = await send(mailTo(server.port, { username: 'ada', password: 'guess' }));
    expect(outcome).toEqual({
      outcome: 'permanent',
      message: expect.stringMatching(
        /^localhost:\d+ refused the log-in\. Check the user name.* It said: 535/,
      ) as string,
    });
    expect(JSON.stringify(outcome)).not.toContain('guess');
  });

  it('for a server that wants a log-in, without one, is not tried again', async () => {
    const server = await start({ ...plain, authOptional: false, onAuth: login });
    expect(await send(mailTo(server.port))).toMatchObject({ outcome: 'permanent' });
  });

  it('refused for one of two recipients is delivered, and the answer names the other', async () => {
    const server = await start({
      ...plain,
      onRcptTo: ({ address }, _session, done) =>
        done(address.startsWith('bob') ? Object.assign(new Error('no such user'), { responseCode: 550 }) : null),
    });
    expect(await send(mailTo(server.port))).toEqual({
      outcome: 'delivered',
      answer: expect.stringMatching(/^250 .*; but it refused bob@example\.org \(550 no such user\)$/) as string,
    });
  });

  it.each([
    [550, 'permanent'],
    [450, 'temporary'],
  ])('refused for all recipients with %d is %s', async (responseCode, outcome) => {
    const server = await start({
      ...plain,
      onRcptTo: (_address, _session, done) => done(Object.assign(new Error('not now'), { responseCode })),
    });
    expect(await send(mailTo(server.port))).toMatchObject({
      outcome,
      message: expect.stringContaining(`It said: ${responseCode} not now`) as string,
    });
  });

  it('refused after its content was sent is not said to be delivered', async () => {
    const server = await start({
      ...plain,
      onData(stream, _session, done) {
        stream.resume().on('end', () => done(Object.assign(new Error('disk full'), { responseCode: 452 })));
      },
    });
    expect(await send(mailTo(server.port))).toMatchObject({ outcome: 'temporary' });
  });

  it.each([
    ['a port on which nothing listens', async () => Number(new URL(await closedAddress()).port), 'localhost'],
    ['an unknown host', () => Promise.resolve(25), 'nowhere.invalid'],
  ])('to %s is tried again later', async (_what, port, host) => {
    expect(await send(mailTo(await port(), { host }))).toMatchObject({
      outcome: 'temporary',
      unreachable: true,
      message: expect.stringMatching(/refused the connection|is not known/) as string,
    });
  });

  it('to a server that never greets is given up in time, or when the monitor stops', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, 'localhost', resolve));
    const address = silent.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    expect(await createSmtpSender({ timeLimit: 100 })(mailTo(port))).toMatchObject({
      outcome: 'temporary',
      unreachable: true,
    });
    const quitting = new AbortController();
    silent.once('connection', () => quitting.abort());
    expect(await send(mailTo(port), { signal: quitting.signal })).toMatchObject({
      outcome: 'temporary',
      message: expect.stringContaining('since the monitor stops') as string,
    });
    await new Promise((resolve) => silent.close(resolve));
  });
});
