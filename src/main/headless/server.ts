import { serve } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { streamSSE } from 'hono/streaming';
import type { EventName } from '../../shared/api-names.ts';
import { createDispatch } from '../../shared/api-dispatch.ts';
import { streamEvent } from '../../shared/http-transport.ts';
import { statusJson } from '../../shared/status-json.ts';
import { type Monitor, monitorHandlers } from '../monitor.ts';
import type { Checks } from '../open-checks.ts';
import type { KeptHistory } from '../open-history.ts';
import type { Notifications } from '../open-notifications.ts';
import { guard, newToken } from './access.ts';

/** A view that is this many updates behind is let go of; it connects again and fetches everything. */
const MOST_BEHIND = 50;
/** So that neither end takes a quiet connection for a dead one, in ms. */
const KEEP_ALIVE = 15_000;

export interface HeadlessOptions {
  monitor: Monitor;
  notifications: Notifications;
  checks: Checks;
  history: Pick<KeptHistory, 'calls'>;
  /** 0 for any free one. */
  port: number;
  /** The folder of the built dashboard. */
  assets: string;
  onError: (where: string, error: unknown) => void;
}

export interface HeadlessServer {
  /** The dashboard's address, with the token that opens it. */
  url: string;
  close(): Promise<void>;
}

/**
 * Serves the dashboard on loopback.
 * @throws the listening socket's error, such as EADDRINUSE.
 */
export async function startServer({
  monitor,
  notifications,
  checks,
  history,
  port,
  assets,
  onError,
}: HeadlessOptions): Promise<HeadlessServer> {
  const token = newToken();
  const streams = new Set<() => void>();
  let listeningOn = port;
  const dispatch = createDispatch(
    monitorHandlers(monitor, {
      ...notifications.calls,
      ...history.calls,
      ...checks.calls,
      // A browser tab shows no native alerts, so what it is looking at keeps none from being shown.
      viewing: () => undefined,
      // A browser saves by itself; a file on this machine is of no use to whoever looks from another.
      saveFile: () => ({ saved: false, path: null }),
    }),
    onError,
  );

  const app = new Hono();
  app.use(guard({ token, port: () => listeningOn }));
  app.get('/api/events', (context) =>
    streamSSE(context, async (stream) => {
      const queue: { event: string; data: string }[] = [];
      let wake: () => void = () => undefined;
      let open = true;
      const end = (): void => {
        open = false;
        wake();
      };
      const add = (name: EventName, payload: unknown): void => {
        queue.push({ event: streamEvent(name), data: JSON.stringify(payload) });
        if (queue.length > MOST_BEHIND) end();
        wake();
      };
      const unsubscribe = [
        monitor.onChanges((changes) => add('changes', changes)),
        notifications.onState((state) => add('notifications', state)),
      ];
      const timer = setInterval(() => wake(), KEEP_ALIVE);
      streams.add(end);
      stream.onAbort(end);
      try {
        await stream.write(': connected\n\n');
        while (open) {
          const next = queue.shift();
          if (next !== undefined) await stream.writeSSE(next);
          else {
            await new Promise<void>((resolve) => (wake = resolve));
            if (open && queue.length === 0) await stream.write(': still here\n\n');
          }
        }
      } finally {
        clearInterval(timer);
        for (const stop of unsubscribe) stop();
        streams.delete(end);
      }
    }),
  );
  app.post('/api/:name', bodyLimit({ maxSize: 1024 * 1024 }), async (context) => {
    const body: unknown = await context.req.json().catch(() => Symbol('not JSON'));
    if (typeof body === 'symbol') {
      return context.json({ ok: false, code: 'invalid-input', message: 'The request is not JSON.' });
    }
    return context.json(await dispatch(context.req.param('name'), body ?? undefined));
  });
  app.get('/status', (context) => context.json(statusJson(monitor.snapshot())));
  app.get('*', serveStatic({ root: assets }));

  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port }, ({ port: actual }) => {
      listeningOn = actual;
      resolve({
        url: `http://127.0.0.1:${actual}/?token=${token}`,
        close: () =>
          new Promise((done) => {
            for (const end of streams) end();
            server.close(() => done());
            if ('closeAllConnections' in server) server.closeAllConnections();
          }),
      });
    });
    server.once('error', reject);
  });
}
