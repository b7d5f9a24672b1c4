import { describe, expect, it } from 'vitest';
import { TOOLTIP_LENGTH, trayView, minutesUntilMorning } from '../../../../src/main/desktop/tray-view.ts';
import { NOW, snapshot, summary } from './doubles.ts';

const HOUR = 3_600_000;
const unwell = {
  state: 'unwell',
  problems: [{ where: 'settings', message: 'The settings file has a fault' }],
} as const;

describe('the tray icon', () => {
  it.each([
    ['healthy', snapshot([summary('a', 'healthy')])],
    ['warning', snapshot([summary('a', 'healthy'), summary('b', 'warning'), summary('c', 'unknown')])],
    ['unknown', snapshot([summary('a', 'healthy'), summary('b', 'unknown')])],
    ['error', snapshot([summary('a', 'error'), summary('b', 'warning')])],
    ['fatal', snapshot([summary('a', 'error'), summary('b', 'fatal')])],
    ['unknown', snapshot([])],
    ['paused', snapshot([summary('a', 'healthy')], { pausedUntil: NOW + HOUR })],
    ['paused', snapshot([summary('a', 'warning')], { pausedUntil: NOW + HOUR })],
    // A pause must not hide that something is down.
    ['error', snapshot([summary('a', 'error')], { pausedUntil: NOW + HOUR })],
    ['fatal', snapshot([summary('a', 'fatal')], { pausedUntil: NOW + HOUR })],
    ['healthy', snapshot([summary('a', 'healthy')], { pausedUntil: NOW - 1 })],
    ['broken', snapshot([summary('a', 'fatal')], { monitor: { ...unwell, problems: [...unwell.problems] } })],
    [
      'broken',
      snapshot([summary('a', 'healthy')], { monitor: { state: 'unwell', problems: [] }, pausedUntil: NOW + 1 }),
    ],
    ['unknown', snapshot([], { monitor: { state: 'starting', problems: [] } })],
  ] as const)('is %s', (state, given) => {
    expect(trayView(given, NOW).state).toBe(state);
  });
});

describe('the tooltip', () => {
  it('counts, and names the worst first', () => {
    const services = [summary('a', 'healthy'), summary('b', 'unknown'), summary('d', 'error'), summary('c', 'error')];
    expect(trayView(snapshot([...services, summary('z', 'fatal')]), NOW).tooltip).toBe(
      'Experimance Health: 1 fatal, 2 error, 1 unknown, 1 healthy\nz fatal, c error, d error, b unknown',
    );
  });

  it('says that all is well, that there is nothing, and that it only starts', () => {
    expect(trayView(snapshot([summary('a', 'healthy')]), NOW).tooltip).toBe('Experimance Health: 1 service healthy');
    expect(trayView(snapshot([]), NOW).tooltip).toBe('Experimance Health: No services');
    const starting = snapshot([], { monitor: { state: 'starting', problems: [] } });
    expect(trayView(starting, NOW).tooltip).toBe('Experimance Health: Starting');
  });

  it('tells a pause and the worst status', () => {
    const { tooltip } = trayView(snapshot([summary('a', 'warning')], { pausedUntil: NOW + HOUR }), NOW);
    expect(tooltip).toContain('Notifications paused until 14:03');
    expect(tooltip).toContain('a warning');
  });

  it("says what is wrong with the monitor, and does not hide the services' trouble", () => {
    const given = snapshot([summary('a', 'fatal')], { monitor: { ...unwell, problems: [...unwell.problems] } });
    expect(trayView(given, NOW).tooltip).toContain('Monitor unwell: The settings file has a fault');
    expect(trayView(given, NOW).tooltip).toContain('a fatal');
  });

  it('stays within what Windows keeps, cut at a word', () => {
    const services = Array.from({ length: 500 }, (_, index) => summary(`service number ${index}`, 'error'));
    const { tooltip } = trayView(snapshot(services, { pausedUntil: NOW + 48 * HOUR }), NOW);
    expect(tooltip.length).toBeLessThanOrEqual(TOOLTIP_LENGTH);
    expect(tooltip).toMatch(/ (service|number|error|\d+)…$/);
  });

  it('is safe from hostile names', () => {
    const name = `a\u0000b\nc\u202Ed\u200B${'😀'.repeat(300)}`;
    const { tooltip, menu } = trayView(snapshot([summary(name, 'fatal')]), NOW);
    expect(tooltip.length).toBeLessThanOrEqual(TOOLTIP_LENGTH);
    expect(tooltip.split('\n')).toHaveLength(2);
    // Half a character cannot be encoded.
    expect(() => encodeURIComponent(tooltip)).not.toThrow();
    const label = menu.map((entry) => (entry.type === 'service' ? entry.label : '')).join('');
    expect(label).toMatch(/^a b c d /);
    expect(label.length).toBeLessThan(80);
    // What is opened is the service itself, whatever it is called on the screen.
    expect(menu).toContainEqual(expect.objectContaining({ type: 'service', service: name }));
  });
});

