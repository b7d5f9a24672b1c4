import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MuteWindow, type NotificationSettings, Rule } from '../../../../../src/shared/notification-settings.ts';
import { HealthStatus } from '../../../../../src/shared/status.ts';
import { handler, type Heard, PolicyHarness, settings } from './harness.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

function one(more: Partial<NotificationSettings> = {}): PolicyHarness {
  return new PolicyHarness(settings({ handlers: [handler('a')], ...more }));
}

describe('what is told', () => {
  it.each([
    ['warning', 'healthy', 'warning', ['a: audio opened warning']],
    ['warning', 'healthy', 'error', ['a: audio opened error']],
    ['warning', 'healthy', 'unknown', ['a: audio opened unknown']],
    ['error', 'healthy', 'warning', []],
    ['error', 'healthy', 'fatal', ['a: audio opened fatal']],
    ['error', 'healthy', 'unknown', ['a: audio opened unknown']],
    ['info', 'healthy', 'warning', ['a: audio opened warning']],
  ] as const)('at level %s: %s → %s', (notification_level, from, to, expected) => {
    const policy = one({ notification_level });
    policy.report('audio', from);
    policy.lines();
    policy.report('audio', to);
    expect(policy.lines()).toEqual(expected);
  });

  it('is an incident from its first status to the last', () => {
    const policy = one();
    for (const status of ['healthy', 'warning', 'fatal', 'error', 'healthy'] as const) policy.report('audio', status);
    expect(policy.lines()).toEqual([
      'a: audio opened warning',
      'a: audio changed fatal',
      'a: audio changed error',
      'a: audio recovered healthy',
    ]);
  });

  it('carries the incident, its beginning and its worst to the end of it', () => {
    const policy = one();
    const began = policy.clock.now();
    policy.report('audio', 'warning');
    policy.clock.advance(MINUTE);
    policy.report('audio', 'fatal');
    policy.clock.advance(MINUTE);
    policy.report('audio', 'healthy');
    const [opened, , recovered] = policy.heard.map(({ news }) => news);
    expect(recovered).toMatchObject({ incident: opened?.incident, openedAt: began, worst: 'fatal', from: 'fatal' });
  });

  it('is not told twice, however often it is reported', () => {
    const policy = one();
    for (let i = 0; i < 50; i += 1) {
      policy.report('audio', 'error', { message: `error ${i}` });
      policy.clock.advance(30 * SECOND);
    }
    expect(policy.lines()).toEqual(['a: audio opened error']);
  });

  it('is a second error soon after a recovery like any other, whatever the cooldown', () => {
    const policy = one({ notification_cooldown: 300 });
    for (const status of ['error', 'healthy', 'error'] as const) {
      policy.report('audio', status);
      policy.clock.advance(SECOND);
    }
    expect(policy.lines()).toEqual(['a: audio opened error', 'a: audio recovered healthy', 'a: audio opened error']);
  });

  it('is how an incident goes on that was told, also below the level', () => {
    const policy = one({ notification_level: 'error' });
    for (const status of ['error', 'warning', 'healthy'] as const) policy.report('audio', status);
    expect(policy.lines()).toEqual(['a: audio opened error', 'a: audio changed warning', 'a: audio recovered healthy']);
  });

  it('is nothing of what was told by a handler that is gone', () => {
    const policy = new PolicyHarness(settings());
    policy.report('audio', 'error');
    policy.configure({ handlers: [handler('b')] });
    policy.report('audio', 'healthy');
    expect(policy.lines()).toEqual(['a: audio opened error', 'b: audio opened error', 'b: audio recovered healthy']);
    policy.report('audio', 'error');
    policy.lines();
    policy.configure({ handlers: [handler('a')] });
    policy.configure({ handlers: [handler('a'), handler('b')] });
    expect(policy.lines()).toEqual(['a: audio opened error', 'b: audio opened error']);
  });

  it('is a file that vanished, and one that never came', () => {
    const policy = one();
    policy.report('audio', 'healthy');
    policy.report('audio', 'unknown', { reason: 'missing' });
    policy.report('core', 'unknown', { reason: 'never-seen' });
    expect(policy.lines()).toEqual(['a: audio opened unknown', 'a: core opened unknown']);
  });

  it('is nothing while it is too early to tell', () => {
    const policy = one();
    policy.report('audio', 'unknown', { reason: 'grace' });
    policy.clock.advance(10 * MINUTE);
    expect(policy.lines()).toEqual([]);
  });

  it('follows the switches', () => {
    const quiet = one({ notify_on_unknown: false, notify_on_recovery: false });
    quiet.report('audio', 'unknown');
    quiet.report('core', 'error');
    quiet.report('core', 'healthy');
    quiet.report('core', 'error');
    expect(quiet.lines()).toEqual(['a: core opened error', 'a: core opened error']);

    const chatty = one({ notify_on_healthy: true });
    chatty.runner.assessed(new Set());
    chatty.report('audio', 'healthy');
    chatty.report('audio', 'healthy');
    expect(chatty.lines()).toEqual(['a: audio healthy healthy']);
  });

  it('is nothing where notifications are off, and what is wrong once they are on again', () => {
    const policy = one({ enable_notifications: false });
    policy.report('audio', 'error');
    expect(policy.lines()).toEqual([]);
    expect(policy.obstacle('audio')).toBe('enabled');
    policy.configure({ enable_notifications: true });
    expect(policy.lines()).toEqual(['a: audio opened error']);
  });

  it('a service that is gone for good ends its incident', () => {
    const policy = one();
    policy.report('audio', 'unknown', { reason: 'missing' });
    policy.lines();
    policy.remove('audio');
    expect(policy.lines()).toEqual(['a: audio recovered unknown']);
    expect(policy.runner.incidents()).toEqual([]);
  });
});

