import { oneLine } from '../../shared/handlers/bounded-text.ts';
import { networkFault } from '../net/network-fault.ts';
import { type Address, openSocket, serverName } from './connect.ts';

/** The first bytes of every ZeroMQ connection since version 3 (ZMTP 3.1, "greeting"). */
const SIGNATURE = Buffer.from([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3]);
/** How long a server is listened to, milliseconds. */
const PATIENCE = 1000;
const READ = 512;
const QUOTED = 120;

/** Who it is that listens on a port: a fault of the network, a ZeroMQ peer, something else, or it says nothing. */
export type Listener =
  { is: 'unreachable'; message: string } | { is: 'zmq' } | { is: 'foreign'; message: string } | { is: 'silent' };

/**
 * Looks by a bare connection at who listens on a port with which ZeroMQ got no further, since its library tells nothing of the
 * reason.
 */
export async function lookAtPort(address: Address, signal: AbortSignal): Promise<Listener> {
  const server = serverName(address);
  try {
    return judge(await firstBytes(address, signal), server);
  } catch (error) {
    if (signal.aborted) return { is: 'silent' };
    const message = networkFault(error, server);
    if (message === undefined) throw error;
    return { is: 'unreachable', message };
  }
}

async function firstBytes(address: Address, signal: AbortSignal): Promise<Buffer> {
  const socket = await openSocket(address, { signal, onStage: () => undefined });
  const stop = (): void => void socket.destroy();
  const timer = setTimeout(stop, PATIENCE);
  signal.addEventListener('abort', stop, { once: true });
  const chunks: Buffer[] = [];
  let size = 0;
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    // A line says what it is; of ZeroMQ ten bytes do.
    if (size >= READ || chunk.includes('\n') || isSignature(Buffer.concat(chunks))) stop();
  });
  // Servers that wait for the other side to begin, as those of HTTP do, answer this with a complaint.
  socket.write(SIGNATURE);
  await new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
    if (socket.closed) resolve();
  });
  clearTimeout(timer);
  signal.removeEventListener('abort', stop);
  return Buffer.concat(chunks).subarray(0, READ);
}

function isSignature(bytes: Buffer): boolean {
  return bytes.length >= 10 && bytes[0] === 0xff && bytes[9] === 0x7f;
}

function judge(bytes: Buffer, server: string): Listener {
  if (bytes.length === 0) return { is: 'silent' };
  if (isSignature(bytes)) return { is: 'zmq' };
  const text = bytes.toString('utf8');
  if (/^HTTP\/|^\s*<(!doctype|html)/i.test(text)) {
    return { is: 'foreign', message: `${server} speaks HTTP, not ZeroMQ. Check the port.` };
  }
  const readable = /^[\p{L}\p{N}\p{P}\p{S}\p{Z}\r\n\t]+$/u.test(text);
  const said = readable ? ` It said: ${oneLine(text, QUOTED)}` : '';
  return { is: 'foreign', message: `${server} does not speak ZeroMQ. Check the port.${said}` };
}
