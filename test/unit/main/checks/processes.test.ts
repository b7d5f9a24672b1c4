import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { processRuns, parseStat, readStat } from '../../../../src/main/checks/pid.ts';
import { createProcessTable, type ProcessEntry, readElsewhere } from '../../../../src/main/checks/process-table.ts';
import { byInstallation, ProcessFinder } from '../../../../src/main/checks/processes.ts';

const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
});

/** A process with this command line, up and running. */
async function start(argv0: string, ...words: string[]): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'console.log("up"); setInterval(() => {}, 1000)', '--', ...words], {
    argv0,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(child);
  await once(child.stdout, 'data');
  return child.pid ?? 0;
}

/** A child that has ended, and whose parent does not ask how: the shell became another program. */
async function startZombie(): Promise<number> {
  const child = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  const pid = Number(String(said));
  await expect.poll(() => readStat(pid)?.zombie, { timeout: 5_000 }).toBe(true);
  return pid;
}

function finder(): ProcessFinder {
  return new ProcessFinder({ list: createProcessTable(), now: () => performance.now() });
}

describe('a process', () => {
  it('runs until it is killed, and then it does not, whether or not its start is known', async () => {
    const pid = await start('node');
    const begun = readStat(pid)?.start;
    expect(processRuns(pid)).toBe(true);
    expect(processRuns(pid, begun)).toBe(true);
    const [child] = children;
    const ended = child && once(child, 'exit');
    child?.kill('SIGKILL');
    await ended;
    expect(processRuns(pid)).toBe(false);
    expect(processRuns(pid, begun)).toBe(false);
  });

  it('that started at another time is another one of the same number', async () => {
    const pid = await start('node');
    expect(processRuns(pid, (readStat(pid)?.start ?? 0) - 1)).toBe(false);
  });

  it('that is a zombie has ended', async () => {
    const pid = await startZombie();
    expect(processRuns(pid)).toBe(false);
    expect(processRuns(pid, readStat(pid)?.start)).toBe(false);
  });

  it('cannot have a number that is none', () => {
    for (const pid of [0, -1, 1.5, Number.NaN, 2 ** 31]) expect(processRuns(pid)).toBe(false);
  });

  it('is read right whatever its name holds', () => {
    const text = '7 (a) R (b)) Z 1 7 7 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 1 0 12345 1000000 300';
    expect(parseStat(text)).toEqual({ name: 'a) R (b)', zombie: true, cpuSeconds: 3, start: 12345 });
    expect(parseStat('')).toBeUndefined();
    expect(parseStat('7 (short) S 1')).toBeUndefined();
  });
});

describe('the processes of this machine', () => {
  it('are found by their command line, with memory, age and what they use of the processor', async () => {
    const pid = await start('node', 'a word', 'another');
    const find = finder();
    const select = (entries: readonly ProcessEntry[]): ProcessEntry[] =>
      entries.filter(({ command }) => command.endsWith('a word another'));
    const [first, ...more] = await find.find(select);
    expect(more).toEqual([]);
    expect(first).toMatchObject({ pid, name: 'node', zombie: false, cpuPercent: null, start: readStat(pid)?.start });
    expect(first?.memoryBytes).toBeGreaterThan(1_000_000);
    expect(Math.abs(Date.now() - (first?.startedAt ?? 0))).toBeLessThan(60_000);
    expect((await find.find(select))[0]?.cpuPercent).toBeGreaterThanOrEqual(0);
  });

  it('include zombies by their name, and never the one that looks', async () => {
    const pid = await startZombie();
    const found = await finder().find((entries) => entries.filter((entry) => [pid, process.pid].includes(entry.pid)));
    expect(found).toMatchObject([{ pid, name: 'sleep', zombie: true, memoryBytes: 0 }]);
  });

  it('are read once for all who ask within a second, and again after a failure', async () => {
    let reads = 0;
    let now = 0;
    let fails = false;
    const list = createProcessTable({
      monotonic: () => now,
      read: () => {
        reads += 1;
        return fails ? Promise.reject(new Error('no')) : Promise.resolve({ entries: [], factsOf: () => undefined });
      },
    });
    await Promise.all([list(), list()]);
    now = 999;
    await list();
    expect(reads).toBe(1);
    now = 1_001;
    fails = true;
    await expect(list()).rejects.toThrow('no');
    fails = false;
    await list();
    expect(reads).toBe(3);
  });

  it('are also told by the system’s own tools, where there is no /proc', async () => {
    const pid = await start('node', 'a word', 'another');
    const { entries, factsOf } = await readElsewhere();
    expect(entries.find((entry) => entry.pid === pid)?.command).toMatch(/a word another$/);
    expect(factsOf(pid)).toMatchObject({ zombie: false, start: undefined });
    expect(factsOf(pid)?.memoryBytes).toBeGreaterThan(1_000_000);
  });
});

describe('the processes of services', () => {
  it('are found by the installation’s rule, and by the number that a report names', async () => {
    const core = await start('/usr/bin/python3', '-m', 'experimance_core');
    const web = await start('node', 'web');
    const found = await finder().ofServices(
      ['core', 'audio', 'web', 'gone'],
      [
        { service: 'web', pid: web, start: readStat(web)?.start, host: hostname(), reportedAt: 0 },
        { service: 'gone', pid: web, start: 1, host: hostname(), reportedAt: 0 },
        { service: 'core', pid: core, start: undefined, host: hostname(), reportedAt: 0 },
      ],
    );
    expect([...found].map(([service, its]) => [service, its.map(({ pid }) => pid)])).toEqual([
      ['core', [core]],
      ['audio', []],
      ['web', [web]],
      ['gone', []],
    ]);
  });

  it.each([
    ['python3 -m experimance_core', ['core']],
    ['/opt/venv/bin/python -m experimance_core.main --x', ['core']],
    ['python -m experimance_core_tools', ['core_tools']],
    ['python services/image_server/main.py', ['image_server']],
    ['python -m experimance_image_server', ['image_server']],
    ['node experimance_core', []],
    ['vi python.txt', []],
    ['', []],
  ])('%j is of %j', (command, services) => {
    const all = byInstallation([{ pid: 1, name: 'x', command }], ['core', 'core_tools', 'image_server']);
    expect([...all].filter(([, its]) => its.length > 0).map(([service]) => service)).toEqual(services);
  });

  it('begin with the interpreter itself, not with what was started to start it', () => {
    const entries = [
      { pid: 1, name: 'sh', command: 'sh -c python -m experimance_core' },
      { pid: 2, name: 'uv', command: 'uv run python -m experimance_core' },
      { pid: 3, name: 'python3.12', command: 'python3.12 -m experimance_core' },
    ];
    expect(byInstallation(entries, ['core']).get('core')?.[0]?.pid).toBe(3);
  });
});
