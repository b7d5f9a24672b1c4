import { describe, expect, it } from 'vitest';
import { Actions, runProgram } from '../../../../src/main/checks/actions.ts';
import { Action } from '../../../../src/shared/check-settings.ts';
import type { ActionOutcome } from '../../../../src/shared/check-state.ts';

function begin(actions: unknown[], run = runProgram) {
  let now = 0;
  const done: [string, string, ActionOutcome][] = [];
  const told = new Actions({ now: () => now, run, onDone: (...what) => done.push(what) });
  told.configure({ actions: actions.map((action) => Action.parse(action)), project: 'gallery' });
  return { actions: told, done, pass: (ms: number) => (now += ms) };
}
const RESTART = { id: 'restart', label: 'Restart', does: 'restart-unit' };
const node = (code: string, ...args: string[]): object => ({
  id: 'run',
  label: 'Run',
  does: 'run',
  command: process.execPath,
  args: ['-e', code, '--', ...args],
});

describe('quick actions', () => {
  it('are none until the settings name them, and only those for the service', async () => {
    expect(begin([]).actions.offered('core')).toEqual([]);
    const { actions } = begin([{ ...RESTART, services: ['audio'] }]);
    expect(actions.offered('core')).toEqual([]);
    expect(await actions.run('core', 'restart')).toEqual({
      done: false,
      message: 'The settings do not allow this for the service.',
    });
    expect(actions.offered('audio')).toEqual([
      { id: 'restart', label: 'Restart', does: 'systemctl restart -- audio@gallery' },
    ]);
  });

  it('restart the unit of the service by systemctl, without a shell', async () => {
    const ran: unknown[] = [];
    const { actions, done } = begin([{ ...RESTART, user: true }], (...what) => {
      ran.push(what);
      return Promise.resolve('');
    });
    expect(await actions.run('stage/core', 'restart')).toEqual({ done: true, message: 'Done.' });
    expect(ran).toEqual([['systemctl', ['--user', 'restart', '--', 'core@gallery'], 95_000]]);
    expect(done).toEqual([['stage/core', 'Restart', { done: true, message: 'Done.' }]]);
  });

  it.each(['--now', 'a b', 'a;b', '$(x)', 'ü'])('do not take %j for the name of a unit', async (service) => {
    const { actions, done } = begin([{ ...RESTART, unit: '{service}' }], () => Promise.reject(new Error('was run')));
    expect((await actions.run(service, 'restart')).message).toContain('cannot be the name of a unit');
    expect(done).toHaveLength(1);
  });

  it('give a program its arguments as they are, and tell what it said', async () => {
    const { actions } = begin([
      node('console.log(JSON.stringify(process.argv.slice(1)))', '{service}; rm -rf /', '$HOME'),
    ]);
    expect(await actions.run('core', 'run')).toEqual({
      done: true,
      message: 'Done. It said: ["core; rm -rf /","$HOME"]',
    });
  });

  it('that fail say how, with what the program said', async () => {
    const { actions, pass } = begin([
      node('console.error("no such device"); process.exit(3)'),
      { ...node(''), id: 'gone', command: '/nowhere/at-all' },
      { ...node('setInterval(() => {}, 1000)'), id: 'hangs', time_limit: 1 },
    ]);
    expect((await actions.run('core', 'run')).message).toMatch(/failed \(exit code 3\)\. It said: no such device$/);
    expect((await actions.run('core', 'gone')).message).toBe('/nowhere/at-all is not there.');
    expect((await actions.run('core', 'hangs')).message).toMatch(/did not end within 1 s and was ended\.$/);
    pass(20_000);
    expect((await actions.run('core', 'run')).message).toContain('exit code 3');
  });

  it('are not done twice within seconds', async () => {
    const { actions, pass, done } = begin([RESTART], () => Promise.resolve('ok'));
    await actions.run('core', 'restart');
    expect(await actions.run('core', 'restart')).toEqual({
      done: false,
      message: 'It was done only just now: wait another 15 s.',
    });
    expect((await actions.run('audio', 'restart')).done).toBe(true);
    pass(15_000);
    expect((await actions.run('core', 'restart')).done).toBe(true);
    expect(done).toHaveLength(3);
  });
});
