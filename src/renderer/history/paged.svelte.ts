import { Asked } from '../state/asked.svelte.ts';
import { olderThanPage, withOlder } from './pages.ts';

const PAGE = 50;
/** What the contract takes. */
const LARGEST_PAGE = 200;

export interface Page<Entry> {
  entries: Entry[];
  next: string | null;
}

/** Fetches a page of a list, newest first. */
export type FetchPage<Entry> = (page: { limit: number; after?: string }) => Promise<Page<Entry>>;

/** A list as far as it was looked at: pages of it, newest first. */
export class Paged<Entry extends { id: number }> {
  entries = $state.raw<readonly Entry[]>([]);
  next = $state<string | null>(null);
  loaded = $state(false);
  older = $state(false);
  readonly #first = new Asked<Page<Entry>>();
  readonly #more = new Asked<Page<Entry>>();
  #fetch: FetchPage<Entry> | undefined;

  get busy(): boolean {
    return this.#first.busy;
  }

  get fault(): string {
    return this.#first.fault || this.#more.fault;
  }

  /** Begins anew: another question. */
  async find(fetch: FetchPage<Entry>): Promise<void> {
    this.#fetch = fetch;
    this.#more.clear();
    this.older = false;
    const page = await this.#first.ask(() => fetch({ limit: PAGE }));
    if (page !== undefined) this.#take(page.entries, page.next);
  }

  /** The same question again: what is shown is brought up to date, as far as one page reaches. */
  async refresh(fetch: FetchPage<Entry>): Promise<void> {
    if (!this.loaded || this.older) return this.find(fetch);
    this.#fetch = fetch;
    const limit = Math.min(LARGEST_PAGE, Math.max(PAGE, this.entries.length));
    const page = await this.#first.ask(() => fetch({ limit }));
    if (page === undefined) return;
    const tail = page.next === null ? [] : olderThanPage(this.entries, page.entries);
    this.#take([...page.entries, ...tail], tail.length === 0 ? page.next : this.next);
  }

  async more(): Promise<void> {
    const { next } = this;
    const fetch = this.#fetch;
    if (next === null || fetch === undefined || this.older) return;
    this.older = true;
    const page = await this.#more.ask(() => fetch({ limit: PAGE, after: next }));
    this.older = false;
    if (page === undefined) return;
    this.#take(withOlder(this.entries, page.entries), page.next);
  }

  #take(entries: readonly Entry[], next: string | null): void {
    this.entries = entries;
    this.next = next;
    this.loaded = true;
  }
}
