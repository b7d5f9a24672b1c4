import { SvelteMap } from 'svelte/reactivity';
import type { Client } from '../../shared/api.ts';
import type { MetricInfo, ServiceBars } from '../../shared/history.ts';
import { DAY, MINUTE, type Span } from '../history/spans.ts';
import { Asked, isSuperseded } from './asked.svelte.ts';
import { newMarks } from './marks.ts';
import { recall, remember } from './stored.ts';
import { VisibleSet } from './visible-set.ts';

/** Half an hour each. */
const PARTS = 48;
const POINTS = 48;
const METRIC = 'sparkline';
/** What is older than this is fetched again, in ms. */
const FRESH = MINUTE;

export interface RowBars extends Span {
  bars: ServiceBars;
}

/** The last day of each service in the list, fetched for the rows that are looked at. */
export class RowHistory {
  readonly metrics = new Asked<MetricInfo[]>();
  /** The metric that each row draws; empty for none. */
  metric = $state(recall(METRIC) ?? '');
  unit = $state('');
  /** What the metric is called; as it names itself where that is not known yet. */
  readonly label = $derived(
    this.metrics.value?.find(({ metric }) => metric === this.metric)?.label ||
      this.metric.split('/').at(-1) ||
      this.metric,
  );

  readonly #bars = new SvelteMap<string, RowBars>();
  readonly #sparks = new SvelteMap<string, readonly (number | null)[]>();
  readonly #visible = new VisibleSet(() => void this.#load());
  /** When a service was last asked for. */
  readonly #asked = newMarks();
  readonly #client: Client;
  #busy = false;
  #again = false;
  #shown = false;

  constructor(client: Client) {
    this.#client = client;
  }

  bars(service: string): RowBars | undefined {
    return this.#bars.get(service);
  }

  spark(service: string): readonly (number | null)[] | undefined {
    return this.#sparks.get(service);
  }

  /** Watches a service's row. @returns a function that ends it. */
  watch(service: string, row: Element): () => void {
    return this.#visible.watch(service, row);
  }

  /** Whether the list is on the screen at all. */
  show(shown: boolean): void {
    this.#shown = shown;
    if (!shown) return;
    void this.#load();
    this.#findMetrics();
  }

  choose(metric: string): void {
    this.metric = metric;
    remember(METRIC, metric);
    this.#sparks.clear();
    this.#asked.clear();
    void this.#load();
  }

  /** These have changed; without any named, all may have. */
  stale(services?: readonly string[]): void {
    if (services === undefined) this.#asked.clear();
    else for (const service of services) this.#asked.delete(service);
    void this.#load();
    this.#findMetrics();
  }

  /** Asks which metrics there are, until there are any: a history that has just begun has none. */
  #findMetrics(): void {
    const known = this.metrics.value !== undefined && this.metrics.value.length > 0;
    if (this.#shown && !known && !this.metrics.busy) void this.metrics.ask(() => this.#client.metrics({}));
  }

  /** Fetches what is looked at and not fresh: one call at a time, however often it is asked for. */
  async #load(): Promise<void> {
    if (!this.#shown || document.visibilityState !== 'visible') return;
    if (this.#busy) {
      this.#again = true;
      return;
    }
    const now = Date.now();
    const due = this.#visible.ids.filter((service) => (this.#asked.get(service) ?? 0) < now - FRESH + 1000);
    if (due.length === 0) return;
    this.#busy = true;
    for (const service of due) this.#asked.set(service, now);
    try {
      await Promise.all([this.#loadBars(due, now), this.#loadSparks(due, now)]);
    } catch (error) {
      // Nobody asked for this call; the history's page says what is wrong, and it is tried again within a minute.
      if (isSuperseded(error)) this.#again = true;
    } finally {
      this.#busy = false;
    }
    if (!this.#again) return;
    this.#again = false;
    await this.#load();
  }

  async #loadBars(services: string[], now: number): Promise<void> {
    const {
      from,
      to,
      services: found,
    } = await this.#client.historyBars({
      ...{ from: now - DAY, to: now, buckets: PARTS, services },
    });
    for (const bars of found) this.#bars.set(bars.service, { from, to, bars });
  }

  async #loadSparks(services: string[], now: number): Promise<void> {
    const { metric } = this;
    if (metric === '') return;
    const found = await this.#client.sparks({ metric, from: now - DAY, to: now, points: POINTS, services });
    if (metric !== this.metric) return;
    this.unit = found.unit;
    for (const { service, values } of found.services) this.#sparks.set(service, values);
  }
}
