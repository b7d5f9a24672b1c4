import { hostname } from 'node:os';
import type { Handlers } from '../shared/api.ts';
import { createChangeFeed } from '../shared/change-feed.ts';
import type { Clock } from '../shared/clock.ts';
import type { Observation, ServiceProcess } from '../shared/observation.ts';
import type { ServiceStatus, ServiceSummary, Transition } from '../shared/service-status.ts';
import type { Settings } from '../shared/settings.ts';
import type { Changes, MonitorHealth, Note, Snapshot } from '../shared/snapshot.ts';
import { countStatuses, worstOfSystem } from '../shared/status.ts';
import { Engine, type EngineUpdate } from './engine/engine.ts';
import { HealthFolder } from './sources/health-files.ts';

/** What changed at one instant, told at once: for the tray, the alerts and whoever must not wait. */
export interface Update {
  changed: ServiceSummary[];
  removed: string[];
  transitions: Transition[];
}

/** A folder to watch, and how it was chosen. */
export interface WatchedFolder {
  path: string;
  label: string;
  chosenBy: string;
}

/** A source of observations besides the folders of health files, such as active checks. */
export interface FurtherSource {
  /** Looks again as soon as may be. */
  now(): void;
  suspended(): void;
  resumed(): void;
  close(): void;
}

export interface MonitorOptions {
  clock: Clock;
  settings: Settings;
  folders: WatchedFolder[];
  version: string;
  /** Told of what fails inside a listener: one listener's fault must not reach another. */
  onError: (where: string, error: unknown) => void;
}

/** The monitor: sources, engine and what views ask, wired. Knows nothing of Electron or HTTP. */
export interface Monitor {
  /** Resolves when every folder was read once. */
  start(): Promise<void>;
  close(): Promise<void>;
  snapshot(): Snapshot;
  service(id: string): ServiceStatus | null;
  /** Every update, as it happens. @returns a function that ends the subscription. */
  onUpdate(listener: (update: Update) => void): () => void;
  /** What views get: at most ten a second. @returns a function that ends the subscription. */
  onChanges(listener: (changes: Changes) => void): () => void;
  /** Reads every folder again now. */
  checkNow(): Promise<{ services: number }>;
  /** Pauses notifications; 0 minutes resumes them. */
  pauseNotifications(minutes: number): { pausedUntil: number | null };
  /** Until when notifications are paused; null while they are not. */
  pausedUntil(): number | null;
  forget(service: string): { forgotten: boolean };
  /** The machine goes to sleep, and is awake again: time between the two makes nothing stale. */
  suspended(): void;
  resumed(): void;
  /** New settings and folders apply at once. */
  configure(settings: Settings, folders: WatchedFolder[]): Promise<void>;
  /** Takes in what a further source saw. */
  observe(observations: Observation[]): void;
  /** The processes that services last reported of. */
  processes(): ServiceProcess[];
  /** A further source, which sleeps, wakes and ends with the monitor. */
  attach(source: FurtherSource): void;
  /** Adds a note for the views, or takes the one with this id away where `message` is null. */
  note(id: string, message: string | null): void;
  /** Says that a part of the monitor itself is unwell, or well again where `message` is null. */
  report(where: string, message: string | null): void;
}

export function createMonitor(options: MonitorOptions): Monitor {
  return new WiredMonitor(options);
}

/** The API's handlers over a monitor; `others` supplies what is not the monitor's own. */
export function monitorHandlers(monitor: Monitor, others: Omit<Handlers, keyof MonitorCalls>): Handlers {
  return { ...monitorCalls(monitor), ...others };
}

type MonitorCalls = Pick<Handlers, 'snapshot' | 'service' | 'checkNow' | 'pauseNotifications' | 'forget'>;

function monitorCalls(monitor: Monitor): MonitorCalls {
  return {
    snapshot: () => monitor.snapshot(),
    service: ({ service }) => monitor.service(service),
    checkNow: () => monitor.checkNow(),
    pauseNotifications: ({ minutes }) => monitor.pauseNotifications(minutes),
    forget: ({ service }) => monitor.forget(service),
  };
}

