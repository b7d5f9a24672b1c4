import { expect, test } from 'vitest';
import { incidentOf, untoldReason, withIncident } from '../../../src/renderer/notifications/incidents.ts';
import { knownTags, rings } from '../../../src/renderer/notifications/policy.ts';
import { move } from '../../../src/renderer/notifications/lists.ts';
import { andList, handlerName } from '../../../src/renderer/notifications/words.ts';
import { NotificationSettings } from '../../../src/shared/notification-settings.ts';
import type { NotificationState, OngoingIncident } from '../../../src/shared/notification-state.ts';

test.each([
  [{}, []],
  [{ audio: ['core'], core: [] }, []],
  [{ core: ['core'] }, ['core']],
  [{ audio: ['core'], core: ['mixer'], mixer: ['audio'], display: ['core'] }, ['audio', 'core', 'mixer']],
])('of the dependencies %j, %j need themselves', (dependsOn, found) => {
  expect(rings(dependsOn)).toEqual(found);
});

test('tags, are suggested, wherever they are spoken of', () => {
  const settings = NotificationSettings.parse({
    tags: { core: ['slow', 'gpu'] },
    rules: [{ name: 'A', tags: ['sound'] }],
    quiet_hours: [
      { name: 'B', tags: ['gpu', 'art'], schedule: { repeat: 'weekly', days: ['mon'], from: '10:00', to: '11:00' } },
    ],
  });
  expect(knownTags(settings)).toEqual(['art', 'gpu', 'slow', 'sound']);
});

test.each([
  [
    { stage: 'level', verdict: 'stop', reason: 'warning is below the level error.' },
    'warning is below the level error.',
  ],
  [
    { stage: 'quiet-hours', verdict: 'hold', reason: 'Quiet hours "Night" until 07:00' },
    'Quiet hours "Night" until 07:00. It is told later, unless it is over by then.',
  ],
  [{ stage: 'cooldown', verdict: 'stop', reason: '' }, 'Cooldown.'],
] as const)('the stage %j, is told as %j', (stage, sentence) => {
  expect(untoldReason(stage)).toBe(sentence);
});

const incident = (service: string): OngoingIncident => ({
  ...{
    id: service,
    service,
    openedAt: 0,
    status: 'fatal',
    worst: 'fatal',
    toldTo: [],
    waiting: [],
    failed: [],
    toldAt: null,
  },
  ...{ untold: null, acknowledged: null, flapping: false },
});

test('an incident, is found by its service, replaced and taken out', () => {
  const state: NotificationState = {
    ...{ enabled: true, dryRun: false, standby: null, handlers: [], windows: [] },
    incidents: [incident('core'), incident('audio')],
    keyring: { backend: 'environment', canStore: false, safe: true, message: '' },
  };
  expect(incidentOf(undefined, 'core')).toBeUndefined();
  expect(incidentOf(state, 'audio')).toBe(state.incidents[1]);
  const flapping = { ...incident('core'), flapping: true };
  expect(incidentOf(withIncident(state, 'core', flapping), 'core')).toBe(flapping);
  expect(withIncident(state, 'core', null).incidents).toEqual([incident('audio')]);
  expect(incidentOf(withIncident(state, 'core', null), 'core')).toBeUndefined();
});

test('names, are listed as people list them', () => {
  expect(['', 'a', 'a and b', 'a, b and c']).toEqual(
    [[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map((list) => andList(list)),
  );
  expect(handlerName([{ id: 'ntfy', name: 'Phone' }], 'ntfy')).toBe('Phone');
  expect(handlerName([], 'gone')).toBe('gone');
});

test('an item, is moved by a place, and not beyond the ends', () => {
  const list = ['a', 'b', 'c'];
  expect(move(list, 'a', 1)).toBe(true);
  expect(list).toEqual(['b', 'a', 'c']);
  expect([move(list, 'b', -1), move(list, 'c', 1), move(list, 'd', 1)]).toEqual([false, false, false]);
  expect(list).toEqual(['b', 'a', 'c']);
});
