import type { ServiceProcess } from '../../shared/observation.ts';
import { formatDuration } from '../../shared/text.ts';
import type { Found } from './scheduler.ts';

/** A report that counts from so much later than its process was found dead says that it lives after all, in ms. */
const LIVES_AFTER_ALL = 1_000;

/**
 * Looks whether the processes that health files name still live: one that was killed turns its service bad at once, long before
 * its report is stale.
 *
 * A process that goes on reporting though this machine does not know it runs where its numbers are others (a container of the
 * same host name): it is left alone from then on.
 */
export class PidWatch {
  /** When each process was first found dead, ms since the epoch. */
  readonly #dead = new Map<string, number>();

  constructor(
    private readonly host: string,
    private readonly isAlive: (pid: number, start: number | undefined) => boolean,
  ) {}

  /** @param now milliseconds since the epoch. @returns a finding for each service whose process is gone. */
  look(processes: readonly ServiceProcess[], now: number): Found[] {
    const seen = new Set<string>();
    const found = processes.flatMap((one): Found[] => {
      const { service, pid, start, host, reportedAt } = one;
      if (host !== this.host || this.isAlive(pid, start)) return [];
      const key = JSON.stringify([service, pid, start]);
      seen.add(key);
      const since = this.#dead.get(key) ?? now;
      this.#dead.set(key, since);
      if (reportedAt > since + LIVES_AFTER_ALL) return [];
      const ago = formatDuration(now - reportedAt);
      const message = `Its process (${pid}) has ended without saying so; its last report was ${ago} before. Look into its log, and start it again.`;
      return [{ service, name: 'process', finding: { status: 'fatal', message, metadata: { pid } } }];
    });
    for (const key of this.#dead.keys()) if (!seen.has(key)) this.#dead.delete(key);
    return found;
  }
}
