import { describe, expect, test } from 'vitest';
import {
  canRetry,
  DELIVERY_FILTERS,
  mergeNewest,
  summaryOf,
  withOlder,
} from '../../../src/renderer/notifications/deliveries.ts';
import { type DeliveryEntry, DeliveryStatus } from '../../../src/shared/notification-state.ts';

function entry(id: number, more: Partial<DeliveryEntry> = {}): DeliveryEntry {
  return {
    ...{ id: String(id), at: id, handler: 'ntfy', services: ['core'], event: 'opened', status: 'fatal' },
    ...{ title: 'core is fatal', text: '', state: 'queued', reason: '', attempts: 0 },
    ...{ deliveredAt: null, nextAttemptAt: null, stages: [] },
    ...more,
  };
}
/** Newest first. */
const list = (from: number, to: number): DeliveryEntry[] =>
  Array.from({ length: from - to + 1 }, (_, index) => entry(from - index));
const ids = (entries: readonly DeliveryEntry[]): number[] => entries.map(({ id }) => Number(id));

describe('mergeNewest', () => {
  test('new entries, are counted and kept apart from what is shown', () => {
    const merged = mergeNewest(list(3, 1), { entries: list(5, 1), next: null });
    expect(ids(merged.shown)).toEqual([3, 2, 1]);
    expect(ids(merged.all)).toEqual([5, 4, 3, 2, 1]);
    expect(merged).toMatchObject({ newer: 2, next: null, gap: false });
  });

  test('an entry that has changed, is shown as it is now, in its place', () => {
    const page = [entry(2), entry(1, { state: 'delivered' })];
    const merged = mergeNewest(list(2, 1), { entries: page, next: null });
    expect(merged.shown.map(({ state }) => state)).toEqual(['queued', 'delivered']);
    expect(merged.newer).toBe(0);
  });

  test('older entries, stay as they are, below what the page has', () => {
    const merged = mergeNewest(list(9, 1), { entries: list(10, 6), next: '6' });
    expect(ids(merged.shown)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(ids(merged.all)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    // The older ones go on where they did.
    expect(merged.next).toBeUndefined();
  });

  test('an entry that the filter finds no more, goes, unless somebody reads it', () => {
    const page = { entries: [entry(3), entry(1)], next: null };
    expect(ids(mergeNewest(list(3, 1), page).shown)).toEqual([3, 1]);
    const merged = mergeNewest(list(3, 1), page, new Set(['2']));
    expect(ids(merged.shown)).toEqual([3, 2, 1]);
    expect(ids(merged.all)).toEqual([3, 2, 1]);
  });

  test('what comes up at the end of the page, is older and not new, when others have gone', () => {
    const merged = mergeNewest(list(6, 4), { entries: [entry(6), entry(4), entry(3)], next: '3' });
    expect(ids(merged.shown)).toEqual([6, 4, 3]);
    expect(merged).toMatchObject({ newer: 0, next: '3' });
    expect(ids(mergeNewest(list(6, 1), { entries: list(6, 4), next: '4' }).shown)).toEqual([6, 5, 4, 3, 2, 1]);
  });

  test('a page with nothing in common, leaves a gap, where there is more below it', () => {
    expect(mergeNewest(list(3, 1), { entries: list(90, 80), next: '80' })).toMatchObject({ gap: true, newer: 11 });
    expect(mergeNewest([], { entries: list(90, 80), next: '80' })).toMatchObject({ gap: false, newer: 11 });
  });
});

test('a page of older entries, adds none twice', () => {
  expect(ids(withOlder(list(5, 3), list(4, 1)))).toEqual([5, 4, 3, 2, 1]);
});

test('a message that failed, expired or waits, can be tried again, a decision never', () => {
  const can = DeliveryStatus.options.filter((state) => canRetry({ handler: 'ntfy', state }));
  expect(can).toEqual(['queued', 'failed', 'expired']);
  expect(DeliveryStatus.options.some((state) => canRetry({ handler: null, state }))).toBe(false);
});

test('the filters, find every state once', () => {
  expect(DELIVERY_FILTERS.flatMap(({ states }) => states).sort()).toEqual([...DeliveryStatus.options].sort());
});

describe('summaryOf', () => {
  test('whom it concerns, is named where the title does not', () => {
    const many = { title: '5 services changed', services: ['core', 'audio', 'lidar', 'display', 'agent'] };
    expect(summaryOf(entry(1, { ...many, state: 'delivered', reason: '200 OK' }))).toBe(
      'core, audio, lidar and 2 more',
    );
    expect(summaryOf(entry(1, { ...many, reason: 'refused' }))).toBe('core, audio, lidar and 2 more · refused');
  });

  test('one service that the title names, is not named again', () => {
    const one = { title: 'core: fatal', services: ['core'], text: 'No camera\nSince 12:00' };
    expect(summaryOf(entry(1, { ...one, state: 'delivered', reason: '200 OK' }))).toBe('No camera');
    expect(summaryOf(entry(1, { ...one, state: 'not-told', reason: 'Quiet hours.' }))).toBe('Quiet hours.');
    expect(summaryOf(entry(1, { ...one, text: '' }))).toBe('');
  });

  test('a message about no service, shows what became of it', () => {
    const none = { title: 'The monitor has stopped', services: [], text: 'It saw 3 services.' };
    expect(summaryOf(entry(1, { ...none, state: 'delivered' }))).toBe('It saw 3 services.');
    expect(summaryOf(entry(1, { ...none, reason: 'refused' }))).toBe('refused');
  });
});