describe('confirmation', () => {
  it('waits for so many bad results, and forgets a single one', () => {
    const policy = one({ confirm_bad: 3 });
    policy.report('audio', 'error');
    expect(policy.obstacle('audio')).toBe('confirmation');
    policy.report('audio', 'healthy');
    policy.report('audio', 'error');
    policy.report('audio', 'fatal');
    expect(policy.lines()).toEqual([]);
    policy.report('audio', 'error');
    expect(policy.lines()).toEqual(['a: audio opened error']);
  });

  it('waits for so many good results until it is over', () => {
    const policy = one({ confirm_good: 2 });
    policy.report('audio', 'error');
    policy.report('audio', 'healthy');
    policy.report('audio', 'error');
    expect(policy.lines()).toEqual(['a: audio opened error']);
    policy.report('audio', 'healthy');
    policy.report('audio', 'healthy');
    expect(policy.lines()).toEqual(['a: audio recovered healthy']);
  });

  it('counts a service that does not report at the interval of checks', () => {
    const policy = one({ confirm_bad: 3 });
    policy.report('audio', 'error', { reason: 'stale' });
    policy.clock.advance(30 * SECOND);
    expect(policy.lines()).toEqual([]);
    policy.clock.advance(31 * SECOND);
    expect(policy.lines()).toEqual(['a: audio opened error']);
  });
});

describe('flapping', () => {
  const flapping = { flapping_changes: 6, flapping_within: 600 };

  it('is said once, and then how it ended', () => {
    const policy = one(flapping);
    for (let i = 0; i < 20; i += 1) {
      policy.report('audio', i % 2 === 0 ? 'error' : 'healthy');
      policy.clock.advance(10 * SECOND);
    }
    const told = policy.lines();
    expect(told.filter((line) => line.includes('flapping'))).toHaveLength(1);
    expect(told).toHaveLength(6);
    policy.clock.advance(11 * MINUTE);
    expect(policy.lines()).toEqual(['a: audio recovered healthy']);
  });

  it('that ends badly is told, too', () => {
    const policy = one(flapping);
    for (let i = 0; i < 11; i += 1) policy.report('audio', i % 2 === 0 ? 'error' : 'healthy');
    policy.lines();
    policy.clock.advance(11 * MINUTE);
    expect(policy.lines()).toEqual(['a: audio changed error']);
    policy.report('audio', 'healthy');
    expect(policy.lines()).toEqual(['a: audio recovered healthy']);
  });

  it('is nothing where it is switched off', () => {
    const policy = one({ flapping_changes: 0 });
    for (let i = 0; i < 20; i += 1) policy.report('audio', i % 2 === 0 ? 'error' : 'healthy');
    expect(policy.lines()).toHaveLength(20);
  });
});

