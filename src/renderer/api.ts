import type { Client } from '../shared/api.ts';
import { createClient, type Transport } from '../shared/api-client.ts';
import { BRIDGE } from '../shared/bridge.ts';
import { type Fetch, httpTransport } from '../shared/http-transport.ts';

/** A monitor that has not answered after so long is taken for gone, in ms. */
const CALL_TIMEOUT = 15_000;
/** A test waits for somebody else's server, which the monitor itself gives up on before this. */
const TEST_TIMEOUT = 30_000;

/** The server knows this page's token no more: the monitor was restarted and printed another address. */
export class ExpiredError extends Error {
  override readonly name = 'ExpiredError';
}

/** The client, and whether it has a connection that can be lost: a browser's has, the desktop window's bridge has not. */
export interface Link {
  client: Client;
  remote: boolean;
}

const askServer: Fetch = async (url, init) => {
  const timeout = url.endsWith('/testHandler') ? TEST_TIMEOUT : CALL_TIMEOUT;
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(timeout) });
  if (response.status === 401) throw new ExpiredError('This address has expired.');
  return response;
};

function bridgeOfWindow(): Transport | undefined {
  return (window as unknown as Record<string, Transport | undefined>)[BRIDGE];
}

/**
 * Reaches the monitor by whatever this window has: the desktop program's bridge, or the server that the page came from.
 *
 * @param onConnection told when the stream of events is there, and when it is lost.
 */
export function connect(onConnection: (connected: boolean) => void): Link {
  const bridge = bridgeOfWindow();
  if (bridge !== undefined) return { client: createClient(bridge), remote: false };
  const transport = httpTransport({
    fetch: askServer,
    openEvents: (url) => new EventSource(url),
    onConnection,
  });
  return { client: createClient(transport), remote: true };
}
