import { secretFields } from '../../shared/handlers/form.ts';
import type { HandlerType, Outcome } from '../../shared/handlers/handler.ts';
import { findHandlerType } from '../../shared/handlers/registry.ts';
import { secretValues } from '../../shared/handlers/secret-values.ts';
import type { JsonValue } from '../../shared/json.ts';
import type { Message } from '../../shared/notification-message.ts';
import type { HandlerEntry, NotificationSettings } from '../../shared/notification-settings.ts';
import type { Fault, HandlerState } from '../../shared/notification-state.ts';
import type { HandlerQueueState } from './outbox/outbox.ts';
import type { SecretStore } from './secrets.ts';
import type { Sender } from './transports/send.ts';

/** A handler that the environment or `health.toml` sets up (COMPATIBILITY, "Environment"), with its secrets. */
export interface InheritedHandler {
  entry: HandlerEntry;
  secrets: Record<string, string>;
}

export interface HandlerSetOptions {
  secrets: SecretStore;
  sender: Sender;
  now: () => number;
  /** Whether nothing is really sent. */
  dryRun: boolean;
  /** Whether native notifications can be shown, and how many beside each other. */
  desktop: () => { separateUpTo: number } | undefined;
}

type Source = HandlerState['from'];
interface Known {
  entry: HandlerEntry;
  from: Source;
  given: Record<string, string>;
}
/** A handler's configuration as it can be used, or what is wrong with it. */
export type Prepared =
  { ok: true; type: HandlerType; config: Record<string, unknown> } | { ok: false; faults: Fault[] };

const DRY_RUN = 'Dry run: nothing was sent.';

/** The handlers that there are, made ready to send. */
export class HandlerSet {
  #known = new Map<string, Known>();

  constructor(private readonly options: HandlerSetOptions) {}

  configure(settings: NotificationSettings, inherited: readonly InheritedHandler[]): void {
    const known: Known[] = [
      ...settings.handlers.map((entry): Known => ({ entry, from: 'settings', given: {} })),
      ...inherited.map(({ entry, secrets }): Known => ({ entry, from: 'environment', given: secrets })),
    ];
    this.#known = new Map(known.map((one) => [one.entry.id, one]));
  }

