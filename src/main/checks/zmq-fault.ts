import { type Address, tooLate } from './connect.ts';
import { wait } from './scope.ts';
import type { Contact, Contacting } from './zmq-handshake.ts';
import { type Listener, lookAtPort } from './zmq-look.ts';
import type { ZmqRun } from './zmq-run.ts';

/** So long after the connection, milliseconds, a handshake that has not come is looked into. */
const PATIENCE = 1000;

/**
 * Waits for a peer.
 *
 * @returns a sentence where none was met.
 */
export async function contactFault(contacting: Contacting, run: ZmqRun): Promise<string | undefined> {
  const how = await Promise.race([contacting.contact, foreignPeer(contacting, run), run.scope.ended]);
  if (typeof how !== 'string') return how.end === 'handshake' ? undefined : sentence(how, run);
  return how === 'ended' ? late(contacting, run) : how;
}

/** ZeroMQ waits for more of whatever the other side says: who is there must be seen in another way. */
async function foreignPeer(
  { contact, connected }: Contacting,
  { scope: { signal }, context, address }: ZmqRun,
): Promise<string | Contact> {
  await connected;
  await wait(Math.min(PATIENCE, context.timeLimit / 3), signal);
  const listener = await look(address, signal);
  // Anything else may still come to a handshake.
  return listener.is === 'foreign' ? listener.message : contact;
}

function look(address: Address | undefined, signal: AbortSignal): Promise<Listener> {
  return address === undefined ? Promise.resolve({ is: 'silent' }) : lookAtPort(address, signal);
}

function late(contacting: Contacting, { server, context: { timeLimit } }: ZmqRun): string {
  return contacting.isConnected()
    ? `${server} accepted the connection but came to no ZeroMQ handshake within ${timeLimit / 1000} s. It may hang, or be something else.`
    : tooLate(server, 'connecting', timeLimit);
}

async function sentence(contact: Contact, run: ZmqRun): Promise<string> {
  const { server, config } = run;
  switch (contact.end) {
    case 'protocol':
      return contact.code === 'ERR_ZMTP_MECHANISM_MISMATCH' ? otherSecurity(run) : otherKind(run);
    case 'denied':
      return contact.code === 400
        ? `${server} does not let this computer in (ZAP 400): it takes only keys or addresses that it knows.`
        : `${server} could not decide whether to let this computer in (ZAP ${contact.code}). Look at its authentication.`;
    case 'unreachable':
    case 'dropped': {
      const listener = await look(run.address, run.scope.signal);
      if (listener.is === 'foreign' || listener.is === 'unreachable') return listener.message;
      if (contact.end === 'unreachable') return `Nothing listens at ${config.endpoint}.`;
      if (listener.is === 'silent') return `${server} hung up before the ZeroMQ handshake. Check the port.`;
      return config.server_key === '' ? otherKind(run) : otherKey(run);
    }
    case 'handshake':
      return `${server} answers as a ZeroMQ peer.`;
  }
}

function otherSecurity({ server, config }: ZmqRun): string {
  return config.server_key === ''
    ? `${server} speaks ZeroMQ but wants encryption or a password: enter its server key.`
    : `${server} speaks ZeroMQ but without CURVE, though a server key is entered: whoever listens there does not prove who it is.`;
}

function otherKey({ server }: ZmqRun): string {
  return `${server} refused the CURVE handshake. Check the server key: it must be the public one of what listens there.`;
}

function otherKind({ server, config: { peer } }: ZmqRun): string {
  return `${server} speaks ZeroMQ but refused the handshake. Most likely it is no ${peer}: choose what listens there.`;
}
