import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePolicy, matcher } from '../../../src/main/notifications/policy/rules.ts';
import {
  concerns,
  freeName,
  matchesPattern,
  newRule,
  ruleSentence,
  shadowedRules,
  unreachedHandlers,
} from '../../../src/renderer/notifications/rules.ts';
import { NotificationSettings, type Rule } from '../../../src/shared/notification-settings.ts';
import { WORST_FIRST } from '../../../src/shared/status.ts';

const handlers = [
  { id: 'ntfy', type: 'ntfy', name: 'ntfy' },
  { id: 'mail', type: 'email', name: 'Email' },
  { id: 'desktop', type: 'desktop', name: 'Desktop' },
];
const rule = (more: Partial<Rule>): Rule => ({ ...newRule('A rule', []), ...more });
const settingsWith = (rules: Rule[], more: object = {}): NotificationSettings =>
  NotificationSettings.parse({ handlers, rules, ...more });

describe('ruleSentence', () => {
  test.each<[Partial<Rule>, string]>([
    [
      { statuses: ['error', 'fatal'], services: ['display*'], tags: ['gpu'], handlers: ['ntfy', 'mail'] },
      'Fatal and error of display* tagged gpu: told to ntfy and Email; nobody else.',
    ],
    [{ handlers: ['mail'] }, 'Everything of every service: told to Email; nobody else.'],
    [{}, 'Everything of every service: told to nobody.'],
    [{ go_on: true }, 'Everything of every service: told to nobody by this rule; the rules below decide.'],
    [
      { tags: ['gpu', 'slow'], handlers: ['gone'], go_on: true },
      'Everything of every service tagged gpu or slow: told to gone; the rules below may add others.',
    ],
    [
      { services: ['a', 'b', 'c', 'd', 'e', 'f', 'g'], handlers: ['ntfy'] },
      'Everything of a, b, c, d, e and 2 more: told to ntfy; nobody else.',
    ],
  ])('%j', (more, sentence) => {
    expect(ruleSentence(rule(more), handlers)).toBe(sentence);
  });
});

test('a pattern, matches what the monitor matches, whatever stands in it', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.', '/'), maxLength: 7 });
  fc.assert(
    fc.property(word, word, (pattern, service) => {
      expect(matchesPattern(pattern, service)).toBe(matcher([pattern])(service));
    }),
    { numRuns: 5_000 },
  );
});

test('a rule for services and tags, is about services that have both', () => {
  const tags = { 'display*': ['gpu'], core: ['slow'] };
  expect(concerns({ services: [], tags: ['gpu'] }, 'display-1', tags)).toBe(true);
  expect(concerns({ services: ['core'], tags: ['gpu'] }, 'core', tags)).toBe(false);
  expect(concerns({ services: ['core', 'audio'], tags: [] }, 'audio', tags)).toBe(true);
});

describe('shadowedRules', () => {
  test.each<[string, Partial<Rule>[], [number, number][]]>([
    [
      'everything after a catch-all',
      [{}, { services: ['core'] }, {}],
      [
        [1, 0],
        [2, 0],
      ],
    ],
    ['nothing after a catch-all that goes on', [{ go_on: true }, { services: ['core'] }], []],
    ['nothing after one that is switched off', [{ enabled: false }, { services: ['core'] }], []],
    [
      'one whose services another has all',
      [{ services: ['display*'] }, { services: ['display-1', 'display-x*'] }],
      [[1, 0]],
    ],
    ['not one that also has others', [{ services: ['display*'] }, { services: ['display-1', 'core'] }], []],
    [
      'one whose statuses two others share',
      [{ statuses: ['fatal'] }, { statuses: ['error'] }, { statuses: ['error', 'fatal'] }],
      [[2, 1]],
    ],
    ['not one with a status more', [{ statuses: ['fatal'] }, {}], []],
    ['one with fewer tags', [{ tags: ['gpu', 'slow'] }, { tags: ['gpu'] }], [[1, 0]]],
    ['not one without tags', [{ tags: ['gpu'] }, {}], []],
  ])('finds %s', (_, rules, found) => {
    expect([...shadowedRules(rules.map(rule))]).toEqual(found);
  });

  test('a rule said to be never reached, decides nothing, by the monitor’s own reckoning', () => {
    const pattern = fc.constantFrom('core', 'display*', 'display-1', '*', 'd*y*');
    const anyRule = fc.record({
      services: fc.uniqueArray(pattern, { maxLength: 2 }),
      tags: fc.uniqueArray(fc.constantFrom('gpu', 'slow'), { maxLength: 2 }),
      statuses: fc.uniqueArray(fc.constantFrom(...WORST_FIRST), { maxLength: 3 }),
      go_on: fc.boolean(),
      enabled: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(anyRule, { maxLength: 6 }), (list) => {
        const rules = list.map((more, index) => rule({ ...more, name: `Rule ${index}`, handlers: ['ntfy'] }));
        const tags = { core: ['gpu'], 'display*': ['slow'] };
        const policy = compilePolicy(settingsWith(rules, { tags }));
        const used = new Set(
          ['core', 'display-1', 'display-2', 'delay', 'audio'].flatMap((service) =>
            WORST_FIRST.flatMap((status) => policy.terms(service, status).rules),
          ),
        );
        for (const index of shadowedRules(rules).keys()) expect(used).not.toContain(`Rule ${index}`);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('unreachedHandlers', () => {
  const ids = (settings: NotificationSettings): string[] => unreachedHandlers(settings).map(({ id }) => id);

  test('no rules, reach every handler', () => {
    expect(ids(settingsWith([]))).toEqual([]);
    expect(ids(settingsWith([rule({ enabled: false })]))).toEqual([]);
  });

  test('a handler that no rule names, is not reached, unless it is escalated to', () => {
    const rules = [rule({ handlers: ['ntfy'] })];
    expect(ids(settingsWith(rules))).toEqual(['mail', 'desktop']);
    expect(ids(settingsWith(rules, { escalate_to: ['mail'] }))).toEqual(['desktop']);
  });

  test('a handler that only a shadowed rule names, is not reached', () => {
    expect(ids(settingsWith([rule({ handlers: ['ntfy', 'desktop'] }), rule({ handlers: ['mail'] })]))).toEqual([
      'mail',
    ]);
  });
});

test('a new name, is told apart from those there are', () => {
  expect(freeName('Rule', [])).toBe('Rule');
  expect(freeName('Rule', [{ name: 'Rule' }, { name: 'Rule 2' }])).toBe('Rule 3');
});
