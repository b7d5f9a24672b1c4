import { mkdirSync } from 'node:fs';
import { type Clock, systemClock } from '../shared/clock.ts';
import type { Settings } from '../shared/settings.ts';
import { VERSION } from '../shared/version.ts';
import { createMonitor, type Monitor } from './monitor.ts';
import type { SecretStore } from './notifications/secrets.ts';
import type { Checks, OpenedChecks } from './open-checks.ts';
import type { KeptHistory, OpenedHistory } from './open-history.ts';
import type { Notifications, OpenedNotifications } from './open-notifications.ts';
import { chooseFolders } from './settings/folders.ts';
import { keepLastGood, readLastGood } from './settings/last-good.ts';
import { type Loaded, loadSettings } from './settings/load.ts';
import { findPlaces, type Places } from './settings/places.ts';
import { watchSettings } from './settings/watch.ts';

/** What every way to start the program takes. */
export interface ProgramArguments {
  dir?: readonly string[] | undefined;
  settings?: string | undefined;
  data?: string | undefined;
}

export interface Program {
  monitor: Monitor;
  places: Places;
  loaded: Loaded;
  /** Makes ready to tell people of what changes; to be called before `start`. Without it nobody is told. */
  openNotifications(options: { secrets: SecretStore; dryRun?: boolean | undefined }): Promise<Notifications>;
  /** Makes ready to look at services from outside; to be called before `start`. Without it only their own reports count. */
  openChecks(options: { secrets: SecretStore }): Promise<Checks>;
  /** Reads every folder once; nothing is followed. */
  startOnce(): Promise<void>;
  /** Makes ready to keep what happens; to be called before `start`. Without it nothing is kept. */
  openHistory(notifications: Notifications, worker?: string): Promise<KeptHistory>;
  /** Starts the monitor and follows the settings file. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** A start is over when the grace period is, and the first files have been read for sure. */
const SETTLING = 500;

/**
 * The monitor as a person starts it: places, settings and folders found, the settings file followed. The tray application,
 * the headless monitor and `status` all begin here, so that they see the same.
 *
 * @param adjust changes the settings that were found, for a way of running that needs other ones.
 * @param clock the machine's own, but for a simulation.
 */
export function createProgram(
  given: ProgramArguments,
  adjust: (settings: Settings) => Settings = (settings) => settings,
  clock: Clock = systemClock({ keepAlive: true }),
): Program {
  const { env } = process;
  const cwd = process.cwd();
  const places = findPlaces(given, env);
  mkdirSync(places.dataDir, { recursive: true });
  const { settingsFile, dataDir } = places;
  const kept = (): string | undefined => readLastGood(dataDir, settingsFile);
  const load = (lastGood?: Settings): Loaded => loadSettings({ settingsFile, env, cwd, lastGood, kept });
  const folders = (settings: Settings): ReturnType<typeof chooseFolders> =>
    chooseFolders({ dirs: given.dir ?? [], settings, env, cwd, dataDir: places.dataDir });
  let loaded = load();
  const monitor = createMonitor({
    clock,
    settings: adjust(loaded.settings),
    folders: folders(loaded.settings),
    version: VERSION,
    onError: (where, error) => monitor.report(where, `The monitor failed in ${where}: ${String(error)}`),
  });
  const tell = (): void => monitor.report('settings', loaded.problems.length === 0 ? null : loaded.problems.join('\n'));
  let stopWatching: (() => Promise<void>) | undefined;
  let opened: OpenedNotifications | undefined;
  let checks: OpenedChecks | undefined;
  let history: OpenedHistory | undefined;

  const keep = (): void => {
    try {
      keepLastGood(dataDir, settingsFile, loaded);
      monitor.report('settings copy', null);
    } catch (error) {
      monitor.report('settings copy', `The settings cannot be kept for a later start: ${String(error)}`);
    }
  };
  const reload = (): void => {
    const before = loaded;
    loaded = load(loaded.settings);
    tell();
    keep();
    if (loaded.text === before.text && loaded.problems.length === 0 && before.problems.length === 0) return;
    opened?.configure();
    checks?.configure();
    history?.configure(loaded.settings);
    monitor
      .configure(adjust(loaded.settings), folders(loaded.settings))
      .catch((error: unknown) => monitor.report('settings', String(error)));
  };

  return {
    monitor,
    places,
    loaded,
    async openNotifications(options) {
      // Loaded only by those who tell people: the database and the mail take longer to load than `status` takes in all.
      const { openNotifications } = await import('./open-notifications.ts');
      opened = await openNotifications({ ...options, clock, monitor, places, loaded: () => loaded, reload });
      return opened;
    },
    async openChecks(options) {
      const { openChecks } = await import('./open-checks.ts');
      checks = openChecks({
        ...options,
        clock,
        monitor,
        places,
        settings: () => adjust(loaded.settings),
        loaded: () => loaded,
        reload,
        onAction: (service, label, { message }) => history?.acted(service, `${label}: ${message}`),
      });
      return checks;
    },
    startOnce: () => monitor.start(),
    async openHistory(notifications, worker) {
      const { openHistory } = await import('./open-history.ts');
      const { settings } = loaded;
      history = openHistory({ clock, monitor, dataDir: places.dataDir, settings, notifications, worker });
      return history;
    },
    async start() {
      tell();
      keep();
      stopWatching = watchSettings(settingsFile, reload, (error) =>
        monitor.report('settings', `The settings file cannot be watched: ${String(error)}`),
      );
      opened?.begin(adjust(loaded.settings).startup_grace_period * 1000 + SETTLING);
      await monitor.start();
      checks?.configure();
    },
    async close() {
      await stopWatching?.();
      await opened?.close();
      await history?.close();
      await monitor.close();
    },
  };
}
