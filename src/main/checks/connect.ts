import { connect, isIP, type Socket } from 'node:net';
import { connect as connectSecurely, type TLSSocket } from 'node:tls';

/** How far a connection has come; what a person must look at depends on it. */
export type Stage = 'resolving' | 'connecting' | 'securing' | 'waiting' | 'reading';

/** Where to connect to. */
export interface Address {
  /** A name or an IP address, without brackets. */
  host: string;
  port: number;
}

/** What a check's way to a server is watched with. */
export interface Watch {
  signal: AbortSignal;
  /** Told of each step as it begins. */
  onStage: (stage: Stage) => void;
}

/** How messages name a server: `localhost:80`, `[::1]:80`. */
export function serverName({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/**
 * Connects, never through a proxy. Whoever gets the socket must destroy it.
 *
 * @throws what went wrong, with a code that `networkFault` knows; the signal's reason where that was aborted.
 */
export async function openSocket(address: Address, { signal, onStage }: Watch): Promise<Socket> {
  signal.throwIfAborted();
  onStage(firstStage(address));
  const socket = connect({ ...address, noDelay: true });
  socket.once('lookup', () => onStage('connecting'));
  await reaching(socket, 'connect', signal);
  return socket;
}

/**
 * Connects with TLS. Whether the certificate can be trusted is not judged here but must be before anything is sent: a
 * certificate that is refused here could not be told of.
 *
 * @throws as `openSocket` does.
 */
export async function openSecureSocket(
  address: Address,
  { signal, onStage }: Watch,
  protocol?: string,
): Promise<TLSSocket> {
  signal.throwIfAborted();
  onStage(firstStage(address));
  const socket = connectSecurely({
    ...address,
    // An IP address is no name that a server could choose its certificate by (RFC 6066).
    ...(isIP(address.host) === 0 ? { servername: address.host } : {}),
    ...(protocol === undefined ? {} : { ALPNProtocols: [protocol] }),
    rejectUnauthorized: false,
  });
  socket.setNoDelay(true);
  socket.once('lookup', () => onStage('connecting'));
  socket.once('connect', () => onStage('securing'));
  await reaching(socket, 'secureConnect', signal);
  return socket;
}

/** Of an IP address nothing is looked up. */
function firstStage({ host }: Address): Stage {
  return isIP(host) === 0 ? 'resolving' : 'connecting';
}

/** Waits until a socket has come so far; where it does not, it is destroyed. */
function reaching(socket: Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => fail(signal.reason);
    const hungUp = (): void => fail(closedEarly());
    const done = (): void => {
      signal.removeEventListener('abort', stop);
      socket.off('close', hungUp);
      resolve();
    };
    const fail = (error: unknown): void => {
      signal.removeEventListener('abort', stop);
      socket.destroy();
      reject(error as Error);
    };
    socket.once(event, done);
    // Also after that: a socket whose fault nobody listens to would end the program.
    socket.on('error', fail);
    socket.once('close', hungUp);
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** The fault of a server that hangs up before it has done what was wanted of it. */
export function closedEarly(): Error {
  return Object.assign(new Error('closed'), { code: 'ECONNRESET' });
}

const FIREWALL = 'Check whether it is running and whether a firewall lies in between.';

/**
 * The sentence for a server that was given up after `ms` milliseconds.
 *
 * @param server as `serverName` names it.
 */
export function tooLate(server: string, stage: Stage, ms: number): string {
  const limit = `within ${ms / 1000} s`;
  switch (stage) {
    case 'resolving':
      return `${server} is not known: no address was found for the name ${limit}. Check the name, and whether this computer is online.`;
    case 'connecting':
      return `${server} did not accept the connection ${limit}. ${FIREWALL}`;
    case 'securing':
      return `${server} accepted the connection but did not agree on encryption ${limit}. Check whether the port is the one for TLS.`;
    case 'waiting':
      return `${server} accepted the connection but did not answer ${limit}. It may hang.`;
    case 'reading':
      return `${server} began to answer but did not end ${limit}.`;
  }
}
