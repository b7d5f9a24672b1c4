import { hostname } from 'node:os';
import type { Clock } from '../shared/clock.ts';
import type { DeliveryEntry, NotificationState } from '../shared/notification-state.ts';
import type { Monitor } from './monitor.ts';
import { notificationCalls, type NotificationCalls } from './notification-calls.ts';
import { type CenterSettings, NotificationCenter } from './notifications/center.ts';
import { deliveriesOf, type IncidentTime } from './notifications/delivery-log.ts';
import type { DesktopPort } from './notifications/desktop-port.ts';
import { dryRunFolder, type Home, openHome } from './notifications/home.ts';
import type { SecretStore } from './notifications/secrets.ts';
import { notificationsOf } from './settings/edit.ts';
import type { Loaded } from './settings/load.ts';
import type { Places } from './settings/places.ts';

/** Telling people, as a program that runs on does it. */
export interface Notifications {
  calls: NotificationCalls;
  state(): NotificationState;
  /** Who was told of an incident, who was not and why: oldest first. */
  deliveriesOf(incident: IncidentTime): DeliveryEntry[];
  /** Gives the desktop's handler its way to the screen. */
  connectDesktop(port: DesktopPort): void;
  /** The machine is awake again, or the network back. */
  wake(): void;
  /** What views get: at most two a second. @returns a function that ends the subscription. */
  onState(listener: (state: NotificationState) => void): () => void;
}

export interface OpenedNotifications extends Notifications {
  /** @param settled milliseconds until every service has had its time to report. */
  begin(settled: number): void;
  /** The settings were read again. */
  configure(): void;
  close(): Promise<void>;
}

export interface OpenOptions {
  clock: Clock;
  monitor: Monitor;
  places: Places;
  secrets: SecretStore;
  /** Nothing is sent, whatever the settings say. */
  dryRun?: boolean | undefined;
  loaded(): Loaded;
  reload(): void;
}

/** Views get the state of notifications so often at most, in ms. */
const STATE_EVERY = 500;
/** How often a process that does not send finds out whether it can, in ms. */
const TAKE_OVER_EVERY = 15_000;

/** Connects the monitor with the center of notifications. */
export function openNotifications(options: OpenOptions): Promise<OpenedNotifications> {
  return Promise.resolve(new Wiring(options));
}

class Wiring implements OpenedNotifications {
  readonly calls: NotificationCalls;
  readonly #listeners = new Set<(state: NotificationState) => void>();
  readonly #stop: () => void;
  readonly #dryRun: boolean;
  #home: Home;
  #center: NotificationCenter;
  #desktop: DesktopPort | undefined;
  #pending: (() => void) | undefined;
  #cancelTakeOver: (() => void) | undefined;
  #closed = false;

  constructor(private readonly options: OpenOptions) {
    this.#dryRun = options.dryRun === true || options.loaded().inherited.dryRun;
    this.#home = this.#openHome();
    this.#center = this.#open();
    const { monitor, secrets, places, loaded, reload, clock } = options;
    const until = this.#center.pausedUntil;
    if (until !== null) monitor.pauseNotifications((until - clock.now()) / 60_000);
    this.calls = notificationCalls({
      center: () => this.#center,
      store: () => this.#home.store,
      secrets,
      monitor,
      settingsFile: places.settingsFile,
      loaded,
      reload,
    });
    this.#stop = monitor.onUpdate(({ changed, removed }) => {
      this.#center.pause(monitor.pausedUntil());
      this.#center.update(changed, removed);
    });
    this.#takeOverLater();
  }

  state(): NotificationState {
    return this.#center.state();
  }

  deliveriesOf(incident: IncidentTime): DeliveryEntry[] {
    return deliveriesOf(this.#home.store, incident);
  }

  connectDesktop(port: DesktopPort): void {
    this.#desktop = port;
    this.#center.connectDesktop(port);
  }

  wake(): void {
    this.#center.wake();
  }

  onState(listener: (state: NotificationState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  begin(settled: number): void {
    this.#center.start(settled);
  }

  configure(): void {
    this.#center.configure(this.#settings());
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stop();
    this.#pending?.();
    this.#cancelTakeOver?.();
    await this.#center.close();
    this.#home.close();
  }

  #settings(): CenterSettings {
    const { settings, inherited } = this.options.loaded();
    return {
      notifications: notificationsOf(settings),
      inherited: inherited.handlers,
      checkInterval: settings.check_interval,
    };
  }

  #openHome(): Home {
    const { places, clock, monitor } = this.options;
    const home = openHome({
      dataDir: this.#dryRun ? dryRunFolder(places.dataDir) : places.dataDir,
      clock,
      onTrouble: (message) => monitor.report('notifications', message),
    });
    monitor.note('standby', home.standby);
    return home;
  }

  #open(): NotificationCenter {
    const { clock, monitor, secrets } = this.options;
    return new NotificationCenter({
      clock,
      store: this.#home.store,
      secrets,
      settings: this.#settings(),
      host: hostname(),
      dryRun: this.#dryRun,
      services: () => monitor.snapshot().services,
      service: (id) => monitor.service(id),
      standby: this.#home.standby,
      onChange: () => this.#changed(),
      onTrouble: (where, message) => monitor.report(where, message),
    });
  }

  #changed(): void {
    if (this.#listeners.size === 0) return;
    this.#pending ??= this.options.clock.after(STATE_EVERY, () => {
      this.#pending = undefined;
      const state = this.#center.state();
      for (const listener of this.#listeners) listener(state);
    });
  }

  #takeOverLater(): void {
    if (this.#home.standby === null) return;
    this.#cancelTakeOver = this.options.clock.after(TAKE_OVER_EVERY, () => {
      this.#takeOver().catch((error: unknown) => this.options.monitor.report('notifications', String(error)));
    });
  }

  /** The process that sent has ended: what it left is read, and this one goes on from there. */
  async #takeOver(): Promise<void> {
    if (!this.#home.isFree()) {
      this.#takeOverLater();
      return;
    }
    await this.#center.close();
    this.#home.close();
    if (this.#closed) return;
    const { monitor } = this.options;
    this.#home = this.#openHome();
    this.#center = this.#open();
    if (this.#desktop !== undefined) this.#center.connectDesktop(this.#desktop);
    this.#center.start(0);
    this.#center.update(monitor.snapshot().services, []);
    this.#changed();
    this.#takeOverLater();
  }
}
