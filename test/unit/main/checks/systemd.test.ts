import { describe, expect, it } from 'vitest';
import { findDeployment } from '../../../../src/main/checks/deployment.ts';
import { findServiceUnits } from '../../../../src/main/checks/service-units.ts';
import { showUnits, type Systemd, unitName, unitOf, type UnitState } from '../../../../src/main/checks/systemd.ts';
import { judgeUnit } from '../../../../src/main/checks/unit-judge.ts';

const NOW = Date.parse('2026-06-15T12:00:00Z');
/** What systemd 252 prints of a unit. */
const block = (more: Record<string, string> = {}): string =>
  Object.entries({
    MainPID: '38',
    Result: 'success',
    NRestarts: '0',
    ExecMainStatus: '0',
    LoadState: 'loaded',
    ActiveState: 'active',
    SubState: 'running',
    StateChangeTimestampMonotonic: '40000000',
    ...more,
  })
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');

function answering(answer: string) {
  const asked: (readonly string[])[] = [];
  const systemd: Systemd = {
    run: (file, args) => {
      asked.push([file, ...args]);
      return Promise.resolve(answer);
    },
    user: false,
    timeLimit: 1_000,
    clocks: () => ({ now: NOW, sinceBoot: 100_000 }),
  };
  return { systemd, asked };
}
const running: UnitState = {
  unit: 'core@experimance.service',
  names: ['core@experimance.service'],
  type: 'simple',
  enabled: 'enabled',
  load: 'loaded',
  active: 'active',
  sub: 'running',
  pid: 38,
  restarts: 0,
  result: 'success',
  exitStatus: 0,
  changedAt: NOW - 60_000,
};
const judge = (more: Partial<UnitState>, expected = true, restartsBefore?: number): string => {
  const finding = judgeUnit({ ...running, ...more }, { expected, restartsBefore, now: NOW });
  return finding === undefined ? 'nothing' : `${finding.status}: ${finding.message}`;
};

describe('units', () => {
  it('are all asked for at once, by names that can be no options', async () => {
    const { systemd, asked } = answering(`${block()}\n\n${block({ MainPID: '0', ActiveState: 'failed' })}\n`);
    const states = await showUnits(systemd, ['core@experimance.service', 'audio@experimance.service']);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.slice(-3)).toEqual(['--', 'core@experimance.service', 'audio@experimance.service']);
    expect(states.get('core@experimance.service')).toMatchObject({
      active: 'active',
      pid: 38,
      changedAt: NOW - 60_000,
    });
    expect(states.get('audio@experimance.service')).toMatchObject({ active: 'failed', pid: 0 });
  });

  it('that are fewer than asked for are not mistaken for others', async () => {
    const { systemd } = answering(block());
    await expect(showUnits(systemd, ['a.service', 'b.service'])).rejects.toThrow('told of 1 units, though');
    expect(await showUnits(systemd, [])).toEqual(new Map());
  });

  it('cannot be a template without an instance, for which systemctl would refuse all the others, too', () => {
    expect(unitName('core@')).toBeUndefined();
    expect(unitName('core@.service')).toBeUndefined();
  });

  it.each(['--now', 'a b', 'a;b', '$(x)', 'ü', 'a/b', '', 'x'.repeat(300)])('cannot be called %j', (name) => {
    expect(unitOf(name, 'gallery')).toBe(name === '' ? '@gallery.service' : undefined);
    if (name !== '') expect(unitName(name)).toBeUndefined();
  });
});

describe('the units of services', () => {
  const named = (name: string, more: Record<string, string> = {}): string => block({ Id: name, Names: name, ...more });
  const missing = { LoadState: 'not-found', ActiveState: 'inactive', MainPID: '0' };

  it('are found by the project or plainly, with those that nobody named, by one command', async () => {
    const { systemd, asked } = answering(
      [
        named('core@gallery.service'),
        named('core.service', { MainPID: '99' }),
        named('audio@gallery.service', missing),
        named('audio.service', { MainPID: '40' }),
        named('web@gallery.service', missing),
        named('web.service', missing),
        named('core@gallery.service'),
        named('agent@gallery.service', { ActiveState: 'failed' }),
      ].join('\n\n'),
    );
    const units = await findServiceUnits({ system: systemd }, ['core', 'audio', 'web', '--now'], 'gallery');
    expect(asked).toHaveLength(1);
    expect(asked[0]).not.toContain('--now');
    expect(asked[0]?.at(-1)).toBe('*@gallery.service');
    expect([...units].map(([service, { unit, load, pid }]) => [service, unit, load, pid])).toEqual([
      ['core', 'core@gallery.service', 'loaded', 38],
      ['audio', 'audio.service', 'loaded', 40],
      ['web', 'web@gallery.service', 'not-found', 0],
      ['agent', 'agent@gallery.service', 'loaded', 38],
    ]);
  });

  it('are those of the user where the system has none, and the system answers alone where the user has no systemd', async () => {
    const system = answering(named('core@gallery.service', missing)).systemd;
    const { systemd: user, asked } = answering(named('core@gallery.service', { MainPID: '7' }));
    const units = await findServiceUnits({ system, user: { ...user, user: true } }, ['core'], 'gallery');
    expect(asked[0]).toContain('--user');
    expect(units.get('core')).toMatchObject({ user: true, pid: 7 });
    const broken: Systemd = { ...user, user: true, run: () => Promise.reject(new Error('no bus')) };
    const alone = await findServiceUnits({ system, user: broken }, ['core'], 'gallery');
    expect(alone.get('core')).toMatchObject({ user: false, load: 'not-found' });
  });
});