describe('dependencies', () => {
  const chain = { depends_on: { audio: ['core'], speaker: ['audio'] } };

  it('that are down mute those that need them, directly or not', () => {
    const policy = one(chain);
    policy.reportAll([
      ['speaker', 'error'],
      ['audio', 'fatal'],
      ['core', 'fatal'],
    ]);
    expect(policy.lines()).toEqual(['a: core opened fatal']);
    expect(policy.obstacle('speaker')).toBe('dependency');
  });

  it('never mute the recovery of what was told', () => {
    const policy = one(chain);
    policy.report('audio', 'error');
    policy.report('core', 'error');
    policy.lines();
    policy.report('audio', 'healthy');
    expect(policy.lines()).toEqual(['a: audio recovered healthy']);
  });

  it('that are well again give the others a minute, then these are told', () => {
    const policy = one(chain);
    policy.report('core', 'error');
    policy.report('audio', 'error');
    policy.report('core', 'healthy');
    policy.lines();
    policy.clock.advance(30 * SECOND);
    expect(policy.lines()).toEqual([]);
    policy.clock.advance(61 * SECOND);
    expect(policy.lines()).toEqual(['a: audio opened error']);
  });

  it('in a ring end', () => {
    const policy = one({ depends_on: { a1: ['b1'], b1: ['a1'] } });
    policy.report('a1', 'error');
    policy.report('b1', 'error');
    expect(policy.lines()).toEqual(['a: a1 opened error']);
  });
});

describe('maintenance, quiet hours and pauses', () => {
  // The clock stands at Monday, 15 June 2026, 14:00 in Berlin.
  const window = (from: string, to: string, more: Partial<MuteWindow> = {}): MuteWindow =>
    MuteWindow.parse({
      name: 'Night',
      time_zone: 'Europe/Berlin',
      schedule: { repeat: 'weekly', days: ['mon'], from, to },
      ...more,
    });

  it.each(['maintenance', 'quiet_hours'] as const)('%s defer what is still wrong to their end', (key) => {
    const policy = one({ [key]: [window('13:00', '15:00')] });
    policy.report('audio', 'error');
    policy.clock.advance(59 * MINUTE);
    expect(policy.lines()).toEqual([]);
    policy.clock.advance(MINUTE);
    expect(policy.lines()).toEqual(['a: audio opened error']);
  });

  it('sum up what came and went in them', () => {
    const policy = one({ quiet_hours: [window('13:00', '15:00')] });
    const began = policy.clock.now();
    policy.report('audio', 'fatal');
    policy.clock.advance(5 * MINUTE);
    policy.report('audio', 'healthy');
    policy.clock.advance(55 * MINUTE);
    expect(policy.heard.map(({ news }) => news)).toMatchObject([
      { event: 'passed', worst: 'fatal', openedAt: began, at: began + 5 * MINUTE, incident: expect.any(String) },
    ]);
    policy.heard.length = 0;
    policy.clock.advance(60 * MINUTE);
    expect(policy.lines()).toEqual([]);
  });

  it('sum up two incidents of one service as one', () => {
    const policy = one({ quiet_hours: [window('13:00', '15:00')] });
    const began = policy.clock.now();
    for (const status of ['fatal', 'healthy', 'error'] as const) {
      policy.report('audio', status);
      policy.clock.advance(5 * MINUTE);
    }
    policy.clock.advance(60 * MINUTE);
    expect(policy.heard.map(({ news }) => news)).toMatchObject([
      { event: 'opened', status: 'error', worst: 'fatal', openedAt: began },
    ]);
  });

  it('let pass what is excepted, and its end', () => {
    const policy = one({ quiet_hours: [window('13:00', '15:00', { except: ['fatal'] })] });
    policy.report('audio', 'fatal');
    policy.report('core', 'error');
    policy.report('audio', 'healthy');
    expect(policy.lines()).toEqual(['a: audio opened fatal', 'a: audio recovered healthy']);
  });

  it('do not hold for a handler that ignores quiet hours', () => {
    const policy = new PolicyHarness(
      settings({
        handlers: [handler('day'), handler('night', { ignore_quiet_hours: true })],
        quiet_hours: [window('13:00', '15:00')],
      }),
    );
    policy.report('audio', 'error');
    expect(policy.lines()).toEqual(['night: audio opened error']);
    policy.report('audio', 'healthy');
    expect(policy.lines()).toEqual(['night: audio recovered healthy']);
    policy.clock.advance(60 * MINUTE);
    expect(policy.lines()).toEqual(['day: audio passed healthy']);
  });

  it('only concern the services that they name', () => {
    const policy = one({
      maintenance: [window('13:00', '15:00', { services: ['dis*'] })],
      tags: { lamp: ['gpu'] },
      quiet_hours: [window('13:00', '15:00', { tags: ['gpu'] })],
    });
    policy.reportAll([
      ['display', 'error'],
      ['audio', 'error'],
      ['lamp', 'error'],
    ]);
    expect(policy.lines()).toEqual(['a: audio opened error']);
  });

  it('do not keep the end of an earlier incident from those who wait for it, in maintenance', () => {
    const policy = one({ maintenance: [window('14:10', '15:00')] });
    policy.report('audio', 'error');
    policy.clock.advance(20 * MINUTE);
    policy.report('audio', 'healthy');
    expect(policy.lines()).toEqual(['a: audio opened error', 'a: audio recovered healthy']);
  });

  it('a pause defers everything, and what is left is told when it ends', () => {
    const policy = one();
    policy.report('core', 'error');
    policy.runner.pause(policy.clock.now() + 10 * MINUTE);
    policy.report('audio', 'error');
    policy.report('core', 'healthy');
    policy.report('lamp', 'error');
    policy.report('lamp', 'healthy');
    expect(policy.lines()).toEqual(['a: core opened error']);
    policy.clock.advance(10 * MINUTE);
    expect(policy.lines().sort()).toEqual([
      'a: audio opened error',
      'a: core recovered healthy',
      'a: lamp passed healthy',
    ]);
  });

  it('a pause that is ended early tells at once', () => {
    const policy = one();
    policy.runner.pause(policy.clock.now() + 10 * MINUTE);
    policy.report('audio', 'error');
    policy.runner.pause(null);
    expect(policy.lines()).toEqual(['a: audio opened error']);
  });
});

