import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { createProcessProbe } from '../../../../src/main/checks/process-probe.ts';
import { createProcessTable, type ProcessEntry, type ProcessFacts } from '../../../../src/main/checks/process-table.ts';
import { ProcessFinder } from '../../../../src/main/checks/processes.ts';
import { prepareCheck } from '../../../../src/main/checks/probes.ts';
import type { Finding } from '../../../../src/shared/checks/check.ts';
import { processes } from '../../../../src/shared/checks/process.ts';

const NOW = Date.parse('2026-06-15T12:00:00Z');
const context = { signal: new AbortController().signal, timeLimit: 1_000, now: NOW };
const FACTS: ProcessFacts = {
  start: 7,
  startedAt: NOW - 3_600_000,
  memoryBytes: 50_000_000,
  cpuSeconds: 1,
  zombie: false,
};

const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
});

/** What the check says of a machine with these processes. */
function check(config: object, found: (Partial<ProcessEntry> & Partial<ProcessFacts>)[]): Promise<Finding> {
  const entries = found.map(({ name = 'web', command = name }, index) => ({ pid: 100_000 + index, name, command }));
  const finder = new ProcessFinder({
    list: createProcessTable({
      read: () => Promise.resolve({ entries, factsOf: (pid) => ({ ...FACTS, ...found[pid - 100_000] }) }),
    }),
    now: () => 0,
  });
  return createProcessProbe(finder)(processes.schema.parse(config), context);
}
const said = async (...args: Parameters<typeof check>): Promise<string> => {
  const { status, message } = await check(...args);
  return `${status}: ${message}`;
};

describe('a check of processes', () => {
  it('finds a real one by its program, its text and its pattern together, and misses it once it is killed', async () => {
    const child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1000)', '--', '--port=8123'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    children.push(child);
    await once(child.stdout, 'data');
    const run = prepareCheck('process', { executable: 'node', contains: '--', pattern: '--port[= ]8123$' });
    if (typeof run !== 'function') throw new Error('It cannot be set up.');
    expect(await run({ ...context, now: Date.now() })).toMatchObject({
      status: 'healthy',
      message: expect.stringMatching(/^1 process runs for \d+ s: \d+\.$/) as string,
      metadata: { processes: 1, pid: child.pid },
    });
    children.pop();
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    await expect.poll(() => run(context).then(({ status }) => status), { timeout: 5_000 }).toBe('fatal');
  });

  it.each<[string, object, Parameters<typeof check>[1], string]>([
    ['none runs', {}, [], 'fatal: No such process runs.'],
    ['none runs and none need to', { at_least: 0 }, [], 'healthy: No such process runs.'],
    ['it runs', {}, [{}], 'healthy: 1 process runs for 1 h: 100000.'],
    [
      'one of several is young',
      {},
      [{}, { startedAt: NOW - 5_000 }],
      'healthy: 2 processes run, the youngest for 5 s: 100000, 100001.',
    ],
    ['too few run', { at_least: 2 }, [{}], 'error: 1 process runs, of at least 2 that must.'],
    ['too many run', { at_most: 1 }, [{}, {}], 'error: 2 processes run, of at most 1 that may: 100000, 100001.'],
    [
      'it is a zombie',
      {},
      [{ zombie: true, memoryBytes: 0 }],
      'fatal: No such process runs, and 1 has ended without its parent taking notice.',
    ],
    [
      'they use much memory',
      { memory_warning_mb: 90 },
      [{}, {}],
      'warning: 100 MB of memory are used, 90 MB or more (100000, 100001).',
    ],
    [
      'they use too much memory',
      { memory_warning_mb: 90, memory_error_mb: 100 },
      [{}, {}],
      'error: 100 MB of memory are used, 100 MB or more (100000, 100001).',
    ],
    ['the age is not known', {}, [{ startedAt: null }], 'healthy: 1 process runs: 100000.'],
  ])('says so where %s', async (_when, config, found, message) => {
    expect(await said({ executable: 'web', ...config }, found)).toBe(message);
  });

  it('takes a program by its whole name, whatever its case and ending', async () => {
    const found = [{ name: 'Web.exe' }, { name: 'webber' }, { name: 'xweb' }];
    expect((await check({ executable: 'web' }, found)).metadata['processes']).toBe(1);
  });

  it('ends a pattern that goes on and on, and says that it must be changed', async () => {
    expect(await said({ pattern: '(a+)+$' }, [{ command: `${'a'.repeat(60)}!` }])).toBe(
      'unknown: The pattern (a+)+$ takes too long on the command lines here: make it simpler.',
    );
  });

  it.each([
    [{}, 'is required, or a text or a pattern of the command line'],
    [{ pattern: '(' }, 'must be a regular expression'],
    [{ executable: 'a', at_least: 3, at_most: 2 }, 'must not be less than how many must run'],
    [{ executable: 'a', memory_warning_mb: 3, memory_error_mb: 2 }, 'must not be less than the megabytes'],
  ])('refuses %j', (config, message) => {
    const run = prepareCheck('process', config);
    expect(typeof run === 'function' ? [] : run.faults.map((fault) => fault.message)).toEqual([
      expect.stringContaining(message),
    ]);
  });
});