describe('a unit', () => {
  it.each<[string, Partial<UnitState>, string]>([
    ['that runs', {}, 'healthy: core@experimance.service runs since'],
    [
      'that failed',
      { active: 'failed', sub: 'failed', result: 'exit-code', exitStatus: 3 },
      'fatal: core@experimance.service has failed (exit status 3)',
    ],
    ['that was killed', { active: 'failed', sub: 'failed', result: 'signal', exitStatus: 9 }, 'has failed (SIGKILL)'],
    [
      'in a crash loop',
      { active: 'activating', sub: 'auto-restart', restarts: 7, result: 'exit-code', exitStatus: 1 },
      'error: core@experimance.service is restarted again and again: 7 restarts. It last ended with exit status 1.',
    ],
    [
      'that does not run',
      { active: 'inactive', sub: 'dead' },
      'fatal: core@experimance.service does not run, though it is expected',
    ],
    ['that is missing', { load: 'not-found', active: 'inactive' }, 'fatal: There is no unit core@experimance.service'],
    ['that is masked', { load: 'masked', active: 'inactive' }, 'fatal: core@experimance.service is masked'],
    [
      'that cannot be loaded',
      { load: 'bad-setting' },
      'error: core@experimance.service cannot be loaded (bad-setting)',
    ],
    ['with many restarts', { restarts: 4 }, 'warning: core@experimance.service runs since'],
    [
      'that is being started',
      { active: 'activating', sub: 'start' },
      'unknown: core@experimance.service is being started (start)',
    ],
    [
      'that never gets started',
      { active: 'activating', sub: 'start', changedAt: NOW - 100_000 },
      'error: core@experimance.service is being started (start)',
    ],
    [
      'caught while it runs between two ends',
      { restarts: 2, changedAt: NOW - 200 },
      'error: core@experimance.service is restarted again and again: 2 restarts.',
    ],
    [
      'restarted once, only just',
      { restarts: 1, changedAt: NOW - 200 },
      'warning: core@experimance.service was restarted only just (1 restart) since',
    ],
    ['restarted once, a while ago', { restarts: 1 }, 'healthy: core@experimance.service runs since'],
    [
      'that waits to be restarted, in the words of newer versions',
      { active: 'activating', sub: 'auto-restart-queued', restarts: 1 },
      'error: core@experimance.service is restarted again and again: 1 restart.',
    ],
    [
      'whose program is not there',
      { active: 'failed', result: 'exit-code', exitStatus: 203 },
      'has failed (exit status 203: its program cannot be executed)',
    ],
    [
      'that has done its work',
      { type: 'oneshot', active: 'inactive', sub: 'dead' },
      'healthy: core@experimance.service has done its work',
    ],
    ['that runs though it is masked', { load: 'masked' }, 'warning: core@experimance.service runs, but is masked'],
    ['that runs without its file', { load: 'not-found' }, 'warning: core@experimance.service runs, but its unit file'],
  ])('%s is told as such', (_what, more, said) => {
    expect(judge(more)).toContain(said);
  });

  it('that nobody expects to run is not missed, but its failure is told', () => {
    expect(judge({ active: 'inactive', sub: 'dead' }, false)).toBe('nothing');
    expect(judge({ load: 'not-found', active: 'inactive' }, false)).toBe('nothing');
    expect(judge({ load: 'masked', active: 'inactive' }, false)).toContain('warning');
    expect(judge({ active: 'failed', result: 'oom-kill' }, false)).toContain(
      'fatal: core@experimance.service has failed (oom-kill: the machine ran out of memory)',
    );
  });

  it('that runs at this moment, but was restarted again and again since the last look, is in a crash loop', () => {
    expect(judge({ restarts: 9 }, true, 5)).toContain('9 restarts, 4 of them since the last look');
    expect(judge({ restarts: 2 }, true, 1)).toContain('healthy');
  });
});

describe('how services run', () => {
  const facts = {
    wanted: 'auto' as const,
    platform: 'linux' as const,
    project: 'gallery',
    booted: true,
    servicesWithUnits: () => Promise.resolve(['core']),
  };
  it.each([
    ['as units where systemd runs the machine and knows one', {}, 'systemd'],
    ['as processes where systemd is installed but does not run', { booted: false }, 'processes'],
    ['as processes where it knows none of the project', { servicesWithUnits: () => Promise.resolve([]) }, 'processes'],
    [
      'as processes where it does not answer',
      { servicesWithUnits: () => Promise.reject(new Error('gone')) },
      'processes',
    ],
    ['as processes on a Mac', { platform: 'darwin' as const }, 'processes'],
    ['as the settings say, whatever is found', { wanted: 'processes' as const }, 'processes'],
    [
      'as units where the settings say so, though it does not run',
      {
        wanted: 'systemd' as const,
        booted: false,
        servicesWithUnits: () => Promise.reject(new Error('systemctl is not there.')),
      },
      'systemd',
    ],
  ])('is found out: %s', async (_how, more, mode) => {
    const found = await findDeployment({ ...facts, ...more });
    expect(found.mode).toBe(mode);
    expect(found.why).toMatch(/^Services are (systemd units|processes): .+/);
  });
});
