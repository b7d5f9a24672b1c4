import { describe, expect, it } from 'vitest';
import { HostChecks } from '../../../../src/main/checks/host-checks.ts';
import type { RunningProcess } from '../../../../src/main/checks/processes.ts';
import type { CheckContext } from '../../../../src/main/checks/probe.ts';
import { DEFAULT_SETTINGS } from '../../../../src/shared/settings.ts';
import { ManualClock } from '../../../fixtures/manual-clock.ts';

const CORE: RunningProcess = {
  pid: 40,
  start: 7,
  name: 'python3',
  startedAt: null,
  memoryBytes: 1_000,
  cpuPercent: null,
  zombie: false,
};

function begin({ booted = false } = {}) {
  const clock = new ManualClock();
  const processes = new Map<string, RunningProcess[]>();
  const stopped = new Set<string>();
  const units = new Map<string, string>();
  const asked: string[][] = [];
  const trouble = { message: '' };
  const matching = (pattern: string): string[] => [...units.keys()].filter((name) => name.endsWith(pattern.slice(1)));
  const host = new HostChecks({
    clock,
    platform: 'linux',
    booted: () => booted,
    system: {
      run: (_file, args) => {
        asked.push([...args]);
        if (trouble.message !== '') return Promise.reject(new Error(trouble.message));
        const names = args
          .slice(args.indexOf('--') + 1)
          .flatMap((name) => (name.includes('*') ? matching(name) : [name]));
        return Promise.resolve(
          [...new Set(names)]
            .map(
              (name) => `Id=${name}\nNames=${name}\n${units.get(name) ?? 'LoadState=not-found\nActiveState=inactive'}`,
            )
            .join('\n\n'),
        );
      },
      user: false,
      timeLimit: 1_000,
      clocks: () => ({ now: clock.now(), sinceBoot: 1_000 }),
    },
    services: () => ['core', 'audio'],
    expected: () => ['audio'],
    hasStopped: (service) => stopped.has(service),
    processesOf: () => Promise.resolve(processes),
    machine: () => Promise.resolve([]),
    zmq: (endpoint) => Promise.resolve({ status: 'healthy', message: endpoint, metadata: {} }),
  });
  host.configure(DEFAULT_SETTINGS, 30);
  const context = (): CheckContext => ({ signal: new AbortController().signal, timeLimit: 1_000, now: clock.now() });
  const look = async (): Promise<string[]> =>
    (await host.look(context())).map(({ service, finding }) => `${service} ${finding.status}`);
  const zmq = async (): Promise<string[]> => {
    const found = await host
      .jobs()
      .find(({ key }) => key === 'zmq')
      ?.run(context());
    return (found ?? []).map(({ name }) => name);
  };
  return { host, processes, stopped, units, asked, trouble, look, zmq };
}

describe('what is looked at without being set up', () => {
  it('are processes where systemd does not run: one that was seen and is gone is fatal', async () => {
    const { host, look, processes } = begin();
    expect(await look()).toEqual([]);
    expect(host.deployment()).toMatchObject({ mode: 'processes' });
    processes.set('core', [CORE]);
    expect(await look()).toEqual(['core healthy']);
    expect(host.watched()).toMatchObject([{ service: 'core', pid: 40, start: 7 }]);
    processes.clear();
    expect(await look()).toEqual(['core fatal']);
    expect(host.watched()).toEqual([]);
  });

  it('do not miss a process whose service said that it stops, and tell a zombie', async () => {
    const { look, processes, stopped } = begin();
    processes.set('core', [CORE]);
    await look();
    processes.set('core', [{ ...CORE, zombie: true }]);
    expect(await look()).toEqual(['core fatal']);
    processes.clear();
    stopped.add('core');
    expect(await look()).toEqual([]);
  });

  it('are units where systemd knows them, also of services that never reported', async () => {
    const { host, look, units } = begin({ booted: true });
    units.set('core@experimance.service', 'LoadState=loaded\nActiveState=active\nSubState=running\nMainPID=7');
    units.set(
      'agent@experimance.service',
      'LoadState=loaded\nActiveState=activating\nSubState=auto-restart\nMainPID=0\nNRestarts=5',
    );
    expect((await look()).sort()).toEqual(['agent error', 'audio fatal', 'core healthy']);
    expect(host.deployment()).toMatchObject({ mode: 'systemd' });
    expect(host.watched()).toEqual([{ service: 'core', pid: 7, start: undefined }]);
  });

  it('are asked for by one command a look, and found out anew when the project is another one', async () => {
    const { host, look, asked, units } = begin({ booted: true });
    units.set('core@experimance.service', 'LoadState=loaded\nActiveState=active\nSubState=running\nMainPID=7');
    await look();
    await look();
    expect(asked).toHaveLength(2);
    host.configure({ ...DEFAULT_SETTINGS, project: 'other' }, 30);
    expect(host.deployment()).toBeNull();
    await look();
    expect(asked.at(-1)?.join(' ')).not.toContain('experimance');
    expect(host.deployment()).toMatchObject({ mode: 'processes' });
  });

  it('are unknown, and still units, while systemd gives no answer', async () => {
    const { host, look, trouble, units } = begin({ booted: true });
    units.set('core@experimance.service', 'LoadState=loaded\nActiveState=active\nSubState=running\nMainPID=7');
    await look();
    trouble.message = 'systemctl did not end within 5 s and was ended.';
    expect(await look()).toContain('core unknown');
    expect(host.deployment()).toMatchObject({ mode: 'systemd' });
    trouble.message = '';
    expect(await look()).toContain('core healthy');
  });

  it('are the installation’s ZeroMQ endpoints only where core runs here, and the project is that one', async () => {
    const { host, look, processes, zmq } = begin();
    await look();
    expect(await zmq()).toEqual([]);
    processes.set('core', [CORE]);
    await look();
    expect(await zmq()).toEqual(['zmq events', 'zmq depth']);
    host.configure({ ...DEFAULT_SETTINGS, project: 'other' }, 30);
    expect(await zmq()).toEqual([]);
  });
});
