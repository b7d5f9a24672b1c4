import type { EventOfType, Socket } from 'zeromq';

/** How the first contact with a peer ended, as the socket's monitor tells it. The furthest that any address came. */
export type Contact =
  | { end: 'handshake' }
  /** It speaks ZeroMQ but another security than ours, or other than it should. */
  | { end: 'protocol'; code: string }
  /** It asked somebody (ZAP) and was told not to let us in. */
  | { end: 'denied'; code: number }
  /** Connected, and hung up on. */
  | { end: 'dropped' }
  /** Not even connected. */
  | { end: 'unreachable' };

const FURTHEST: readonly Contact['end'][] = ['unreachable', 'dropped', 'denied', 'protocol', 'handshake'];

export interface Contacting {
  /** Settles once one address has led to a peer, or none of them can any more. */
  contact: Promise<Contact>;
  /** Resolves at the first connection. */
  connected: Promise<void>;
  isConnected(): boolean;
  /** Resolves once a peer that was met is lost again. */
  lost: Promise<void>;
}

/**
 * Connects a socket to the addresses of one endpoint and watches what becomes of it. The socket must not reconnect.
 */
export function makeContact(socket: Socket, endpoints: readonly string[]): Contacting {
  const connected = new Set<string>();
  const ended = new Map<string, Contact>();
  let onConnect: () => void = () => undefined;
  let onLoss: () => void = () => undefined;
  const first = new Promise<void>((resolve) => (onConnect = resolve));
  const lost = new Promise<void>((resolve) => (onLoss = resolve));
  const contact = new Promise<Contact>((resolve) => {
    const end = (address: string, how: Contact): void => {
      if (!ended.has(address)) ended.set(address, how);
      if (how.end === 'handshake') resolve(how);
      if (ended.size >= endpoints.length) resolve(furthest([...ended.values()]));
    };
    const hungUp = ({ address }: EventOfType<'disconnect' | 'close'>): void => {
      if (ended.get(address)?.end === 'handshake') onLoss();
      end(address, { end: connected.has(address) ? 'dropped' : 'unreachable' });
    };
    // The monitor must be there before anything happens: what comes earlier is lost.
    const { events } = socket;
    events.on('connect', ({ address }) => {
      connected.add(address);
      onConnect();
    });
    events.on('handshake', ({ address }) => end(address, { end: 'handshake' }));
    events.on('handshake:error:protocol', ({ address, error }) => end(address, { end: 'protocol', code: error.code }));
    events.on('handshake:error:auth', ({ address, error }) => end(address, { end: 'denied', code: error.status }));
    events.on('disconnect', hungUp);
    events.on('close', hungUp);
    for (const endpoint of endpoints) socket.connect(endpoint);
  });
  return { contact, connected: first, isConnected: () => connected.size > 0, lost };
}

function furthest(contacts: readonly Contact[]): Contact {
  const [best = { end: 'unreachable' }] = contacts.toSorted(
    (a, b) => FURTHEST.indexOf(b.end) - FURTHEST.indexOf(a.end),
  );
  return best;
}
