import type { DeliveryEntry, DeliveryPage, DeliveryStatus } from '../../shared/notification-state.ts';

export const DELIVERY_WORDS: Readonly<Record<DeliveryStatus, string>> = {
  queued: 'Queued',
  sending: 'Sending',
  delivered: 'Delivered',
  failed: 'Failed',
  expired: 'Expired',
  'not-told': 'Not told',
  held: 'Held',
};

/** What a person looks for: what is on its way is one thing. */
export const DELIVERY_FILTERS: readonly { state: DeliveryStatus; states: DeliveryStatus[]; help: string }[] = [
  { state: 'delivered', states: ['delivered'], help: 'what a server has accepted' },
  { state: 'queued', states: ['queued', 'sending'], help: 'what is on its way or tried again' },
  { state: 'failed', states: ['failed'], help: 'what could not be delivered' },
  { state: 'expired', states: ['expired'], help: 'what was given up, since it was too old' },
  { state: 'held', states: ['held'], help: 'what is told later' },
  { state: 'not-told', states: ['not-told'], help: 'what nobody was told of' },
];

/** What the `reason` of an entry is, by its state. */
export const REASON_LABELS: Readonly<Record<DeliveryStatus, string>> = {
  queued: 'Why it waits',
  sending: 'What came of it so far',
  delivered: 'The answer',
  failed: 'Why it failed',
  expired: 'Why it was given up',
  'not-told': 'Why nobody was told',
  held: 'Why it is held back',
};

/** Whether a person can have it tried again: a message, not the decision that there be none. */
export function canRetry({ handler, state }: Pick<DeliveryEntry, 'handler' | 'state'>): boolean {
  return handler !== null && (state === 'failed' || state === 'expired' || state === 'queued');
}

/** So many services are named in a row. */
const NAMED = 3;

/** What stands below an entry's title: whom it concerns where the title does not say so, and what became of it. */
export function summaryOf({
  services,
  title,
  state,
  reason,
  text,
}: Pick<DeliveryEntry, 'services' | 'title' | 'state' | 'reason' | 'text'>): string {
  const [first = '', ...others] = services;
  const inTitle = others.length === 0 && title.includes(first);
  const rest = services.length - NAMED;
  const who = inTitle ? '' : services.slice(0, NAMED).join(', ').slice(0, 200) + (rest > 0 ? ` and ${rest} more` : '');
  const [line = ''] = text.split('\n', 1);
  const what = state !== 'delivered' && reason !== '' ? reason : inTitle ? line : '';
  return [who, what.slice(0, 240)].filter((part) => part !== '').join(' · ');
}

export interface Merged {
  /** What is shown already, as it is now. */
  shown: DeliveryEntry[];
  /** All of it: with what is not shown yet. */
  all: DeliveryEntry[];
  /** How many are not shown yet. */
  newer: number;
  /** Where the older ones go on; undefined for where they went on before. */
  next: string | null | undefined;
  /** Between what is shown and what is new there may be more: the list has to begin anew. */
  gap: boolean;
}

/**
 * Brings a list up to date with the newest page of the same query.
 *
 * @param keep entries that stay though they are no longer found, since somebody reads them.
 */
export function mergeNewest(
  before: readonly DeliveryEntry[],
  page: DeliveryPage,
  keep: ReadonlySet<string> = new Set(),
): Merged {
  const fresh = new Map(page.entries.map((entry) => [entry.id, entry]));
  const known = new Set(before.map(({ id }) => id));
  // What lies below the last common entry is older than the page, and stays as it is.
  const lastCommon = before.findLastIndex(({ id }) => fresh.has(id));
  const gap = lastCommon < 0 && before.length > 0 && page.next !== null;
  const covered = page.next === null ? before.length : lastCommon + 1;
  const tail = before.slice(covered);
  const upper = before
    .slice(0, covered)
    .map((entry) => fresh.get(entry.id) ?? entry)
    .filter(({ id }) => fresh.has(id) || keep.has(id));
  const kept = upper.filter(({ id }) => !fresh.has(id));
  const end = page.entries.findLastIndex(({ id }) => known.has(id)) + 1;
  // What took the place of others at the page's end is older than all that is shown: it only makes the list longer.
  const below = end === 0 ? [] : page.entries.slice(end);
  const newer = page.entries.filter(({ id }) => !known.has(id)).length - below.length;
  return {
    shown: [...upper, ...(tail.length === 0 ? below : []), ...tail],
    all: [...weave(page.entries, kept), ...tail],
    newer,
    next: tail.length === 0 ? page.next : undefined,
    gap,
  };
}

/** The list and what follows it; an entry that has moved meanwhile stands there once. */
export function withOlder(entries: readonly DeliveryEntry[], older: readonly DeliveryEntry[]): DeliveryEntry[] {
  const known = new Set(entries.map(({ id }) => id));
  return [...entries, ...older.filter(({ id }) => !known.has(id))];
}

/** Puts entries that are kept where their time belongs. */
function weave(entries: readonly DeliveryEntry[], kept: readonly DeliveryEntry[]): DeliveryEntry[] {
  if (kept.length === 0) return [...entries];
  return [...entries, ...kept].sort((a, b) => b.at - a.at);
}