class WiredMonitor implements Monitor {
  readonly #updates = new Set<(update: Update) => void>();
  readonly #views = new Set<(changes: Changes) => void>();
  readonly #notes = new Map<string, string>();
  readonly #problems = new Map<string, string>();
  readonly #engine: Engine;
  readonly #sources: FurtherSource[] = [];
  readonly #feed: { touch(): void; close(): void };
  readonly #startedAt: number;
  #settings: Settings;
  #folders: HealthFolder[] = [];
  #started = false;
  #cancelSweep: (() => void) | undefined;
  #cancelPause: (() => void) | undefined;
  #pausedUntil: number | null = null;
  #revision = 0;
  // What the next `changes` will carry.
  #changed = new Map<string, ServiceSummary>();
  #removed = new Set<string>();
  #transitions: Transition[] = [];

  constructor(private readonly options: MonitorOptions) {
    const { clock, settings } = options;
    this.#settings = settings;
    this.#startedAt = clock.now();
    this.#feed = createChangeFeed(clock, () => this.#flush());
    this.#engine = new Engine({ clock, settings, host: hostname(), onUpdate: (update) => this.#publish(update) });
  }

  async start(): Promise<void> {
    this.#engine.start();
    await this.#watch(this.options.folders);
    this.#started = true;
    this.#feed.touch();
    this.#sweepLater();
  }

  close(): Promise<void> {
    this.#cancelSweep?.();
    this.#cancelPause?.();
    this.#engine.close();
    this.#feed.close();
    for (const source of this.#sources) source.close();
    for (const folder of this.#folders) folder.close();
    this.#folders = [];
    return Promise.resolve();
  }

  snapshot(): Snapshot {
    const { clock, version } = this.options;
    const services = this.#engine.statuses();
    return {
      ...this.#head(services),
      revision: this.#revision,
      at: clock.now(),
      version,
      startedAt: this.#startedAt,
      serviceTimeout: this.#settings.service_timeout,
      services,
    };
  }

  service(id: string): ServiceStatus | null {
    return this.#engine.status(id) ?? null;
  }

  onUpdate(listener: (update: Update) => void): () => void {
    this.#updates.add(listener);
    return () => this.#updates.delete(listener);
  }

  onChanges(listener: (changes: Changes) => void): () => void {
    // What happened before is in the snapshot that the subscriber fetches; a revision must not be told to some only.
    this.#flushPending();
    this.#views.add(listener);
    return () => this.#views.delete(listener);
  }

  async checkNow(): Promise<{ services: number }> {
    for (const source of this.#sources) source.now();
    await this.#sweepFolders();
    return { services: this.#engine.statuses().length };
  }

  observe(observations: Observation[]): void {
    this.#engine.observe(observations);
  }

  processes(): ServiceProcess[] {
    return this.#engine.processes();
  }

  attach(source: FurtherSource): void {
    this.#sources.push(source);
  }

  pauseNotifications(minutes: number): { pausedUntil: number | null } {
    this.#cancelPause?.();
    const { clock } = this.options;
    this.#pausedUntil = minutes > 0 ? clock.now() + minutes * 60_000 : null;
    if (minutes > 0) this.#cancelPause = clock.after(minutes * 60_000, () => this.pauseNotifications(0));
    this.#touch();
    return { pausedUntil: this.#pausedUntil };
  }

  pausedUntil(): number | null {
    return this.#pausedUntil;
  }

  forget(service: string): { forgotten: boolean } {
    return { forgotten: this.#engine.forget(service) };
  }

  suspended(): void {
    this.#engine.suspended();
    for (const source of this.#sources) source.suspended();
  }

  resumed(): void {
    this.#engine.resumed();
    for (const source of this.#sources) source.resumed();
    this.#sweep('resume');
  }

  async configure(settings: Settings, folders: WatchedFolder[]): Promise<void> {
    this.#settings = settings;
    this.#engine.configure(settings);
    await this.#watch(folders);
    this.#sweepLater();
    this.#touch();
  }

  note(id: string, message: string | null): void {
    this.#say(this.#notes, id, message);
  }

  report(where: string, message: string | null): void {
    this.#say(this.#problems, where, message);
  }

  #say(map: Map<string, string>, key: string, message: string | null): void {
    if ((map.get(key) ?? null) === message) return;
    if (message === null) map.delete(key);
    else map.set(key, message);
    this.#touch();
  }

  /** Watches exactly these folders; one that was watched before is left alone. */
  async #watch(wanted: WatchedFolder[]): Promise<void> {
    const key = (folder: WatchedFolder): string => JSON.stringify([folder.path, folder.label, folder.chosenBy]);
    const before = new Map(this.#folders.map((folder) => [key(folder.state), folder]));
    const fresh: HealthFolder[] = [];
    this.#folders = wanted.map((folder) => {
      const kept = before.get(key(folder));
      before.delete(key(folder));
      if (kept !== undefined) return kept;
      const added = new HealthFolder({
        ...folder,
        clock: this.options.clock,
        onObservations: (observations) => this.observe(observations),
        onState: () => this.#foldersChanged(),
      });
      fresh.push(added);
      return added;
    });
    for (const folder of before.values()) folder.close();
    await Promise.all(fresh.map((folder) => folder.start()));
    this.#foldersChanged();
  }

  #foldersChanged(): void {
    // A folder that is missing is the installation's trouble; one that cannot be read or watched is the monitor's.
    const troubles = this.#folders
      .map((folder) => folder.state)
      .filter(({ state, message }) => state !== 'missing' && message !== '')
      .map(({ message }) => message);
    this.report('folders', troubles.length === 0 ? null : troubles.join(' '));
    this.#touch();
  }

  async #sweepFolders(): Promise<void> {
    await Promise.all(this.#folders.map((folder) => folder.sweep()));
  }

  #sweepLater(): void {
    this.#cancelSweep?.();
    this.#cancelSweep = this.options.clock.after(this.#settings.check_interval * 1000, () => {
      this.#sweep('sweep');
      this.#sweepLater();
    });
  }

  #sweep(why: string): void {
    this.#sweepFolders().catch((error: unknown) => this.options.onError(why, error));
  }

