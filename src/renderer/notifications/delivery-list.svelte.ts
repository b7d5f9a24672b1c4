import { untrack } from 'svelte';
import { SvelteSet } from 'svelte/reactivity';
import type { Client } from '../../shared/api.ts';
import type { DeliveryEntry, DeliveryPage, DeliveryStatus } from '../../shared/notification-state.ts';
import { DELIVERY_FILTERS, mergeNewest, withOlder } from './deliveries.ts';

const PAGE = 50;
/** What the contract takes. */
const LARGEST_PAGE = 200;
/** So soon after another the list is not brought up to date again, in ms. */
const CALM = 1_000;

interface Query {
  search?: string;
  handler?: string;
  service?: string;
  states?: DeliveryStatus[];
}

/** What is looked for; an empty text is anything. */
interface Wanted {
  search: string;
  handler: string;
  service: string;
  filters: ReadonlySet<DeliveryStatus>;
}

/** The delivery log as far as it was looked at: pages of it, kept up to date without moving what a person reads. */
export class DeliveryList {
  entries = $state.raw<readonly DeliveryEntry[]>([]);
  loaded = $state(false);
  busy = $state<'first' | 'older'>();
  /** The sentence that says why it could not be fetched; empty otherwise. */
  fault = $state('');
  next = $state<string | null>(null);
  newer = $state(0);
  /** Which entries are open: they stay, whatever the filter says of them meanwhile. */
  readonly open = new SvelteSet<string>();

  readonly #client: Client;
  /** Whether new entries may come in right away: nobody would lose their place. */
  readonly #mayMove: () => boolean;
  #query: Query = {};
  /** Answers to anything but the latest question are thrown away. */
  #asked = 0;
  #waiting: readonly DeliveryEntry[] | undefined;
  #gap = false;
  #refreshing = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Client, mayMove: () => boolean) {
    this.#client = client;
    this.#mayMove = mayMove;
  }

  /** @returns a function that ends it. */
  start(): () => void {
    const end = this.#client.on('notifications', () => this.refresh());
    return () => {
      end();
      clearTimeout(this.#timer);
      this.#asked += 1;
    };
  }

  /** Begins anew with what is looked for. */
  async find({ search, handler, service, filters }: Wanted): Promise<void> {
    const states = DELIVERY_FILTERS.filter(({ state }) => filters.has(state)).flatMap((filter) => filter.states);
    this.#query = {
      ...(search.trim() === '' ? {} : { search: search.trim().slice(0, 200) }),
      ...(handler === '' ? {} : { handler }),
      ...(service === '' ? {} : { service }),
      ...(states.length === 0 ? {} : { states }),
    };
    this.open.clear();
    await this.begin();
  }

  async begin(): Promise<void> {
    const page = await this.#ask('first', { limit: PAGE });
    if (page === undefined) return;
    this.entries = page.entries;
    this.next = page.next;
    this.loaded = true;
    this.#forgetWaiting();
  }

  async older(): Promise<void> {
    if (this.next === null || this.busy !== undefined) return;
    const page = await this.#ask('older', { limit: PAGE, after: this.next });
    if (page === undefined) return;
    this.entries = withOlder(this.entries, page.entries);
    this.next = page.next;
    // What was worked out before has not got these.
    if (this.#waiting !== undefined) this.refresh();
  }

  /** Shows what came in meanwhile. */
  async showNewer(): Promise<void> {
    if (this.#gap || this.#waiting === undefined) return this.begin();
    this.entries = this.#waiting;
    this.#forgetWaiting();
  }

  /** A message that is tried again goes to the end of its queue under another id; here it stays where a person reads it. */
  retried(from: string, to: string): void {
    this.entries = this.entries.map((entry) => (entry.id === from ? { ...entry, id: to, state: 'queued' } : entry));
    if (this.open.delete(from)) this.open.add(to);
    this.refresh();
  }

  /** Brings it up to date, soon and not too often. */
  refresh(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#refreshNow();
    }, CALM / 4);
  }

  async #refreshNow(): Promise<void> {
    if (this.#refreshing || this.busy !== undefined || !this.loaded) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        if (this.loaded) void this.#refreshNow();
      }, CALM);
      return;
    }
    this.#refreshing = true;
    const asked = this.#asked;
    try {
      const limit = Math.min(LARGEST_PAGE, Math.max(PAGE, this.entries.length));
      const page = await this.#client.deliveries({ ...this.#query, limit });
      const read = await this.#stillRead(page, limit);
      if (asked === this.#asked) this.#take(page, read);
    } catch {
      // The session says when the monitor is gone; once it is back this is asked again.
      this.#refreshing = false;
      return;
    }
    this.#refreshing = false;
  }

  #take(page: DeliveryPage, read: readonly DeliveryEntry[]): void {
    const before = this.entries.map((entry) => read.find(({ id }) => id === entry.id) ?? entry);
    const merged = mergeNewest(before, page, this.open);
    if (merged.next !== undefined) this.next = merged.next;
    this.#gap = merged.gap;
    const shown = merged.gap ? before : merged.shown;
    const move = merged.newer > 0 && !merged.gap && untrack(this.#mayMove);
    this.entries = move ? merged.all : shown;
    this.newer = move ? 0 : merged.newer;
    this.#waiting = move || merged.newer === 0 ? undefined : merged.all;
  }

  /** What is open and not found by the filter any more: how it is now. */
  async #stillRead(page: DeliveryPage, limit: number): Promise<readonly DeliveryEntry[]> {
    const { states, ...anyState } = this.#query;
    const open = [...this.open];
    if (states === undefined || open.every((id) => page.entries.some((entry) => entry.id === id))) return [];
    const { entries } = await this.#client.deliveries({ ...anyState, limit });
    return entries.filter(({ id }) => open.includes(id));
  }

  #failed(busy: 'first' | 'older', fault: string): void {
    this.fault = fault;
    if (busy === 'older') return;
    // What was found before is no answer to this question.
    this.entries = [];
    this.#forgetWaiting();
  }

  #forgetWaiting(): void {
    this.newer = 0;
    this.#waiting = undefined;
    this.#gap = false;
  }

  async #ask(busy: 'first' | 'older', more: { limit: number; after?: string }): Promise<DeliveryPage | undefined> {
    const asked = ++this.#asked;
    this.busy = busy;
    try {
      const page = await this.#client.deliveries({ ...this.#query, ...more });
      if (asked !== this.#asked) return undefined;
      this.fault = '';
      return page;
    } catch (error) {
      if (asked === this.#asked) this.#failed(busy, error instanceof Error ? error.message : String(error));
      return undefined;
    } finally {
      if (asked === this.#asked) this.busy = undefined;
    }
  }
}
