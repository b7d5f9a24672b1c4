interface Numbered {
  id: number;
}

/** What of a list is older than its newest page: all below the last entry that both have; nothing where they have none. */
export function olderThanPage<Entry extends Numbered>(list: readonly Entry[], page: readonly Entry[]): Entry[] {
  const fresh = new Set(page.map(({ id }) => id));
  const last = list.findLastIndex(({ id }) => fresh.has(id));
  // Without a common entry nobody knows what lies between the two.
  return last < 0 ? [] : list.slice(last + 1);
}

/** A list and what follows it; an entry that has moved meanwhile stands there once. */
export function withOlder<Entry extends Numbered>(list: readonly Entry[], older: readonly Entry[]): Entry[] {
  const known = new Set(list.map(({ id }) => id));
  return [...list, ...older.filter(({ id }) => !known.has(id))];
}
