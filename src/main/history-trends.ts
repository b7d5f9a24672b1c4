import type { Clock } from '../shared/clock.ts';
import type { Trend } from '../shared/history.ts';
import type { History } from './history/history.ts';

/** What gets worse over a week is no different a quarter of an hour later, in ms. */
const HOLDS_FOR = 900_000;

interface Known {
  at: number;
  services: string;
  trends: Promise<Trend[]>;
}

/**
 * What gets worse slowly, of all services. It is asked of one after the other, so that a thousand of them keep nobody else
 * waiting, and kept for a while.
 */
export class Trends {
  #known: Known | undefined;

  constructor(
    private readonly parts: {
      history: Pick<History, 'trends'>;
      clock: Clock;
      /** Those that are watched now. */
      services(): string[];
    },
  ) {}

  all(): Promise<Trend[]> {
    const at = this.parts.clock.monotonic();
    const list = this.parts.services();
    const services = JSON.stringify(list);
    const last = this.#known;
    if (last !== undefined && last.services === services && at - last.at < HOLDS_FOR) return last.trends;
    const known: Known = { at, services, trends: this.#find(list) };
    this.#known = known;
    known.trends.catch(() => {
      // It rejects for whoever asked; the next one tries again.
      if (this.#known === known) this.#known = undefined;
    });
    return known.trends;
  }

  async #find(services: readonly string[]): Promise<Trend[]> {
    const found: Trend[] = [];
    for (const service of services) found.push(...(await this.parts.history.trends(service)));
    return found;
  }
}
