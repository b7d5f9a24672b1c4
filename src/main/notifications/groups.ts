import type { Clock } from '../../shared/clock.ts';
import { findHandlerType } from '../../shared/handlers/registry.ts';
import type { HandlerEntry, NotificationSettings } from '../../shared/notification-settings.ts';
import { dueAt } from './policy/group.ts';

export interface GroupTimes {
  /** How long after the last piece of news a group goes out, in ms. */
  window: number;
  /** How long after the first at the latest, in ms. */
  longest: number;
}

/** For how long changes are collected for a handler: as it says itself, else as its type is best served, else as for all. */
export function groupTimes(entry: HandlerEntry | undefined, settings: NotificationSettings): GroupTimes {
  const { enable_buffering, buffer_time, buffer_longest } = settings;
  const usual = findHandlerType(entry?.type ?? '')?.groupFor ?? (enable_buffering ? buffer_time : 0);
  const seconds = entry?.group_for ?? usual;
  return { window: seconds * 1000, longest: Math.max(seconds, Math.min(buffer_longest, seconds * 6)) * 1000 };
}

export interface GroupsOptions<Item> {
  clock: Clock;
  times(handler: string): GroupTimes;
  /** A handler's group is complete. */
  flush(handler: string, items: Item[]): void;
}

interface Group<Item> {
  items: Item[];
  firstAt: number;
  cancel: (() => void) | undefined;
}

/** Collects news for each handler until its time has come. */
export class Groups<Item> {
  readonly #groups = new Map<string, Group<Item>>();
  /** Handlers whose news waits for the end of the start. */
  #held: ReadonlySet<string> = new Set();

  constructor(private readonly options: GroupsOptions<Item>) {}

  /** From now on nothing goes out to these handlers until `release`. */
  hold(handlers: Iterable<string>): void {
    this.#held = new Set(handlers);
  }

  /** Everything that waited goes out now: for each handler that was held, even where nothing did. */
  release(flush: (handler: string, items: Item[]) => void): void {
    const held = this.#held;
    this.#held = new Set();
    for (const handler of held) {
      const items = this.#groups.get(handler)?.items ?? [];
      this.#groups.delete(handler);
      flush(handler, items);
    }
  }

  add(handler: string, item: Item): void {
    const { clock } = this.options;
    const now = clock.monotonic();
    const group = this.#groups.get(handler) ?? { items: [], firstAt: now, cancel: undefined };
    group.items.push(item);
    this.#groups.set(handler, group);
    if (this.#held.has(handler)) return;
    group.cancel?.();
    const due = dueAt({ firstAt: group.firstAt, lastAt: now }, this.options.times(handler));
    group.cancel = clock.after(Math.max(0, due - now), () => this.#flush(handler));
  }

  /** Sends everything off at once, as the program ends. */
  flushAll(): void {
    this.#held = new Set();
    for (const handler of [...this.#groups.keys()]) this.#flush(handler);
  }

  /** Lets go of everything; what is kept elsewhere comes back at the next start. */
  close(): void {
    for (const group of this.#groups.values()) group.cancel?.();
    this.#groups.clear();
  }

  #flush(handler: string): void {
    const group = this.#groups.get(handler);
    this.#groups.delete(handler);
    group?.cancel?.();
    if (group !== undefined) this.options.flush(handler, group.items);
  }
}
