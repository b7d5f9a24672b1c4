import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Finding } from '../../shared/checks/check.ts';
import type { TcpCheck } from '../../shared/checks/tcp.ts';
import { oneLine } from '../../shared/handlers/bounded-text.ts';
import { networkFault } from '../net/network-fault.ts';
import { judgeCertificate } from './certificate.ts';
import { openSecureSocket, openSocket, serverName, type Stage, tooLate, type Watch } from './connect.ts';
import { conclude, latencyProblems, type Problem, tenths } from './finding.ts';
import type { CheckContext, Probe } from './probe.ts';

/** How much of a greeting is read, bytes. */
const GREETING_LIMIT = 4096;
const QUOTED = 200;

/** Connects to a port, and waits for what the server says first where that matters. */
export const tcpProbe: Probe<TcpCheck> = async (config, context) => {
  const address = { host: config.host.replace(/^\[|\]$/g, ''), port: config.port };
  const server = serverName(address);
  const progress: { stage: Stage } = { stage: 'resolving' };
  const watch: Watch = { signal: context.signal, onStage: (stage) => (progress.stage = stage) };
  const began = performance.now();
  let socket: Socket | undefined;
  try {
    socket = await (config.tls ? openSecureSocket(address, watch) : openSocket(address, watch));
    return await look(socket, config, { server, ms: performance.now() - began, context });
  } catch (error) {
    return conclude([{ status: 'error', message: failed(error, server, progress.stage, { config, context }) }], '', {});
  } finally {
    socket?.destroy();
  }
};

function failed(
  error: unknown,
  server: string,
  stage: Stage,
  { config, context }: { config: TcpCheck; context: CheckContext },
): string {
  if (context.signal.aborted) return tooLate(server, stage, context.timeLimit);
  // It can hang up so soon that nothing was seen of the connection itself.
  if (stage === 'connecting' && (error as { code?: unknown }).code === 'ECONNRESET') {
    return config.greeting === ''
      ? `${server} accepted the connection and closed it at once.`
      : greetingFault(server, config.greeting, { text: '', ended: true, context });
  }
  const fault = networkFault(error, server);
  if (fault === undefined) throw error;
  return fault;
}

interface Looked {
  server: string;
  /** Milliseconds until it was connected. */
  ms: number;
  context: CheckContext;
}

async function look(socket: Socket, config: TcpCheck, { server, ms, context }: Looked): Promise<Finding> {
  const secure = config.tls
    ? judgeCertificate(socket as TLSSocket, server, config, context.now)
    : { problems: [], metadata: {} };
  const problems: Problem[] = [...latencyProblems(config, ms, [server, 'accept the connection']), ...secure.problems];
  const metadata: Finding['metadata'] = { latency_ms: tenths(ms), ...secure.metadata };
  // What somebody says who cannot be trusted needs no reading.
  if (config.greeting !== '' && !secure.problems.some(({ status }) => status === 'error')) {
    const { text, ended } = await readGreeting(socket, config.greeting, context.signal);
    if (text !== '') metadata.greeting = oneLine(text, QUOTED);
    if (!text.includes(config.greeting)) {
      problems.push({ status: 'error', message: greetingFault(server, config.greeting, { text, ended, context }) });
    }
  }
  return conclude(problems, `${server} accepts connections.`, metadata);
}

function greetingFault(
  server: string,
  wanted: string,
  { text, ended, context }: { text: string; ended: boolean; context: CheckContext },
): string {
  if (text !== '') return `${server} greets without “${wanted}”. It said: ${oneLine(text, QUOTED)}`;
  return ended
    ? `${server} accepted the connection and closed it without a word, expected “${wanted}”.`
    : `${server} accepted the connection but said nothing within ${context.timeLimit / 1000} s, expected “${wanted}”.`;
}

/** What the server says by itself, until it is what was awaited, the server hangs up, or the time is over. */
function readGreeting(socket: Socket, wanted: string, signal: AbortSignal): Promise<{ text: string; ended: boolean }> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const done = (ended: boolean): void => {
      signal.removeEventListener('abort', stop);
      socket.off('data', take);
      resolve({ text: Buffer.concat(chunks).subarray(0, GREETING_LIMIT).toString('utf8'), ended });
    };
    const stop = (): void => done(false);
    const take = (chunk: Buffer): void => {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= GREETING_LIMIT || Buffer.concat(chunks).toString('utf8').includes(wanted)) done(false);
    };
    socket.on('data', take);
    socket.once('close', () => done(true));
    socket.once('end', () => done(true));
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
}
