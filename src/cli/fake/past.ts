import { mkdirSync } from 'node:fs';
import { environmentSecrets } from '../../main/notifications/secrets.ts';
import { createProgram } from '../../main/program.ts';
import { acquireLock } from '../../main/sqlite/lock.ts';
import { plural } from '../../shared/text.ts';
import type { PlaceOptions } from '../arguments.ts';
import { printable } from '../terminal-text.ts';
import { simulate } from './simulate.ts';
import { SimulatedClock } from './simulated-clock.ts';
import type { Scene } from './story.ts';
import { SyntheticService } from './synthetic-service.ts';

export interface PastOptions {
  places: PlaceOptions;
  /** The folder to write to. */
  dir: string;
  names: readonly string[];
  scenes: readonly Scene[];
  /** In ms, like all of these. */
  scene: number;
  interval: number;
  length: number;
}

/** How long a message on its way may take, in ms. Nothing is sent: it is on its way to nobody. */
const PATIENCE = 2_000;

/**
 * Has services live through the time up to now, as if a monitor had watched them, and writes the history of it. Nobody is told:
 * what would have been is in the delivery log.
 *
 * @throws Error with a sentence where another process writes the history.
 */
export async function livePast({ places, dir, names, scenes, scene, interval, length }: PastOptions): Promise<void> {
  mkdirSync(dir, { recursive: true });
  const clock = new SimulatedClock(Date.now() - length);
  const program = createProgram({ ...places, dir: [dir] }, undefined, clock);
  // Whoever has the right to the history writes it; a dry run of notifications would say nothing of them.
  const lock = acquireLock(program.places.dataDir, 'history');
  if (lock === undefined) {
    throw new Error(
      'A monitor with the same data folder is running. End it first, or name another folder with --data.',
    );
  }
  lock.release();
  const notifications = await program.openNotifications({ secrets: environmentSecrets(process.env), dryRun: true });
  const history = await program.openHistory(notifications);
  try {
    await program.start();
    const services = names.map((name) => new SyntheticService(dir, name, () => clock.now()));
    await simulate({
      ...{ clock, monitor: program.monitor, services, scenes, scene, length, interval },
      settle: () => until(() => notifications.state().handlers.every(({ queued }) => queued === 0)),
    });
    const { state, message } = await history.calls.historyState(undefined);
    if (state !== 'recording') throw new Error(message);
    console.log(printable(`${plural(names.length, 'service')} in the history of ${program.places.dataDir}.`));
  } finally {
    await program.close();
  }
}

/** Waits for what is not a matter of the clock. */
async function until(done: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE;
  while (!done() && performance.now() < end) await new Promise((resolve) => setImmediate(resolve));
}
