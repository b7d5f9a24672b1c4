import type { EventName } from './api-names.ts';
import type { Transport } from './api-client.ts';

/** A header that a page of another origin cannot send without asking first; the server refuses calls without it. */
export const CALL_HEADER = 'x-experimance-health';

/** The name of an event of ours in the stream. `open` and `error` are a browser's own events of every stream. */
export const streamEvent = (event: EventName): string => `api:${event}`;

/** What is needed of `fetch`; passed in, so that this runs anywhere. */
export type Fetch = (
  url: string,
  init: { method: string; headers: Record<string, string>; body: string; credentials: 'same-origin' },
) => Promise<{ status: number; json(): Promise<unknown> }>;

/** What is needed of a browser's `EventSource`, which connects again by itself. */
export interface EventStream {
  addEventListener(type: string, listener: (event: { data?: unknown }) => void): void;
  removeEventListener(type: string, listener: (event: { data?: unknown }) => void): void;
  close(): void;
}

export interface HttpTransportOptions {
  /** Where the server is, without a slash at the end; empty for the page's own. */
  base?: string;
  fetch: Fetch;
  openEvents: (url: string) => EventStream;
  /** Told when the connection is lost and when it is there again: after that, fetch a new snapshot. */
  onConnection?: (connected: boolean) => void;
}

/** The transport to a headless monitor: a POST for each call, server-sent events for what comes from it. */
export function httpTransport({ base = '', fetch, openEvents, onConnection }: HttpTransportOptions): Transport {
  let stream: EventStream | undefined;
  let subscriptions = 0;

  const opened = (): EventStream => {
    if (stream === undefined) {
      stream = openEvents(`${base}/api/events`);
      stream.addEventListener('open', () => onConnection?.(true));
      stream.addEventListener('error', () => onConnection?.(false));
    }
    return stream;
  };

  return {
    async call(name, input) {
      const response = await fetch(`${base}/api/${name}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', [CALL_HEADER]: '1' },
        body: JSON.stringify(input ?? null),
        credentials: 'same-origin',
      });
      return response.json();
    },
    subscribe(event: EventName, listener) {
      const source = opened();
      const receive = ({ data }: { data?: unknown }): void => listener(JSON.parse(String(data)));
      source.addEventListener(streamEvent(event), receive);
      subscriptions += 1;
      return () => {
        source.removeEventListener(streamEvent(event), receive);
        subscriptions -= 1;
        if (subscriptions === 0) {
          source.close();
          stream = undefined;
        }
      };
    },
  };
}
