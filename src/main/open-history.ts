import { userInfo } from 'node:os';
import type { Clock } from '../shared/clock.ts';
import type { Settings } from '../shared/settings.ts';
import { type HistoryCalls, historyCalls } from './history-calls.ts';
import type { History } from './history/history.ts';
import { openHistory as openStore } from './history/open.ts';
import type { Monitor } from './monitor.ts';
import type { Notifications } from './open-notifications.ts';
import { Sampling } from './sampling.ts';

/** What happened, as a program that runs on keeps it. */
export interface KeptHistory {
  calls: HistoryCalls;
  /** The machine goes to sleep, and is awake again: nothing is observed in between. */
  suspended(): void;
  resumed(): void;
  /** Notes what was done to a service by a quick action, and what came of it. */
  acted(service: string, text: string): void;
}

export interface OpenedHistory extends KeptHistory {
  /** The settings were read again. */
  configure(settings: Settings): void;
  close(): Promise<void>;
}

export interface OpenHistoryOptions {
  clock: Clock;
  monitor: Monitor;
  dataDir: string;
  settings: Settings;
  notifications: Pick<Notifications, 'calls' | 'deliveriesOf'>;
  /** The file of the history's thread, where it is not where the build puts it. */
  worker?: string | undefined;
}

/** Connects the monitor with its history. To be called before the monitor starts, so that nothing is missed. */
export function openHistory(options: OpenHistoryOptions): OpenedHistory {
  const { clock, monitor, dataDir, settings, notifications, worker } = options;
  const history = openStore({
    dataDir,
    clock,
    limits: settings,
    // Views ask for it, and a change that matters comes as trouble.
    onState: () => undefined,
    onTrouble: (message) => monitor.report('history', message),
    ...(worker === undefined ? {} : { worker }),
  });
  const details: Parameters<History['record']>[1] = (service) => monitor.service(service);
  const sampling = new Sampling(clock, (service) => {
    const status = monitor.service(service);
    if (status !== null) history.sample(status, clock.now());
  });
  const stop = monitor.onUpdate(({ changed, removed, transitions }) => {
    if (transitions.length > 0) history.record(transitions, details);
    history.reported(changed);
    sampling.changed(changed.map(({ service }) => service));
    sampling.removed(removed);
    for (const service of removed) history.forget(service, clock.now());
  });
  sampling.start();
  return {
    calls: historyCalls({
      ...{ history, clock, notifications },
      services: () => monitor.snapshot().services.map(({ service }) => service),
    }),
    suspended: () => history.pause(clock.now()),
    resumed: () => history.resume(clock.now()),
    acted: (service, text) =>
      history.acknowledged(service, { at: clock.now(), by: userInfo().username, text, kind: 'action' }),
    configure: (limits) => history.configure(limits),
    async close() {
      stop();
      sampling.stop();
      await history.close();
    },
  };
}
