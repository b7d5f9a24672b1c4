import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatSeconds, parseDuration } from '../../../src/renderer/notifications/durations.ts';

describe('parseDuration', () => {
  test.each([
    ['90', 90],
    ['90 s', 90],
    ['5 min', 300],
    ['5m', 300],
    ['1 h 30 min', 5_400],
    ['1h30m', 5_400],
    ['1 hour and 30 minutes', 5_400],
    ['1.5 h', 5_400],
    ['1,5 h', 5_400],
    ['0.1 h', 360],
    ['2 days 4 hours', 187_200],
    ['1 week', 604_800],
    ['500 ms', 0.5],
    ['  5 MIN ', 300],
    ['0', 0],
    ['never', 0],
  ])('reads %j as %d seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  test.each([
    '',
    ' ',
    'soon',
    '5 parsecs',
    '-5 min',
    '5 min 5',
    '5 min 1 h',
    '5 min 5 min',
    '1..5 h',
    '5 min!',
    'NaN',
    '1e3',
  ])('does not take %j for a length of time', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe('formatSeconds', () => {
  test.each([
    [0, '0 s'],
    [1.5, '1.5 s'],
    [90, '1 min 30 s'],
    [300, '5 min'],
    [86_400, '1 d'],
    [93_784, '1 d 2 h 3 min 4 s'],
    [604_800, '7 d'],
  ])('writes %d as %j', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });

  test('a length of time, stays exactly what it was, written and read again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2_592_000_000 }), (ms) => {
        expect(parseDuration(formatSeconds(ms / 1000))).toBe(ms / 1000);
      }),
    );
  });
});
