import { describe, expect, it } from 'vitest';
import { collapse, composeAlerts, worthTelling } from '../../../../src/main/desktop/alert-policy.ts';
import { createAlerts } from '../../../../src/main/desktop/alerts.ts';
import type { Alert } from '../../../../src/main/desktop/alert-policy.ts';
import { testClock, transition } from './doubles.ts';

const nobody: ReadonlySet<string> = new Set();

describe('which transitions are told', () => {
  it.each([
    [null, 'healthy', false],
    [null, 'warning', false],
    [null, 'error', true],
    [null, 'fatal', true],
    [null, 'unknown', true],
    ['healthy', 'warning', false],
    ['warning', 'healthy', false],
    ['healthy', 'error', true],
    ['healthy', 'fatal', true],
    ['healthy', 'unknown', true],
    ['warning', 'unknown', true],
    ['error', 'fatal', true],
    ['fatal', 'error', true],
    ['error', 'warning', true],
    ['error', 'healthy', true],
    ['fatal', 'healthy', true],
    ['fatal', 'unknown', true],
    ['unknown', 'error', true],
    ['unknown', 'healthy', false],
    ['error', 'error', false],
  ] as const)('%s → %s: %s', (from, to, told) => {
    expect(worthTelling(transition('a', from, to), nobody)).toBe(told);
  });

  it('never an unknown of the grace period', () => {
    expect(worthTelling(transition('a', null, 'unknown', { reason: 'grace' }), nobody)).toBe(false);
    expect(worthTelling(transition('a', 'healthy', 'unknown', { reason: 'grace' }), nobody)).toBe(false);
  });

  it('the recovery from an unknown that was told', () => {
    expect(worthTelling(transition('a', 'unknown', 'healthy'), new Set(['a']))).toBe(true);
    expect(worthTelling(transition('a', 'unknown', 'warning'), new Set(['a']))).toBe(true);
    expect(worthTelling(transition('a', 'unknown', 'healthy'), new Set(['b']))).toBe(false);
  });
});

describe('what an alert says', () => {
  it.each([
    ['healthy', 'error', 'audio: error'],
    ['error', 'healthy', 'audio: healthy again'],
    ['error', 'warning', 'audio: warning'],
    ['healthy', 'unknown', 'audio: unknown'],
  ] as const)('%s → %s: %s', (from, to, title) => {
    const [alert] = composeAlerts([transition('audio', from, to, { message: 'because' })]);
    expect(alert).toEqual({ key: 'audio', service: 'audio', status: to, title, body: 'because' });
  });

  it('is bounded plain text', () => {
    const hostile = transition('x\u0007'.repeat(400), null, 'fatal', {
      message: `line\nline\u202E ${'word '.repeat(900)}`,
    });
    const [alert] = composeAlerts([hostile]);
    expect(alert?.title.length).toBeLessThanOrEqual(80);
    expect(alert?.body.length).toBeLessThanOrEqual(200);
    expect(`${alert?.title}${alert?.body}`).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('is one for more than three services, which names the worst first', () => {
    const many = ['audio', 'display', 'lidar', 'agent'].map((service) => transition(service, 'healthy', 'error'));
    const alerts = composeAlerts([
      ...many,
      transition('core', 'healthy', 'fatal'),
      transition('image', 'error', 'healthy'),
    ]);
    expect(alerts).toHaveLength(1);
    expect(alerts[0]).toMatchObject({
      service: null,
      status: 'fatal',
      title: '6 services changed: 1 fatal, 4 error, 1 healthy',
      body: 'core fatal, audio error, display error, lidar error, agent error, image healthy',
    });
  });

  it('stays three for three', () => {
    const three = ['a', 'b', 'c'].map((service) => transition(service, 'healthy', 'error'));
    expect(composeAlerts(three)).toHaveLength(3);
    expect(composeAlerts(three, 1)).toHaveLength(1);
  });

  it('several changes of one service are one', () => {
    const [one, ...more] = collapse([
      transition('a', 'healthy', 'error'),
      transition('a', 'error', 'fatal'),
      transition('a', 'fatal', 'warning'),
    ]);
    expect(one).toMatchObject({ from: 'healthy', to: 'warning' });
    expect(more).toEqual([]);
  });
});

describe('the collector', () => {
  function collector(): {
    alerts: ReturnType<typeof createAlerts>;
    clock: ReturnType<typeof testClock>;
    shown: Alert[];
    set: { paused: boolean; viewed: string };
  } {
    const shown: Alert[] = [];
    const set = { paused: false, viewed: '' };
    const clock = testClock();
    const alerts = createAlerts({
      clock,
      paused: () => set.paused,
      viewed: (service) => set.viewed === service,
      atOnce: 3,
      show: (alert) => shown.push(alert),
    });
    return { alerts, clock, shown, set };
  }

  it('waits for a moment and tells together what comes in it', () => {
    const { alerts, clock, shown } = collector();
    alerts.add([transition('a', 'healthy', 'error'), transition('b', 'healthy', 'error')]);
    clock.advance(200);
    alerts.add([transition('c', 'healthy', 'error'), transition('d', 'healthy', 'fatal')]);
    expect(shown).toEqual([]);
    clock.advance(100);
    expect(shown.map(({ title }) => title)).toEqual(['4 services changed: 1 fatal, 3 error']);
  });

  it('is quiet for what is gone again within the moment', () => {
    const { alerts, clock, shown } = collector();
    alerts.add([transition('a', 'healthy', 'error'), transition('a', 'error', 'healthy')]);
    clock.advance(300);
    expect(shown).toEqual([]);
  });

  it('is quiet while paused and for the service that somebody looks at', () => {
    const { alerts, clock, shown, set } = collector();
    set.paused = true;
    alerts.add([transition('a', 'healthy', 'error')]);
    clock.advance(300);
    set.paused = false;
    set.viewed = 'b';
    alerts.add([transition('b', 'healthy', 'error'), transition('c', 'healthy', 'error')]);
    clock.advance(300);
    expect(shown.map(({ service }) => service)).toEqual(['c']);
  });

  it('tells the recovery only from an unknown that was told', () => {
    const { alerts, clock, shown, set } = collector();
    const change = (from: 'unknown' | 'healthy', to: 'unknown' | 'healthy'): void => {
      alerts.add([transition('a', from, to)]);
      clock.advance(300);
    };
    set.paused = true;
    change('healthy', 'unknown');
    set.paused = false;
    change('unknown', 'healthy');
    expect(shown).toEqual([]);
    change('healthy', 'unknown');
    change('unknown', 'healthy');
    expect(shown.map(({ title }) => title)).toEqual(['a: unknown', 'a: healthy again']);
  });

  it('leaves no timer behind', () => {
    const { alerts, clock, shown } = collector();
    alerts.add([transition('a', 'healthy', 'error')]);
    alerts.close();
    expect(clock.pending()).toBe(0);
    clock.advance(1000);
    expect(shown).toEqual([]);
  });
});
