import { existsSync, utimesSync } from 'node:fs';
import type { Monitor } from '../../main/monitor.ts';
import type { SimulatedClock } from './simulated-clock.ts';
import { type Scene, sceneAt } from './story.ts';
import type { SyntheticService } from './synthetic-service.ts';

export interface SimulationOptions {
  clock: SimulatedClock;
  /** It watches the folder of the services, by the same clock. */
  monitor: Monitor;
  services: readonly SyntheticService[];
  scenes: readonly Scene[];
  /** How long a scene lasts, in ms. */
  scene: number;
  /** How long it all lasts, in ms. */
  length: number;
  /** Time between two reports, in ms. */
  interval: number;
  /** Waits for what is not a matter of the clock: messages on their way, say. */
  settle?: () => Promise<void>;
}

/** Has services live through a story with a monitor that watches them: real files, real rules, and time that passes at once. */
export async function simulate(options: SimulationOptions): Promise<void> {
  const { clock, monitor, services, scenes, scene, length, interval } = options;
  const began = clock.now();
  for (let elapsed = 0; elapsed < length; elapsed = clock.now() - began) {
    services.forEach((service, place) => {
      const current = sceneAt(scenes, place, elapsed, scene);
      if (current !== undefined) service.play(current);
      // A file is as old as its writer believes.
      const now = clock.now() / 1000;
      if (existsSync(service.path)) utimesSync(service.path, now, now);
    });
    await monitor.checkNow();
    await options.settle?.();
    await clock.pass(Math.min(interval, length - elapsed));
  }
  await monitor.checkNow();
  await options.settle?.();
}
