import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../shared/clock.ts';
import { findHandlerType } from '../../shared/handlers/registry.ts';
import type { MessageService } from '../../shared/notification-message.ts';
import type { HandlerEntry, NotificationSettings } from '../../shared/notification-settings.ts';
import {
  type Acknowledgement,
  type NotificationState,
  type OngoingIncident,
  type Stage,
} from '../../shared/notification-state.ts';
import type { ServiceStatus, ServiceSummary } from '../../shared/service-status.ts';
import type { ComposeOptions } from './compose.ts';
import type { DesktopPort } from './desktop-port.ts';
import { Groups, groupTimes, type GroupTimes } from './groups.ts';
import { HandlerSet, type InheritedHandler } from './handler-set.ts';
import { withDelivery } from './incidents.ts';
import { createOutbox, type Outbox } from './outbox/outbox.ts';
import { compilePolicy, type Policy } from './policy/rules.ts';
import { PolicyRunner } from './policy/runner.ts';
import { type SecretStore, withoutOwnSecrets } from './secrets.ts';
import type { Store } from './store/store.ts';
import { StagedItem, type StagedNews, Telling } from './telling.ts';
import { createSender, type Sender } from './transports/send.ts';

export interface CenterSettings {
  notifications: NotificationSettings;
  inherited: readonly InheritedHandler[];
  /** Seconds; how long a service that does not report takes to have given another result. */
  checkInterval: number;
}

export interface CenterOptions {
  clock: Clock;
  store: Store;
  secrets: SecretStore;
  settings: CenterSettings;
  host: string;
  dryRun: boolean;
  /** What the engine knows. */
  services(): ServiceSummary[];
  service(id: string): ServiceStatus | null;
  /** Where this process may not send, since another one does: only the desktop's handlers work, and this is why. */
  standby: string | null;
  /** Something in `state()` is different. */
  onChange(): void;
  /** What is wrong with telling people, for a person; null once nothing is. */
  onTrouble(where: string, message: string | null): void;
}

const PAUSE = 'pausedUntil';
/** How long the end of the program waits for messages to go out, in ms. */
const FLUSH = 3000;

/** Everything between the engine's transitions and the people who are told of them. */
export class NotificationCenter {
  readonly handlers: HandlerSet;
  readonly outbox: Outbox;
  readonly #runner: PolicyRunner;
  readonly #groups: Groups<StagedNews>;
  readonly #telling: Telling;
  readonly #sender: Sender;
  #settings: CenterSettings;
  #policy: Policy;
  #desktop: DesktopPort | undefined;
  #cancelStart: (() => void) | undefined;
  #paused: number | null = null;
  #started = false;
  #closed = false;

