import type { HandlerEntry, NotificationSettings } from '../../shared/notification-settings.ts';
import { same, type SettingKey } from './draft-parts.ts';

function pick<T>(base: T, mine: T, theirs: T): T {
  return same(base, mine) ? theirs : mine;
}

/** Handlers are merged one by one, since each is a thing of its own; the others' order and news, then what only I have. */
function mergeHandlers(
  base: readonly HandlerEntry[],
  mine: readonly HandlerEntry[],
  theirs: readonly HandlerEntry[],
): HandlerEntry[] {
  const find = (list: readonly HandlerEntry[], id: string): HandlerEntry | undefined =>
    list.find((entry) => entry.id === id);
  const moved = !same(
    base.map(({ id }) => id),
    mine.map(({ id }) => id),
  );
  const [first, second] = moved ? [mine, theirs] : [theirs, mine];
  const ids = new Set([...first, ...second].map(({ id }) => id));
  return [...ids].flatMap((id) => {
    const [before, my, their] = [find(base, id), find(mine, id), find(theirs, id)];
    const kept = pick(before, my, their);
    return kept === undefined ? [] : [kept];
  });
}

/**
 * What two people made of the same settings, as one: of each setting the one that was changed. Where both changed it,
 * mine, which has not been saved yet and is on the screen.
 */
export function mergeSettings(
  base: NotificationSettings,
  mine: NotificationSettings,
  theirs: NotificationSettings,
): NotificationSettings {
  const merged: Record<string, unknown> = {};
  for (const key of Object.keys(theirs) as SettingKey[]) {
    merged[key] =
      key === 'handlers'
        ? mergeHandlers(base.handlers, mine.handlers, theirs.handlers)
        : pick<unknown>(base[key], mine[key], theirs[key]);
  }
  // Each value came from the same key of settings; TypeScript cannot follow that through the loop.
  return merged as unknown as NotificationSettings;
}
