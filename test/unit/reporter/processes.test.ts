import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HealthReport } from '../../../src/shared/health-report.ts';
import type { RunFields } from '../../../src/shared/run-fields.ts';
import { type Program, runProgram, startCommand, startProgram } from '../../fixtures/reporter/program.ts';

type Written = HealthReport & RunFields;

let dir: string;
const started: Program[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'reporter-'));
});
afterEach(async () => {
  for (const { child } of started) child.kill('SIGKILL');
  await Promise.all(started.splice(0).map(({ ended }) => ended));
  rmSync(dir, { recursive: true, force: true });
});

const read = (name = 'host'): Written => JSON.parse(readFileSync(join(dir, `${name}.json`), 'utf8')) as Written;
const lastMessage = (report: Written): string | null | undefined =>
  report.checks.findLast(({ name }) => name === 'main')?.message;

function host(what: string): Program {
  const program = startProgram('host.mjs', [dir, what]);
  started.push(program);
  return program;
}

describe('the end of a process', () => {
  it('by itself writes what waited and is a clean stop; the reporter does not keep it alive', async () => {
    expect((await runProgram('host.mjs', [dir, 'ends'])).code).toBe(0);
    expect(lastMessage(read())).toBe('last');
    expect(read().stopped).toMatchObject({ clean: true, reason: 'exit code 0' });
  });

  it('by another exit code is not clean', async () => {
    expect((await runProgram('host.mjs', [dir, 'exits-with-3'])).code).toBe(3);
    expect(lastMessage(read())).toBe('last');
    expect(read().stopped).toMatchObject({ clean: false, reason: 'exit code 3' });
  });

  it.each(['throws', 'rejects'])(
    'by an error that nobody handles records it as fatal, and ends as ever: %s',
    async (how) => {
      const { code, stderr } = await runProgram('host.mjs', [dir, how]);
      expect(code).toBe(1);
      expect(stderr).toContain('RangeError: the host broke');
      const report = read();
      expect(lastMessage(report)).toBe('last');
      expect(report.overall_status).toBe('fatal');
      expect(report.checks.at(-1)).toMatchObject({
        name: 'service_error',
        message: 'the host broke',
        metadata: { error_type: 'RangeError', is_fatal: true, error_count: 1 },
      });
      expect(report.stopped).toMatchObject({ clean: false, reason: 'uncaught RangeError: the host broke' });
    },
  );

  it('does not come by an error that the host handles: that is an error, not a fatal one', async () => {
    const { code, stdout } = await runProgram('host.mjs', [dir, 'throws-and-survives']);
    expect([code, stdout]).toEqual([0, expect.stringContaining('survived')]);
    expect(read()).toMatchObject({ overall_status: 'error', stopped: { clean: true } });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('by %s writes what waited, and is by that signal as ever', async (signal) => {
    const { child, printed, ended } = host('waits');
    await printed(/ready/);
    child.kill(signal);
    expect((await ended).signal).toBe(signal);
    expect(lastMessage(read())).toBe('last');
    expect(read().stopped).toMatchObject({ clean: true, reason: signal });
  });

  it('by an error is told as such also where the host closes the report at its exit', async () => {
    expect((await runProgram('host.mjs', [dir, 'throws-and-closes'])).code).toBe(1);
    expect(read().stopped).toMatchObject({ clean: false, reason: 'uncaught RangeError: the host broke' });
  });

  it('does not come by an error that the host captures', async () => {
    const { code, stdout } = await runProgram('host.mjs', [dir, 'throws-and-captures']);
    expect([code, stdout]).toEqual([0, expect.stringContaining('captured')]);
    expect(read().stopped).toMatchObject({ clean: true });
  });

  it('by a host that gives up after an error says after which', async () => {
    expect((await runProgram('host.mjs', [dir, 'throws-and-gives-up'])).code).toBe(4);
    expect(read().stopped).toMatchObject({
      clean: false,
      reason: 'exit code 4 after uncaught RangeError: the host broke',
    });
  });

  it('by an await that nothing will end is not clean, since Node gives it a code of its own', async () => {
    expect((await runProgram('host.mjs', [dir, 'awaits-nothing'])).code).toBe(13);
    expect(read().stopped).toMatchObject({ clean: false, reason: 'exit code 13' });
  });

  it('by a signal is told by every copy of the library, none of which takes the other for the host', async () => {
    const { child, printed, ended } = host('two-copies');
    await printed(/ready/);
    child.kill('SIGTERM');
    expect((await ended).signal).toBe('SIGTERM');
    for (const name of ['host', 'copy']) {
      expect(lastMessage(read(name))).toBe('last');
      expect(read(name).stopped).toMatchObject({ clean: true, reason: 'SIGTERM' });
    }
  });

  it('that a signal did not bring about is taken back: nothing ends the first process of a container', async (ctx) => {
    const alone = ['--pid', '--fork', '--kill-child'];
    ctx.skip(spawnSync('unshare', [...alone, 'true']).status !== 0, 'unshare --pid is not allowed here');
    const program = join(import.meta.dirname, '../../fixtures/reporter/host.mjs');
    const args = [...alone, process.execPath, program, dir, 'outlives-a-signal'];
    const { child, printed, ended } = startCommand('unshare', args);
    await printed(/ready/);
    const inner = Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim());
    process.kill(inner, 'SIGTERM');
    const { code, stdout } = await ended;
    expect([code, stdout]).toEqual([0, expect.stringContaining('stopped by SIGTERM\nthen null')]);
    expect(read().stopped).toMatchObject({ clean: true, reason: 'exit code 0' });
  });

  it('by the exit code of a signal that asked for it is clean', async () => {
    const { child, printed, ended } = host('exits-with-143');
    await printed(/ready/);
    child.kill('SIGTERM');
    expect((await ended).code).toBe(143);
    expect(read().stopped).toMatchObject({ clean: true, reason: 'SIGTERM' });
  });

  it('that a signal asks for finds all written before the host hears of it, each time', async () => {
    const { child, printed } = host('looks-each-time');
    await printed(/ready/);
    child.kill('SIGTERM');
    await printed(/written: last\./);
    child.kill('SIGTERM');
    await printed(/written: once more\./);
  });

  it('by a signal is left to a host that handles it', async () => {
    const { child, printed, ended } = host('handles-once');
    await printed(/ready/);
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 7, signal: null, stdout: expect.stringContaining('handled') as string });
    expect(lastMessage(read())).toBe('last');
  });

  it('comes by the second signal where the host handled the first only, as it would without us', async () => {
    const { child, printed, ended } = host('ignores-first');
    await printed(/ready/);
    child.kill('SIGTERM');
    await printed(/handled/);
    child.kill('SIGTERM');
    expect((await ended).signal).toBe('SIGTERM');
  });

  it('by a signal comes about also where another library ends the process only if nobody else listens', async () => {
    const { child, printed, ended } = host('like-signal-exit');
    await printed(/ready/);
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ signal: 'SIGTERM', stdout: expect.not.stringContaining('else') as string });
    expect(lastMessage(read())).toBe('last');
  });

  it('has one listener of each kind however many reporters there are, and none when all are closed', async () => {
    const { stdout } = await runProgram('host.mjs', [dir, 'many-reporters']);
    const counts = (label: string): number[] =>
      (new RegExp(`${label} (.*)`).exec(stdout)?.[1] ?? '').split(',').map(Number);
    // Node itself listens for the exit where the output is a pipe.
    const after = counts('after');
    expect(after.slice(1)).toEqual([0, 0, 0]);
    expect(counts('listeners').map((count, index) => count - (after[index] ?? 0))).toEqual([1, 1, 1, 1]);
    expect(stdout).not.toContain('warning');
  });

  it('is not put off: no timer of the reporter counts as work', async () => {
    expect((await runProgram('host.mjs', [dir, 'idle'])).stdout).toContain('keeps 0');
  });
});

