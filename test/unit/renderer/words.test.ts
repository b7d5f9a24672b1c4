import { expect, test } from 'vitest';
import { ago, dueIn } from '../../../src/renderer/words.ts';

const NOW = Date.UTC(2026, 10, 24);

test.each([
  [12_400, 'in 12 s'],
  [61_000, 'in 1 min'],
  [900, 'now'],
  [0, 'now'],
  [-4_000, 'now'],
])('what is due in %i ms, is %s', (ahead, text) => {
  expect(dueIn(NOW + ahead, NOW)).toBe(text);
});

test('what was, is told by how long ago, with some patience for clocks that differ', () => {
  expect(ago(NOW + 3_000, NOW)).toBe('just now');
  expect(ago(NOW - 3_000, NOW)).toBe('3 s ago');
  expect(ago(NOW + 60_000, NOW)).toBe('in 1 min');
});