  #publish(update: EngineUpdate): void {
    for (const summary of update.changed) {
      this.#changed.set(summary.service, summary);
      this.#removed.delete(summary.service);
    }
    for (const service of update.removed) {
      this.#changed.delete(service);
      this.#removed.add(service);
    }
    this.#transitions.push(...update.transitions);
    this.#tell(this.#updates, update);
    this.#feed.touch();
  }

  /** Something besides the services changed. */
  #touch(): void {
    this.#tell(this.#updates, { changed: [], removed: [], transitions: [] });
    this.#feed.touch();
  }

  #flushPending(): void {
    if (this.#changed.size + this.#removed.size > 0) this.#flush();
  }

  #flush(): void {
    const services = this.#engine.statuses();
    this.#revision += 1;
    const changes: Changes = {
      ...this.#head(services),
      revision: this.#revision,
      at: this.options.clock.now(),
      changed: [...this.#changed.values()],
      removed: [...this.#removed],
      transitions: this.#transitions,
    };
    this.#changed = new Map();
    this.#removed = new Set();
    this.#transitions = [];
    this.#tell(this.#views, changes);
  }

  #tell<T>(listeners: ReadonlySet<(value: T) => void>, value: T): void {
    for (const listener of listeners) {
      try {
        listener(value);
      } catch (error) {
        this.options.onError('listener', error);
      }
    }
  }

  #head(services: ServiceSummary[]): Omit<Changes, 'revision' | 'at' | 'changed' | 'removed' | 'transitions'> {
    const statuses = services.map(({ status }) => status);
    const notes: Note[] = [...this.#notes].map(([id, message]) => ({ id, message }));
    return {
      status: worstOfSystem(statuses),
      counts: countStatuses(statuses),
      folders: this.#folders.map((folder) => folder.state),
      monitor: this.#health(),
      notes,
      pausedUntil: this.#pausedUntil,
    };
  }

  #health(): MonitorHealth {
    const problems = [...this.#problems].map(([where, message]) => ({ where, message }));
    return { state: problems.length > 0 ? 'unwell' : this.#started ? 'ok' : 'starting', problems };
  }
}