describe('the menu', () => {
  const labels = (given: ReturnType<typeof snapshot>): string[] =>
    trayView(given, NOW).menu.map((entry) => (entry.type === 'separator' ? '-' : entry.label));

  it('has what is not well first, with the reason, then what can be done', () => {
    const given = snapshot([
      summary('a', 'healthy'),
      summary('b', 'warning'),
      summary('c', 'error', { reason: 'stale' }),
    ]);
    expect(labels(given)).toEqual([
      '1 error, 1 warning, 1 healthy',
      '-',
      'c: error (stale)',
      'b: warning',
      '-',
      'Open Experimance Health',
      'Check now',
      'Pause notifications for an hour',
      'Pause notifications until 8:00',
      '-',
      'Quit',
    ]);
  });

  it('names ten services and says how many more there are', () => {
    const services = Array.from({ length: 25 }, (_, index) => summary(`s${index}`, 'error'));
    const all = labels(snapshot(services));
    expect(all.filter((label) => /^s\d+: error$/.test(label))).toHaveLength(10);
    expect(all).toContain('… and 15 more');
  });

  it('offers to resume, with the day where it is another', () => {
    expect(labels(snapshot([], { pausedUntil: NOW + HOUR }))).toContain('Resume notifications (paused until 14:03)');
    expect(labels(snapshot([], { pausedUntil: NOW + 24 * HOUR }))).toContain(
      'Resume notifications (paused until 2026-11-25 13:03)',
    );
  });

  it('offers below a service that is not well what may be done to it', () => {
    const offered = (service: string) =>
      service === 'core' ? [{ id: 'restart', label: 'Restart', does: 'systemctl restart -- core@gallery' }] : [];
    const { menu } = trayView(snapshot([summary('core', 'error'), summary('audio', 'healthy')]), NOW, offered);
    expect(menu).toContainEqual({ type: 'quick', service: 'core', action: 'restart', label: '    Restart…' });
    expect(menu.filter(({ type }) => type === 'quick')).toHaveLength(1);
  });

  it('does not change with the message alone', () => {
    const menu = (message: string): unknown => trayView(snapshot([summary('a', 'error', { message })]), NOW).menu;
    expect(menu('one')).toEqual(menu('two'));
  });
});

describe('a pause until the morning', () => {
  it.each([
    ['in the evening', [2026, 5, 15, 22, 30], 9.5],
    ['after midnight', [2026, 5, 16, 2, 0], 6],
    ['at the very time', [2026, 5, 16, 8, 0], 24],
    // Berlin's clocks skip an hour in this night.
    ['in the night in which clocks change', [2026, 2, 28, 22, 0], 9],
  ] as const)('ends at 8:00 of the next morning: %s', (_when, [year, month, day, hour, minute], hours) => {
    expect(minutesUntilMorning(new Date(year, month, day, hour, minute).getTime())).toBe(hours * 60);
  });
});