describe('kill -9 at random moments', () => {
  it('leaves a reader in another process without a bad parse, and without an older state after a newer one', async () => {
    const reader = startProgram('reader.mjs', [join(dir, 'host.json')]);
    started.push(reader);
    await reader.printed(/reading/);
    let versions = 0;
    let runs = 0;
    let printed = '';
    let lines: string[] = [];
    const seen = new EventTarget();
    reader.child.stdout?.on('data', (data: Buffer) => {
      printed += data.toString();
      // The last line may still be on its way.
      lines = printed.split('\n').slice(0, -1);
      const all = lines.filter((line) => line.startsWith('version'));
      versions = all.length;
      runs = new Set(all.map((line) => line.split(' ')[1])).size;
      seen.dispatchEvent(new Event('more'));
    });
    const kills = 12;
    for (let kill = 0; kill < kills; kill += 1) {
      const target = versions + 1 + Math.floor(Math.random() * 40);
      const { child, ended } = host('keeps-recording');
      await new Promise<void>((resolve) => {
        const look = (): void => {
          // What the reader still says of the run before does not count.
          if (versions < target || runs <= kill) return;
          seen.removeEventListener('more', look);
          resolve();
        };
        seen.addEventListener('more', look);
      });
      child.kill('SIGKILL');
      await ended;
    }
    reader.child.kill();
    await reader.ended;
    expect(lines.filter((line) => !line.startsWith('version') && line !== 'reading')).toEqual([]);
    expect(versions).toBeGreaterThan(kills);
    expect(read().restart_count).toBe(kills - 1);
    // A kill can leave half a temporary file, but never more than that one.
    expect(readdirSync(dir).filter((name) => name.endsWith('.json'))).toEqual(['host.json']);
    expect(readdirSync(dir).length).toBeLessThanOrEqual(kills + 1);
  });
});

describe('a worker thread', () => {
  it('reports like a process, and its end is told when it comes by itself', async () => {
    const worker = new Worker(join(import.meta.dirname, '../../fixtures/reporter/thread.cjs'), { workerData: dir });
    const exit = await new Promise((resolve, reject) => {
      worker.on('exit', resolve);
      worker.on('error', reject);
    });
    expect(exit).toBe(0);
    expect(lastMessage(read('thread'))).toBe('last');
    expect(read('thread').stopped).toMatchObject({ clean: true });
  });
});