  entries(): HandlerEntry[] {
    return [...this.#known.values()].map(({ entry }) => entry);
  }

  find(id: string): HandlerEntry | undefined {
    return this.#known.get(id)?.entry;
  }

  /** Whether it says that the monitor has started or stopped. */
  tellsOfMonitor(entry: HandlerEntry): boolean {
    // A channel of incidents has no use for a message that is none.
    const byItself = entry.type !== 'desktop' && this.separateUpTo(entry.id) !== Infinity;
    return entry.enabled && (entry.tell_of_monitor ?? byItself);
  }

  /** How many services become a message each. */
  separateUpTo(id: string): number {
    const entry = this.find(id);
    if (entry === undefined) return 1;
    const desktop = entry.type === 'desktop' ? this.options.desktop() : undefined;
    return desktop?.separateUpTo ?? findHandlerType(entry.type)?.separateUpTo ?? 1;
  }

  /** Puts an entry and its secrets together and checks them. `extra` are secrets that are not kept yet. */
  prepare(entry: HandlerEntry, extra: Record<string, string | null> = {}): Prepared {
    const type = findHandlerType(entry.type);
    if (type === undefined) {
      const message = `there is no handler of the type ${entry.type}`;
      return { ok: false, faults: [{ path: ['type'], message }] };
    }
    const given = this.#known.get(entry.id)?.given ?? {};
    // A secret belongs into the keyring; one in the file is not used, so that nobody thinks it right.
    const fields = new Set(secretFields(type.schema));
    const config: Record<string, JsonValue> = Object.fromEntries(
      Object.entries(entry.config).filter(([field]) => !fields.has(field)),
    );
    for (const field of fields) {
      const fresh = extra[field];
      const value = fresh === undefined ? (given[field] ?? this.options.secrets.get(entry.id, field)) : fresh;
      if (value === undefined || value === null || value === '') continue;
      config[field] = value;
    }
    const parsed = type.schema.safeParse(config);
    if (parsed.success) return { ok: true, type, config: parsed.data };
    const faults = parsed.error.issues.map(({ path, message }) => ({
      path: ['config', ...path.map((part) => (typeof part === 'symbol' ? String(part) : part))],
      message: config[String(path[0])] === undefined ? 'is not set' : message,
    }));
    return { ok: false, faults };
  }

  /** One attempt to deliver; what cannot be built will not be built the next time either. */
  async deliver(
    id: string,
    message: Message,
    { receipt, signal }: { receipt: string | undefined; signal: AbortSignal },
  ): Promise<Outcome> {
    const known = this.#known.get(id);
    if (known === undefined) return { outcome: 'permanent', message: 'The handler was removed.' };
    const prepared = this.prepare(known.entry);
    if (!prepared.ok) {
      // It may be set right: a key typed in, a keyring unlocked.
      return { outcome: 'temporary', message: describeFaults(known.entry, prepared.faults), unreachable: true };
    }
    return this.send(prepared, message, signal, receipt);
  }

  async send(
    { type, config }: Extract<Prepared, { ok: true }>,
    message: Message,
    signal: AbortSignal,
    receipt?: string,
  ): Promise<Outcome> {
    const request = type.buildRequest(message, config, { now: this.options.now(), receipt });
    if (this.options.dryRun) return { outcome: 'delivered', answer: DRY_RUN };
    const secrets = secretValues(type.schema, config);
    return this.options.sender.send(request, { readAnswer: type.readAnswer, secrets, signal });
  }

  /** How each handler is doing, in the order of the settings. */
  states(queues: readonly HandlerQueueState[]): HandlerState[] {
    const byId = new Map(queues.map((queue) => [queue.handler, queue]));
    return [...this.#known.values()].map((known) => this.#state(known, byId.get(known.entry.id)));
  }

  #state({ entry, from, given }: Known, queue: HandlerQueueState | undefined): HandlerState {
    const type = findHandlerType(entry.type);
    const prepared = this.prepare(entry);
    const fields = type === undefined ? [] : secretFields(type.schema);
    return {
      entry,
      from,
      typeLabel: type?.label ?? entry.type,
      target: prepared.ok ? targetOf(prepared) : '',
      ...this.#health(entry, prepared, queue),
      failingSince: queue?.failingSince ?? null,
      lastDeliveredAt: queue?.lastDeliveredAt ?? null,
      nextAttemptAt: entry.enabled ? (queue?.nextAttemptAt ?? null) : null,
      queued: queue?.queued ?? 0,
      secrets: fields.filter(
        (field) => given[field] !== undefined || this.options.secrets.get(entry.id, field) !== undefined,
      ),
    };
  }

  #health(
    entry: HandlerEntry,
    prepared: Prepared,
    queue: HandlerQueueState | undefined,
  ): Pick<HandlerState, 'state' | 'message'> {
    if (!entry.enabled) return { state: 'off', message: 'It is switched off.' };
    if (!prepared.ok) return { state: 'incomplete', message: describeFaults(entry, prepared.faults) };
    if (entry.type === 'desktop' && this.options.desktop() === undefined) {
      return { state: 'unavailable', message: 'Native notifications need the tray application.' };
    }
    if (typeof queue?.failingSince === 'number')
      return { state: 'failing', message: queue.lastError ?? 'The last attempt failed.' };
    if (typeof queue?.lastDeliveredAt === 'number')
      return { state: 'working', message: 'The last message was accepted.' };
    return { state: 'unused', message: 'Nothing was sent yet.' };
  }
}

/** A sentence for what is wrong with a handler's configuration. */
export function describeFaults(entry: HandlerEntry, faults: readonly Fault[]): string {
  const parts = faults.map(({ path, message }) => `${path.slice(path[0] === 'config' ? 1 : 0).join('.')} ${message}`);
  return `"${entry.name}" cannot send: ${parts.join('; ')}.`;
}

/** What a handler sends to, in as few words as will do, and none of them secret. */
function targetOf({ type, config }: Extract<Prepared, { ok: true }>): string {
  const secret = new Set(secretFields(type.schema));
  const field = (...names: string[]): string => {
    const found = names.find((name) => !secret.has(name) && typeof config[name] === 'string');
    return found === undefined ? '' : String(config[found]);
  };
  const { to } = config;
  if (Array.isArray(to)) return to.map(String).join(', ');
  const server =
    field('server', 'url')
      .replace(/^https?:\/\//, '')
      .split(/[/?#]/)[0] ?? '';
  const rest = field('topic', 'chat_id', 'file', 'path', 'command');
  return server === '' || rest === '' ? server + rest : `${server}/${rest}`;
}
