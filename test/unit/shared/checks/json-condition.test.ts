import { describe, expect, it } from 'vitest';
import { jsonMismatch, parseJsonCondition } from '../../../../src/shared/checks/json-condition.ts';

const document = {
  state: 'ok',
  count: 3,
  text: '12.5',
  on: true,
  none: null,
  list: [{ name: 'a' }],
  ratio: NaN,
  long: 'x'.repeat(100),
};

function judge(text: string): string | undefined {
  const condition = parseJsonCondition(text);
  if (typeof condition === 'string') throw new Error(condition);
  return jsonMismatch(condition, document);
}

describe('a condition on JSON', () => {
  it.each([
    'state = ok',
    'state == "ok"',
    'state != bad',
    'count = 3',
    'count = 3.0',
    'count<=3',
    'count >= 3',
    'count < 3.5',
    'count > -1',
    'text <= 12.5',
    'text = 12.5',
    'on = true',
    'none = null',
    'list.0.name = a',
    'none != 0',
    'count != "3"',
  ])('holds: %s', (text) => {
    expect(judge(text)).toBeUndefined();
  });

  it.each([
    ['state = bad', '“state” “ok” in place of bad'],
    ['state != ok', '“state” “ok” in place of not ok'],
    ['count > 3', '“count” 3 in place of more than 3'],
    ['count < 3', '“count” 3 in place of less than 3'],
    ['count >= 4', '“count” 3 in place of at least 4'],
    ['state <= 4', '“state” “ok” in place of at most 4'],
    ['on <= 4', '“on” true in place of at most 4'],
    ['on = 1', '“on” true in place of 1'],
    ['none = ok', '“none” null in place of ok'],
    ['ratio >= 0', '“ratio” NaN in place of at least 0'],
    ['list = a', '“list” a list in place of a'],
    ['list.0 = a', '“list.0” an object in place of a'],
    ['list.1.name = a', 'no “list.1.name”'],
    ['state.length = 2', 'no “state.length”'],
    ['constructor = x', 'no “constructor”'],
    ['__proto__ != x', 'no “__proto__”'],
    ['long = y', `“long” “${'x'.repeat(58)}… in place of y`],
  ])('does not hold: %s', (text, words) => {
    expect(judge(text)).toBe(words);
  });
});
