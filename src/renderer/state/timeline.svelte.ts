import { SvelteMap } from 'svelte/reactivity';
import type { Client } from '../../shared/api.ts';
import type { Comparison, ServiceBars } from '../../shared/history.ts';
import { type BarStatus, partAt, statusOf } from '../history/bar-shapes.ts';
import { byService, keepOrder, mostTroubled } from '../history/ranking.ts';
import { type Span, spanBefore } from '../history/spans.ts';
import { Asked, viewName } from './asked.svelte.ts';
import { newMarks } from './marks.ts';
import { VisibleSet } from './visible-set.ts';

/** So long after the last step of a zoom or a pan it is fetched, in ms. */
const SETTLED = 140;

export interface RowBars extends Span {
  bars: ServiceBars;
}

/** All services over a span: how troubled each was, and the bars of those that are looked at. */
export class Timeline {
  /** By how much the services were troubled in this span, and in the one before. */
  readonly facts = new Asked<Comparison>();
  readonly bars = new SvelteMap<string, RowBars>();
  readonly #askedBars = new Asked<readonly string[]>();
  /** The most troubled first, as it was when the span was chosen: rows do not change places while somebody zooms. */
  order = $state.raw<readonly string[]>([]);
  readonly byService = $derived(byService(this.facts.value?.services ?? []));

  readonly #client: Client;
  readonly #visible = new VisibleSet(() => void this.#loadBars());
  #span: Span = { from: 0, to: 1 };
  #buckets = 1;
  #service: string | undefined;
  /** Grows with each question: bars of another one are fetched anew. */
  #asking = 0;
  readonly #have = newMarks();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #loadingBars = false;

  constructor(client: Client) {
    this.#client = client;
  }

  get fault(): string {
    return this.facts.fault || this.#askedBars.fault;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#visible.close();
  }

  /** Watches a row. @returns a function that ends it. */
  watch(service: string, row: Element): () => void {
    return this.#visible.watch(service, row);
  }

  /**
   * Shows a span.
   *
   * @param sort whether the rows are sorted anew.
   * @param soon whether it can wait until the person has stopped moving.
   */
  show(
    span: Span,
    buckets: number,
    service: string | undefined,
    { sort, soon }: { sort: boolean; soon: boolean },
  ): void {
    const other = service !== this.#service;
    [this.#span, this.#buckets, this.#service] = [span, Math.max(1, buckets), service];
    clearTimeout(this.#timer);
    const load = (): void => {
      this.#asking += 1;
      void this.#loadBars();
      void this.#loadFacts(sort || other || this.order.length === 0);
    };
    if (soon) this.#timer = setTimeout(load, SETTLED);
    else load();
  }

  /** Whether there is an incident to be found: what is well or was not observed has none. */
  isTrouble(service: string, part: Span): boolean {
    const status = this.#statusIn(service, part);
    return status !== 'healthy' && status !== 'unobserved';
  }

  /** The incident of a service in a part of its bar: the one that gave the part its status. @returns null for none. */
  async incidentAt(service: string, part: Span): Promise<number | null> {
    const status = this.#statusIn(service, part);
    const { incidents } = await this.#client.incidents({
      ...{ from: Math.floor(part.from), to: Math.ceil(part.to), services: [service], limit: 20 },
    });
    return (incidents.find(({ worst }) => worst === status) ?? incidents[0])?.id ?? null;
  }

  #statusIn(service: string, part: Span): BarStatus {
    const row = this.bars.get(service);
    if (row === undefined) return 'unobserved';
    const { worst } = row.bars;
    return statusOf(worst[partAt(row, worst.length, (part.from + part.to) / 2)]);
  }

  async #loadFacts(sort: boolean): Promise<void> {
    const span = this.#span;
    const services = this.#service === undefined ? {} : { services: [this.#service] };
    const found = await this.facts.ask(() =>
      this.#client.compare({ a: span, b: spanBefore(span), ...services, view: viewName('timeline-facts') }),
    );
    if (found === undefined) return;
    const sorted = mostTroubled(found.services).map(({ service }) => service);
    this.order = sort ? sorted : keepOrder(this.order, sorted);
  }

  async #loadBars(): Promise<void> {
    if (this.#loadingBars) return;
    this.#loadingBars = true;
    try {
      for (;;) {
        const asking = this.#asking;
        const due = this.#visible.ids.filter((service) => this.#have.get(service) !== asking);
        if (due.length === 0) return;
        const { from, to } = this.#span;
        const found = await this.#askedBars.ask(async () => {
          const query = { from, to, buckets: this.#buckets, services: due, view: viewName('timeline-bars') };
          const { services } = await this.#client.historyBars(query);
          for (const bars of services) this.bars.set(bars.service, { from, to, bars });
          return due;
        });
        if (found === undefined) return;
        for (const service of due) this.#have.set(service, asking);
      }
    } finally {
      this.#loadingBars = false;
    }
  }
}