describe('acknowledgement', () => {
  const by = { by: 'ann', note: 'on it', at: 0, until: null };

  it('is quiet until it gets worse, and ends by itself on recovery', () => {
    const policy = one({ remind_every: 600 });
    policy.report('audio', 'error');
    policy.runner.acknowledge('audio', by);
    policy.lines();
    policy.clock.advance(60 * MINUTE);
    policy.report('audio', 'warning');
    expect(policy.lines()).toEqual([]);
    policy.report('audio', 'fatal');
    expect(policy.lines()).toEqual(['a: audio changed fatal']);
    policy.report('audio', 'healthy');
    policy.report('audio', 'error');
    expect(policy.lines()).toEqual(['a: audio recovered healthy', 'a: audio opened error']);
    expect(policy.runner.incident('audio')?.acknowledged).toBeNull();
  });

  it('is told to the channels that have such a thing', () => {
    const policy = new PolicyHarness(settings({ handlers: [handler('a'), handler('pager')] }));
    policy.report('audio', 'error');
    policy.lines();
    policy.runner.acknowledge('audio', by);
    expect(policy.heard[0]?.news.message).toBe('Acknowledged by ann: on it.');
    expect(policy.lines()).toEqual(['pager: audio acknowledged error']);
  });

  it('expires, and what changed meanwhile is told', () => {
    const policy = one();
    policy.report('audio', 'error');
    policy.runner.acknowledge('audio', { ...by, until: policy.clock.now() + 30 * MINUTE });
    policy.report('audio', 'warning');
    policy.lines();
    policy.clock.advance(31 * MINUTE);
    expect(policy.lines()).toEqual(['a: audio changed warning']);
    expect(policy.runner.incident('audio')).toMatchObject({ acknowledged: null, worst: 'error' });
  });

  it('can be taken back, and of what is well there is nothing to acknowledge', () => {
    const policy = one();
    policy.report('audio', 'error');
    expect(policy.runner.acknowledge('audio', by)?.acknowledged?.by).toBe('ann');
    expect(policy.runner.acknowledge('audio', null)?.acknowledged).toBeNull();
    expect(policy.runner.acknowledge('core', by)).toBeNull();
  });
});

