import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type * as zeromqLibrary from 'zeromq';
import type { Socket, Subscriber } from 'zeromq';
import type { Finding } from '../../shared/checks/check.ts';
import type { ZmqCheck } from '../../shared/checks/zmq.ts';
import { oneLine } from '../../shared/handlers/bounded-text.ts';
import { networkFault } from '../net/network-fault.ts';
import { type Address, serverName, tooLate } from './connect.ts';
import { conclude, tenths } from './finding.ts';
import type { Probe } from './probe.ts';
import { scopeWithin } from './scope.ts';
import { contactFault } from './zmq-fault.ts';
import { makeContact } from './zmq-handshake.ts';
import { awaitMessage, MESSAGE_LIMIT } from './zmq-message.ts';
import type { ZmqRun } from './zmq-run.ts';

type ZeroMq = typeof zeromqLibrary;

/**
 * Makes the check of ZeroMQ endpoints. A peer is well only when its handshake has been seen: a socket that merely
 * "connects" does so to nothing at all.
 *
 * @param load the library, at the first check: where it does not load, all else must go on.
 */
export function createZmqProbe(load: () => Promise<ZeroMq> = () => import('zeromq')): Probe<ZmqCheck> {
  return async (config, context) => {
    let zeromq: ZeroMq;
    try {
      zeromq = await load();
    } catch (error) {
      const message = `ZeroMQ cannot be looked at on this computer, since the program’s library for it does not load: ${oneLine(String(error), 200)}`;
      return { status: 'unknown', message, metadata: {} };
    }
    const address = addressOf(config.endpoint);
    const server = address === undefined ? config.endpoint : serverName(address);
    const scope = scopeWithin(context.signal);
    try {
      return await probe(zeromq, { config, context, scope, address, server });
    } finally {
      scope.end();
    }
  };
}

export const zmqProbe = createZmqProbe();

function addressOf(endpoint: string): Address | undefined {
  const [, host, port] = /^tcp:\/\/(.+):(\d+)$/.exec(endpoint) ?? [];
  return host === undefined ? undefined : { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}

async function probe(zeromq: ZeroMq, run: ZmqRun): Promise<Finding> {
  const { config, server } = run;
  const began = performance.now();
  const endpoints = await endpointsOf(run);
  if (typeof endpoints === 'string') return bad(endpoints);
  const socket = createSocket(zeromq, config);
  if (socket === undefined) return bad(`The server key of ${server} is no key: copy it anew.`);
  try {
    const contacting = makeContact(socket, endpoints);
    const fault = await contactFault(contacting, run);
    if (fault !== undefined) return bad(fault);
    const metadata = { latency_ms: tenths(performance.now() - began) };
    if (config.message_within === 0) return conclude([], `${server} answers as a ZeroMQ peer.`, metadata);
    return await awaitMessage(socket as Subscriber, run, { lost: contacting.lost, metadata });
  } finally {
    socket.close();
  }
}

function bad(message: string): Finding {
  return conclude([{ status: 'error', message }], '', {});
}

/**
 * What ZeroMQ is told to connect to. Names are looked up here: ZeroMQ says nothing of a name that is not known, holds up
 * every socket of the program while it looks, and tries one address only.
 *
 * @returns a sentence where there is none.
 */
async function endpointsOf({ config, context, scope, address, server }: ZmqRun): Promise<string[] | string> {
  if (address === undefined || isIP(address.host) !== 0) return [config.endpoint];
  try {
    const found = await Promise.race([lookup(address.host, { all: true }), scope.ended]);
    if (found === 'ended') return tooLate(server, 'resolving', context.timeLimit);
    return found.map(({ address: ip }) => `tcp://${serverName({ host: ip, port: address.port })}`);
  } catch (error) {
    const fault = networkFault(error, server);
    if (fault === undefined) throw error;
    return fault;
  }
}

/**
 * The counterpart of what listens, in a way that takes no message from anybody.
 *
 * @returns undefined where the server key is none.
 */
function createSocket(zeromq: ZeroMq, config: ZmqCheck): Socket | undefined {
  try {
    return counterpart(zeromq, config);
  } catch (error) {
    if ((error as { code?: unknown }).code === 'EINVAL') return undefined;
    throw error;
  }
}

function counterpart(zeromq: ZeroMq, { peer, server_key, topic, message_within }: ZmqCheck): Socket {
  const keys = server_key === '' ? undefined : zeromq.curveKeyPair();
  const options = {
    linger: 0,
    // One try: the next is that of the next check.
    reconnectInterval: -1,
    ipv6: true,
    maxMessageSize: MESSAGE_LIMIT,
    ...(keys === undefined
      ? {}
      : { curveServerKey: server_key, curvePublicKey: keys.publicKey, curveSecretKey: keys.secretKey }),
  };
  switch (peer) {
    case 'publisher': {
      const subscriber = new zeromq.Subscriber({ ...options, receiveHighWaterMark: 10 });
      if (message_within > 0) subscriber.subscribe(topic);
      return subscriber;
    }
    case 'subscriber':
      return new zeromq.Publisher(options);
    case 'router':
      return new zeromq.Dealer(options);
    case 'reply':
      return new zeromq.Request(options);
    case 'pull':
      return new zeromq.Push(options);
  }
}
