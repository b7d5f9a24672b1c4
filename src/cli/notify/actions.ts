import { hostname } from 'node:os';
import { deliveryPage } from '../../main/notifications/delivery-log.ts';
import { HandlerSet } from '../../main/notifications/handler-set.ts';
import { dryRunFolder } from '../../main/notifications/home.ts';
import { createRehearsal } from '../../main/notifications/rehearsal.ts';
import { environmentSecrets, withoutOwnSecrets } from '../../main/notifications/secrets.ts';
import { simulate } from '../../main/notifications/simulate.ts';
import type { HandlerQueueState } from '../../main/notifications/outbox/outbox.ts';
import { openReadOnly } from '../../main/notifications/store/reader.ts';
import { createSender } from '../../main/notifications/transports/send.ts';
import { tryOut } from '../../main/notifications/try-out.ts';
import { createProgram } from '../../main/program.ts';
import { notificationsOf } from '../../main/settings/edit.ts';
import type { Loaded } from '../../main/settings/load.ts';
import { type DeliveryEntry, DeliveryQuery, type HandlerState } from '../../shared/notification-state.ts';
import { HealthStatus } from '../../shared/status.ts';
import { formatMoment, plural } from '../../shared/text.ts';
import { oneOf, type PlaceOptions } from '../arguments.ts';
import { printable } from '../terminal-text.ts';

interface Json {
  json?: true;
}

function complain(loaded: Loaded): void {
  for (const problem of loaded.problems) console.error(printable(problem));
}

/** The handlers as the settings have them, with secrets of the environment: a terminal cannot open the tray's keyring. */
function handlerSet(loaded: Loaded): { handlers: HandlerSet; close(): Promise<void> } {
  const { env } = process;
  const sender = createSender({ command: { environment: withoutOwnSecrets(env) } });
  const handlers = new HandlerSet({
    secrets: environmentSecrets(env),
    sender,
    now: () => Date.now(),
    dryRun: loaded.inherited.dryRun,
    desktop: () => undefined,
  });
  handlers.configure(notificationsOf(loaded.settings), loaded.inherited.handlers);
  return { handlers, close: () => sender.close() };
}

/** How it went with the handlers, as the monitor that sends has written it down. */
function queuesOf(dataDir: string): HandlerQueueState[] {
  const store = openReadOnly(dataDir);
  const records = store?.handlers() ?? [];
  store?.close();
  return records.map((record) => ({ ...record, enabled: true, sending: 0, nextAttemptAt: null }));
}

export function list({ json, ...given }: PlaceOptions & Json): void {
  const { loaded, places } = createProgram(given);
  complain(loaded);
  const states = handlerSet(loaded).handlers.states(queuesOf(places.dataDir));
  if (json) {
    console.log(JSON.stringify(states, null, 2));
    return;
  }
  if (states.length === 0) console.log('No handlers are set up. Add one in the window, under Notifications.');
  for (const one of states) console.log(printable(lineOf(one)));
}

function lineOf({ entry, from, target, ...one }: HandlerState): string {
  const where = from === 'environment' ? ' [environment]' : '';
  const since = one.state === 'failing' && one.failingSince !== null ? ` since ${formatMoment(one.failingSince)}` : '';
  const last = one.lastDeliveredAt === null ? '' : ` Last delivered ${formatMoment(one.lastDeliveredAt)}.`;
  const queue = one.queued === 0 ? '' : ` ${plural(one.queued, 'message')} waiting.`;
  return `${entry.id}  (${entry.type}) ${entry.name}${where}  ${target}  ${one.state}${since}: ${one.message}${last}${queue}`;
}

export async function test(id: string, places: PlaceOptions): Promise<void> {
  const { loaded } = createProgram(places);
  complain(loaded);
  const { handlers, close } = handlerSet(loaded);
  const entry = handlers.find(id);
  if (entry === undefined) {
    const known = handlers.entries().map((handler) => handler.id);
    throw new Error(`There is no handler "${id}". There are: ${known.join(', ') || 'none'}.`);
  }
  const { priorities, message_expiry } = loaded.settings;
  const options = {
    id: `test-${Date.now()}`,
    now: Date.now(),
    host: hostname(),
    expiry: message_expiry * 1000,
    priorities,
    link: null,
  };
  const result = await tryOut({ handlers, options }, entry, {});
  await close();
  console.log(printable(`${result.delivered ? 'Delivered' : 'Not delivered'}: ${result.message}`));
  process.exitCode = result.delivered ? 0 : 1;
}

export async function simulateOne(
  service: string,
  word: string,
  { json, ...places }: PlaceOptions & Json,
): Promise<void> {
  const status = oneOf(HealthStatus.options)(word);
  const {
    monitor,
    loaded,
    places: found,
  } = createProgram(places, (settings) => ({ ...settings, startup_grace_period: 0 }));
  complain(loaded);
  await monitor.start();
  const rehearsal = createRehearsal({
    dataDir: found.dataDir,
    secrets: environmentSecrets(process.env),
    settings: {
      notifications: notificationsOf(loaded.settings),
      inherited: loaded.inherited.handlers,
      checkInterval: loaded.settings.check_interval,
    },
    service: (id) => monitor.service(id),
    services: () => monitor.snapshot().services,
  });
  const result = simulate(rehearsal.center, { service, status, known: monitor.service(service), now: Date.now() });
  await rehearsal.close();
  await monitor.close();
  if (json) {
    console.log(JSON.stringify(result, null, 2));
    return;
  }
  for (const { stage, verdict, reason } of result.stages) {
    console.log(printable(`${verdict.padEnd(4)}  ${stage.padEnd(15)}  ${reason}`));
  }
  console.log(`\n${printable(result.outcome)}`);
  for (const { name, title, text, problem } of result.messages) {
    console.log(`\n— ${printable(name)}: ${printable(title)}`);
    for (const line of text.split('\n')) console.log(`  ${printable(line)}`);
    if (problem !== null) console.log(`  ${printable(problem)}`);
  }
}

interface LogOptions extends PlaceOptions, Json {
  search?: string;
  handler?: string;
  service?: string;
  state?: DeliveryEntry['state'];
  limit: number;
  dryRun?: true;
}

export function log({ json, search, handler, service, state, limit, dryRun, ...given }: LogOptions): void {
  const { places, loaded } = createProgram(given);
  const dataDir = dryRun || loaded.inherited.dryRun ? dryRunFolder(places.dataDir) : places.dataDir;
  const store = openReadOnly(dataDir);
  if (store === undefined) {
    console.log(json ? '[]' : `Nobody was told of anything yet (${dataDir}).`);
    return;
  }
  const query = DeliveryQuery.parse({
    search,
    handler,
    service,
    limit,
    ...(state === undefined ? {} : { states: [state] }),
  });
  const { entries } = deliveryPage(store, query);
  store.close();
  if (json) {
    console.log(JSON.stringify(entries, null, 2));
    return;
  }
  for (const entry of entries) {
    const who = entry.handler === null ? '' : ` ${entry.handler}:`;
    console.log(
      printable(`${formatMoment(entry.at)}  ${entry.state.padEnd(9)} ${who} ${entry.title}  ${entry.reason}`),
    );
  }
  if (entries.length === 0) console.log('No entries.');
}