describe('reminders and escalation', () => {
  it('remind while it lasts, no sooner than the cooldown', () => {
    const policy = one({ remind_every: 60, notification_cooldown: 600 });
    policy.report('audio', 'error');
    policy.clock.advance(25 * MINUTE);
    expect(policy.lines()).toEqual(['a: audio opened error', 'a: audio reminder error', 'a: audio reminder error']);
  });

  it('tell further handlers after a time, and then also of the end', () => {
    const policy = new PolicyHarness(settings({ escalate_after: 900, escalate_to: ['b'] }));
    policy.report('audio', 'error');
    policy.clock.advance(14 * MINUTE);
    expect(policy.lines()).toEqual(['a: audio opened error']);
    policy.clock.advance(2 * MINUTE);
    expect(policy.lines()).toEqual(['b: audio escalated error']);
    policy.report('audio', 'healthy');
    expect(policy.lines().sort()).toEqual(['a: audio recovered healthy', 'b: audio recovered healthy']);
  });

  it('count from the beginning of the incident, which the monitor may have seen only later', () => {
    const policy = new PolicyHarness(settings({ escalate_after: 900, escalate_to: ['b'] }));
    policy.report('audio', 'error', { since: policy.clock.now() - 10 * MINUTE });
    policy.lines();
    policy.clock.advance(4 * MINUTE);
    expect(policy.lines()).toEqual([]);
    policy.clock.advance(MINUTE);
    expect(policy.lines()).toEqual(['b: audio escalated error']);
  });

  it('do not escalate what somebody has acknowledged', () => {
    const policy = new PolicyHarness(settings({ escalate_after: 900, escalate_to: ['b'] }));
    policy.report('audio', 'error');
    policy.runner.acknowledge('audio', { by: 'ann', note: '', at: 0, until: null });
    policy.lines();
    policy.clock.advance(60 * MINUTE);
    expect(policy.lines()).toEqual([]);
  });
});

describe('rules', () => {
  const rule = (more: Partial<Rule>): Rule => Rule.parse({ name: 'rule', ...more });

  it('the first that matches decides by service, tag and status', () => {
    const policy = new PolicyHarness(
      settings({
        tags: { 'display*': ['gpu'] },
        rules: [
          rule({ services: ['core'], handlers: ['a'] }),
          rule({ tags: ['gpu'], statuses: ['fatal'], handlers: ['b'] }),
          rule({ tags: ['gpu'], handlers: [] }),
          rule({ handlers: ['a', 'b'] }),
        ],
      }),
    );
    policy.reportAll([
      ['core', 'error'],
      ['display1', 'error'],
      ['display2', 'fatal'],
      ['audio', 'error'],
    ]);
    expect(policy.lines()).toEqual([
      'a: core opened error',
      'b: display2 opened fatal',
      'a: audio opened error',
      'b: audio opened error',
    ]);
    expect(policy.obstacle('display1')).toBe('routing');
  });

  it('go on where they say so', () => {
    const policy = new PolicyHarness(
      settings({ rules: [rule({ handlers: ['a'], go_on: true }), rule({ handlers: ['b'] })] }),
    );
    policy.report('core', 'error');
    expect(policy.lines()).toEqual(['a: core opened error', 'b: core opened error']);
  });

  it('whoever was told of an incident hears how it goes on, whatever the rules say of other statuses', () => {
    const policy = new PolicyHarness(
      settings({ rules: [rule({ statuses: ['fatal'], handlers: ['b'] }), rule({ handlers: ['a'] })] }),
    );
    for (const status of ['error', 'fatal', 'warning', 'healthy'] as const) policy.report('audio', status);
    expect(policy.lines()).toEqual(
      [
        'a: audio opened error',
        'b: audio opened fatal',
        'a: audio changed fatal',
        'a: audio changed warning',
        'b: audio changed warning',
        'a: audio recovered healthy',
        'b: audio recovered healthy',
      ].sort((x, y) => policyOrder(x) - policyOrder(y)),
    );
  });
});

/** Handlers of one moment may be told in any order; the moments may not change places. */
function policyOrder(line: string): number {
  return ['opened error', 'fatal', 'warning', 'healthy'].findIndex((part) => line.endsWith(part));
}

