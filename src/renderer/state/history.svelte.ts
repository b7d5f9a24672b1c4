import { untrack } from 'svelte';
import { SvelteSet } from 'svelte/reactivity';
import type { Client } from '../../shared/api.ts';
import type { HistoryState } from '../../shared/history.ts';
import type { HealthStatus } from '../../shared/status.ts';
import { isLive, resolveSpan, type SpanChoice } from '../history/spans.ts';
import { Asked } from './asked.svelte.ts';
import { RowHistory } from './row-history.svelte.ts';

/** How often what goes on with the clock is fetched again, in ms. */
const EVERY = 60_000;
/** A change is written a moment after it is told; a storm of them is fetched once. In ms. */
const WRITTEN = 1_500;
/** How often it is looked whether an empty history has begun, in ms. */
const BEGINS = 2_000;

/** The history as this window knows it: how it is, what of it is chosen, and when to look again. */
export class History {
  readonly state = new Asked<HistoryState>();
  readonly rows: RowHistory;
  #choice = $state.raw<SpanChoice>({ kind: '7d' });
  #live: SpanChoice = { kind: '7d' };
  search = $state('');
  readonly statuses = new SvelteSet<HealthStatus>();
  openOnly = $state(false);
  /** Grows whenever what is shown may have changed: views that depend on it ask again. */
  tick = $state(0);

  /** The span that the history's pages show. */
  get choice(): SpanChoice {
    return this.#choice;
  }

  set choice(choice: SpanChoice) {
    this.#choice = choice;
    if (isLive(choice)) this.#live = choice;
  }

  readonly filtered = $derived(this.search.trim() !== '' || this.statuses.size > 0 || this.openOnly);

  /** What the choice means: up to the last look at the clock, not to every second. */
  readonly span = $derived.by(() => {
    if (isLive(this.choice)) void this.tick;
    return resolveSpan(
      this.choice,
      untrack(() => this.#now()),
    );
  });

  readonly #client: Client;
  readonly #now: () => number;
  #changed: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #empty = false;
  #again: ReturnType<typeof setTimeout> | undefined;

  /** @param now the monitor's clock. */
  constructor(client: Client, now: () => number) {
    this.#client = client;
    this.#now = now;
    this.rows = new RowHistory(client);
  }

  /** @returns a function that ends it. */
  start(): () => void {
    const minute = setInterval(() => {
      if (document.visibilityState === 'visible') this.#look();
    }, EVERY);
    const back = (): void => {
      if (document.visibilityState === 'visible') this.#look();
    };
    document.addEventListener('visibilitychange', back);
    return () => {
      clearInterval(minute);
      clearTimeout(this.#timer);
      clearTimeout(this.#again);
      document.removeEventListener('visibilitychange', back);
    };
  }

  /** These services have another status. */
  changed(services: readonly string[]): void {
    this.#changed.push(...services);
    this.#timer ??= setTimeout(() => this.#tellChanged(), WRITTEN);
  }

  /** The connection is there again: nobody knows what happened meanwhile. */
  reconnected(): void {
    this.rows.stale();
    this.#look();
    // What changed just before is in the snapshot already, and in the history only a moment later.
    this.#timer ??= setTimeout(() => this.#tellChanged(), WRITTEN);
  }

  /** Shows the last span again that went on with the clock. */
  backToNow(): void {
    this.choice = this.#live;
  }

  clearFilters(): void {
    this.search = '';
    this.statuses.clear();
    this.openOnly = false;
  }

  #look(): void {
    this.tick += 1;
    void this.#askState();
    this.rows.stale([]);
  }

  async #askState(): Promise<void> {
    clearTimeout(this.#again);
    const state = await this.state.ask(() => this.#client.historyState());
    if (state?.oldest === null) this.#again = setTimeout(() => void this.#askState(), BEGINS);
    else if (this.#empty) this.tick += 1;
    this.#empty = state?.oldest === null;
  }

  #tellChanged(): void {
    this.#timer = undefined;
    const changed = this.#changed;
    this.#changed = [];
    this.tick += 1;
    this.rows.stale(changed.length === 0 ? undefined : changed);
  }
}
