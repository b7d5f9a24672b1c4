import { afterEach, describe, expect, it } from 'vitest';
import { openSockets, limitedTo, runCheck, settledAt } from '../../../fixtures/checks/run.ts';
import { closedPort, startTcpServer, type TcpServer } from '../../../fixtures/checks/tcp-server.ts';
import { selfSigned } from '../../../fixtures/notification-servers/certificates.ts';

let server: TcpServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function start(...args: Parameters<typeof startTcpServer>): Promise<TcpServer> {
  server = await startTcpServer(...args);
  return server;
}

describe('a TCP check', () => {
  it.each(['localhost', '127.0.0.1', '::1', '[::1]'])(
    'finds a port of %s well on which somebody listens',
    async (host) => {
      const { port } = await start(() => undefined, undefined, host.replace(/[[\]]/g, ''));
      const finding = await runCheck('tcp', { host, port });
      expect(finding).toEqual({
        status: 'healthy',
        message: `${host === '::1' ? '[::1]' : host}:${port} accepts connections.`,
        metadata: { latency_ms: expect.any(Number) as number },
      });
    },
  );

  it('waits for a greeting that comes in pieces', async () => {
    const { port } = await start((socket) => {
      socket.write('SSH-');
      setImmediate(() => socket.write('2.0-OpenSSH_9.6\r\n'));
    });
    expect(await runCheck('tcp', { host: 'localhost', port, greeting: 'SSH-2.0' })).toMatchObject({
      status: 'healthy',
      metadata: { greeting: expect.stringMatching(/^SSH-2\.0/) as string },
    });
  });

  it('reads a greeting through TLS', async () => {
    const { port } = await start((socket) => socket.write('220 ready\r\n'), await selfSigned());
    const config = { host: 'localhost', port, tls: true, greeting: '220', verify_certificate: false };
    expect(await runCheck('tcp', config)).toMatchObject({
      status: 'healthy',
      metadata: { greeting: '220 ready', certificate_days: expect.any(Number) as number },
    });
  });

  it.each<[string, Parameters<typeof startTcpServer>[0], string]>([
    [
      'a wrong greeting',
      (socket) => socket.end('HTTP/1.1 400\u0007 Bad\r\n'),
      'HOST greets without “SSH-2.0”. It said: HTTP/1.1 400 Bad',
    ],
    [
      'a server that hangs up',
      (socket) => socket.end(),
      'HOST accepted the connection and closed it without a word, expected “SSH-2.0”.',
    ],
    [
      'a server that is reset',
      (socket) => socket.resetAndDestroy(),
      'HOST accepted the connection and closed it without a word, expected “SSH-2.0”.',
    ],
    [
      'a server that says nothing',
      () => undefined,
      'HOST accepted the connection but said nothing within 0.3 s, expected “SSH-2.0”.',
    ],
    [
      'a greeting without end',
      (socket) => socket.write('x'.repeat(100_000)),
      `HOST greets without “SSH-2.0”. It said: ${'x'.repeat(199)}…`,
    ],
  ])('tells of %s', async (_what, onConnection, message) => {
    const { host, port } = await start(onConnection);
    const before = openSockets();
    expect(await runCheck('tcp', { host: 'localhost', port, greeting: 'SSH-2.0' }, limitedTo(300))).toMatchObject({
      status: 'error',
      message: message.replace('HOST', host),
    });
    await settledAt(before, openSockets);
  });

  it('tells of a port that refuses, and of a name that is not known', async () => {
    const port = await closedPort();
    expect(await runCheck('tcp', { host: 'localhost', port })).toMatchObject({
      status: 'error',
      message: `localhost:${port} refused the connection. Check the port, and whether the server is running.`,
    });
    expect(await runCheck('tcp', { host: 'nothing.invalid', port })).toMatchObject({
      status: 'error',
      message: expect.stringContaining(`nothing.invalid:${port} is not known`) as string,
    });
  });

  it('tells of a port that speaks no TLS, at the time limit where it says nothing at all', async () => {
    const { host, port } = await start((socket) => socket.write('220 ready\r\n'));
    expect(await runCheck('tcp', { host: 'localhost', port, tls: true })).toMatchObject({
      status: 'error',
      message: `${host} could not agree on encryption with this computer. Check whether the port is the one for TLS.`,
    });
    await server?.close();
    const silent = await start(() => undefined);
    expect(await runCheck('tcp', { host: 'localhost', port: silent.port, tls: true }, limitedTo(100))).toMatchObject({
      message: expect.stringContaining('did not agree on encryption within 0.1 s') as string,
    });
  });

  it('finds a slow handshake slow', async () => {
    const { host, port } = await start(() => undefined, await selfSigned());
    const config = { host: 'localhost', port, tls: true, verify_certificate: false, warning_ms: 1 };
    // A handshake with keys of 256 bits on both sides in one process takes more than a millisecond on any machine.
    expect(await runCheck('tcp', config)).toMatchObject({
      status: 'warning',
      message: expect.stringMatching(
        new RegExp(`^${host} took \\d+ ms to accept the connection, more than 1 ms\\.$`),
      ) as string,
    });
  });
});