describe('a restart', () => {
  it('tells what began, changed and ended meanwhile, once, with its times', () => {
    const policy = one();
    policy.report('ended', 'error');
    policy.report('changed', 'error');
    policy.report('same', 'error');
    policy.lines();
    policy.restart(60 * MINUTE);
    const began = policy.clock.now() - 20 * MINUTE;
    policy.reportAll([
      ['ended', 'healthy', { since: began }],
      ['changed', 'fatal', { since: began }],
      ['same', 'error'],
      ['begun', 'error', { since: began }],
    ]);
    expect(policy.heard.map(({ news: { at } }) => at)).toEqual([began, began, began]);
    expect(policy.lines()).toEqual(['a: ended recovered healthy', 'a: changed changed fatal', 'a: begun opened error']);
    policy.restart();
    policy.reportAll([
      ['changed', 'fatal'],
      ['same', 'error'],
      ['begun', 'error'],
    ]);
    expect(policy.lines()).toEqual([]);
  });

  it('keeps acknowledgements, and ends the incidents of services that are no longer there', () => {
    const policy = one();
    policy.report('audio', 'error');
    policy.report('gone', 'error');
    policy.runner.acknowledge('audio', { by: 'ann', note: '', at: 0, until: null });
    policy.lines();
    policy.restart();
    policy.report('audio', 'error');
    policy.runner.assessed(new Set(['audio']));
    expect(policy.runner.incident('audio')?.acknowledged?.by).toBe('ann');
    expect(policy.lines()).toEqual(['a: gone recovered unknown']);
  });
});

describe('any history', () => {
  const services = ['core', 'audio', 'display'];
  const step = fc.record({
    service: fc.constantFrom(...services),
    status: fc.constantFrom(...HealthStatus.options),
    wait: fc.integer({ min: 0, max: 400 }),
    act: fc.constantFrom('none', 'none', 'none', 'pause', 'resume', 'acknowledge', 'restart'),
  });
  const some = fc.record({
    notification_level: fc.constantFrom('error' as const, 'warning' as const, 'info' as const),
    confirm_bad: fc.integer({ min: 1, max: 3 }),
    confirm_good: fc.integer({ min: 1, max: 3 }),
    flapping_changes: fc.constantFrom(0, 4, 6),
    remind_every: fc.constantFrom(0, 600),
    depends_on: fc.constantFrom<Record<string, string[]>>({}, { audio: ['core'] }),
  });

  function play(
    policy: PolicyHarness,
    steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[],
  ): void {
    for (const { service, status, wait, act } of steps) {
      const now = policy.clock.now();
      if (act === 'pause') policy.runner.pause(now + 10 * MINUTE);
      if (act === 'resume') policy.runner.pause(null);
      if (act === 'restart') policy.restart();
      policy.report(service, status);
      if (act === 'acknowledge') policy.runner.acknowledge(service, { by: 'x', note: '', at: now, until: null });
      policy.clock.advance(wait * SECOND);
    }
    policy.runner.pause(null);
    for (let i = 0; i < 5; i += 1) for (const service of services) policy.report(service, 'healthy');
    policy.clock.advance(3 * 60 * MINUTE);
  }

  it('closes every incident that was told, and never tells the same twice within the cooldown', () => {
    fc.assert(
      fc.property(some, fc.array(step, { maxLength: 40 }), (chosen, steps) => {
        const policy = one(chosen);
        play(policy, steps);
        for (const service of services) {
          const heard = policy.heard.filter((line) => line.service === service);
          expectClosed(heard);
          expectNoRepeats(heard);
        }
      }),
      { numRuns: 150 },
    );
  });

  function expectClosed(heard: readonly Heard[]): void {
    const last = heard.at(-1);
    if (last !== undefined) expect(['recovered', 'passed', 'healthy']).toContain(last.event);
    const opened = new Set<string>();
    for (const { event, news } of heard) {
      if (event === 'opened' || event === 'flapping') opened.add(String(news.incident));
      if (event === 'recovered') expect(opened).toContain(news.incident);
    }
  }

  function expectNoRepeats(heard: readonly Heard[]): void {
    heard.forEach((line, index) => {
      const before = heard[index - 1];
      if (before === undefined || before.status !== line.status || before.event !== line.event) return;
      expect(line.at - before.at).toBeGreaterThanOrEqual(300 * SECOND);
    });
  }
});