  constructor(private readonly options: CenterOptions) {
    const { clock, store, secrets, settings, dryRun } = options;
    this.#settings = settings;
    this.#policy = this.policyFor(settings.notifications);
    this.#sender = createSender({
      command: { environment: withoutOwnSecrets(process.env) },
      desktop: (request) =>
        this.#desktop?.show(request) ??
        Promise.resolve({ outcome: 'permanent', message: 'Native notifications need the tray application.' }),
    });
    this.handlers = new HandlerSet({
      secrets,
      sender: this.#sender,
      dryRun,
      now: () => clock.now(),
      desktop: () => this.#desktop,
    });
    this.handlers.configure(settings.notifications, settings.inherited);
    this.outbox = createOutbox({
      store,
      clock,
      random: Math.random,
      deliver: (handler, message, context) => this.handlers.deliver(handler, message, context),
      onChange: () => options.onChange(),
      onTrouble: (message) => options.onTrouble('notifications', message),
    });
    this.#runner = new PolicyRunner({
      clock,
      store,
      policy: this.#policy,
      step: settings.checkInterval * 1000,
      service: (id) => options.service(id),
      acknowledges: (handler) => findHandlerType(this.handlers.find(handler)?.type ?? '')?.acknowledges ?? false,
      tell: (handlers, news, stages) => this.#stage(handlers, news, stages),
    });
    this.#telling = new Telling({
      store,
      clock,
      handlers: this.handlers,
      outbox: this.outbox,
      runner: this.#runner,
      services: () => options.services(),
      compose: () => this.composeOptions(),
      viewed: (service) => this.#desktop?.viewed(service) ?? false,
    });
    this.#groups = new Groups({
      clock,
      times: (handler) => this.groupTimes(handler),
      flush: (handler, items) => {
        this.#telling.tell(handler, items);
        options.onChange();
      },
    });
    this.#paused = this.pausedUntil;
    this.#runner.pause(this.#paused);
  }

  get policy(): Policy {
    return this.#policy;
  }
  get runner(): PolicyRunner {
    return this.#runner;
  }

  /** Gives the desktop's handler its way to the screen. */
  connectDesktop(port: DesktopPort): void {
    this.#desktop = port;
    this.configure(this.#settings);
  }

  /**
   * Begins to send what an earlier run left, and to take in news.
   * @param settled milliseconds until every service has had its time to report: what is found until then is told as one.
   */
  start(settled: number): void {
    const { clock, store } = this.options;
    this.#applyHandlers();
    const tellers = this.#tellers();
    if (this.#settings.notifications.notification_on_startup) this.#groups.hold(tellers);
    for (const { id, handler, item } of store.staged()) {
      const news = StagedItem.safeParse(item);
      if (news.success) this.#groups.add(handler, { id, ...news.data });
      else store.unstage([id]);
    }
    this.outbox.start();
    this.#cancelStart = clock.after(settled, () => this.#settled());
  }

  /** Takes in what the engine says. */
  update(changed: readonly ServiceSummary[], removed: readonly string[]): void {
    if (changed.length + removed.length === 0) return;
    const before = this.#runner.revision;
    this.#runner.update(changed, removed);
    if (this.#runner.revision !== before) this.options.onChange();
  }

  configure(settings: CenterSettings): void {
    const before = new Map(this.handlers.entries().map((entry) => [entry.id, entry]));
    this.#settings = settings;
    this.#policy = this.policyFor(settings.notifications);
    this.handlers.configure(settings.notifications, settings.inherited);
    this.#applyHandlers();
    this.#runner.configure(this.#policy, settings.checkInterval * 1000);
    for (const entry of this.handlers.entries()) {
      if (!isDeepStrictEqual(entry, before.get(entry.id))) this.outbox.wake(entry.id);
    }
    this.options.onChange();
  }

  /** Until when notifications were paused when the program last ran; null where they are not any more. */
  get pausedUntil(): number | null {
    const until = this.options.store.getMeta(PAUSE);
    return typeof until === 'number' && until > this.options.clock.now() ? until : null;
  }

  pause(until: number | null): void {
    if (this.#paused === until) return;
    this.#paused = until;
    this.options.store.setMeta(PAUSE, until);
    this.#runner.pause(until);
  }

  acknowledge(service: string, acknowledged: Acknowledgement | null): OngoingIncident | null {
    const incident = this.#runner.acknowledge(service, acknowledged);
    this.options.onChange();
    if (incident === null) return null;
    return withDelivery([incident], this.#runner, this.options.store)[0] ?? null;
  }

  state(): NotificationState {
    const { clock, store, secrets, dryRun, standby } = this.options;
    return {
      enabled: this.#settings.notifications.enable_notifications,
      dryRun,
      standby,
      handlers: this.handlers.states(this.outbox.states()),
      incidents: withDelivery(this.#runner.incidents(), this.#runner, store),
      windows: this.#policy.openWindows(clock.now()),
      keyring: secrets.keyring,
    };
  }

  /** The machine is awake, or the network back: what waited for another try is tried at once. */
  wake(): void {
    this.#runner.lookAtAll();
    this.outbox.wake();
  }

  /** Tells what is still being collected and that the monitor stops, gives it a moment to go out, and ends. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelStart?.();
    this.#runner.close();
    if (this.#started) {
      this.#groups.flushAll();
      if (this.#settings.notifications.notification_on_shutdown) {
        for (const handler of this.#tellers()) this.#telling.tellStanding('stopped', handler, []);
      }
    }
    this.#groups.close();
    await this.outbox.close(FLUSH);
    await this.#sender.close();
    this.options.store.close();
  }

  /** For how long changes are collected for a handler. */
  groupTimes(handler: string, settings = this.#settings.notifications): GroupTimes {
    const entry = settings.handlers.find(({ id }) => id === handler) ?? this.handlers.find(handler);
    return groupTimes(entry, settings);
  }

  /** Settings as this process can carry them out, with the handlers of the environment among them. */
  policyFor(settings: NotificationSettings): Policy {
    const all = [...settings.handlers, ...this.#settings.inherited.map(({ entry }) => entry)];
    return compilePolicy({ ...settings, handlers: all.map((entry) => ({ ...entry, enabled: this.#sends(entry) })) });
  }

  composeOptions(settings = this.#settings.notifications): ComposeOptions {
    const { clock, host } = this.options;
    return {
      id: randomUUID(),
      now: clock.now(),
      host,
      expiry: settings.message_expiry * 1000,
      priorities: settings.priorities,
      link: null,
    };
  }

  /** Whether a handler is switched on, and this process is the one that can send by it. */
  #sends({ enabled, type }: HandlerEntry): boolean {
    if (type === 'desktop') return enabled && this.#desktop !== undefined;
    return enabled && this.options.standby === null;
  }

  #applyHandlers(): void {
    this.outbox.setHandlers(this.handlers.entries().map((entry) => ({ id: entry.id, enabled: this.#sends(entry) })));
  }

  /** Who is told that the monitor has started or stopped: not while nobody is to be disturbed. */
  #tellers(): string[] {
    const now = this.options.clock.now();
    if (!this.#settings.notifications.enable_notifications || this.options.standby !== null) return [];
    if (this.pausedUntil !== null) return [];
    const quiet = this.#policy.openWindows(now).some(({ kind }) => kind === 'quiet-hours');
    return this.handlers
      .entries()
      .filter((entry) => this.handlers.tellsOfMonitor(entry) && (!quiet || entry.ignore_quiet_hours))
      .map(({ id }) => id);
  }

  #settled(): void {
    this.#started = true;
    this.#runner.assessed(new Set(this.options.services().map(({ service }) => service)));
    this.#groups.release((handler, items) => this.#telling.tellStanding('started', handler, items));
    this.options.onChange();
  }

  #stage(handlers: readonly string[], news: MessageService, stages: readonly Stage[]): void {
    for (const handler of handlers) {
      const item = { news, stages: [...stages] };
      const id = this.options.store.stage(handler, news.service, item);
      this.#groups.add(handler, { id, ...item });
    }
  }
}
