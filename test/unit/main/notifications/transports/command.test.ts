import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCommandSender } from '../../../../../src/main/notifications/transports/command.ts';
import type { CommandRequest } from '../../../../../src/shared/handlers/handler.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'command-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = createCommandSender({ environment: { PATH: process.env.PATH, FROM_OUTSIDE: 'yes' }, grace: 100 });
const script = (code: string, more: Partial<CommandRequest> = {}): CommandRequest => ({
  transport: 'command',
  command: process.execPath,
  args: ['-e', code],
  input: '{"status":"error"}\n',
  env: { EXPERIMANCE_STATUS: 'error' },
  timeLimit: 30,
  ...more,
});

describe('a command', () => {
  it('that ends well has delivered, and its output is the answer', async () => {
    const code = `
      const { status } = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
      console.log(status, process.env.EXPERIMANCE_STATUS, process.env.FROM_OUTSIDE, process.env.HOME);`;
    expect(await run(script(code))).toEqual({ outcome: 'delivered', answer: 'exit 0: error error yes undefined' });
  });

  it('gets its arguments as they are, whatever a shell would make of them', async () => {
    const request = script('console.log(JSON.stringify(process.argv.slice(1)))');
    const args = [...request.args, '$(id)', '; rm -rf x', '"q" *'];
    expect(await run({ ...request, args })).toMatchObject({ answer: `exit 0: ${JSON.stringify(args.slice(2))}` });
  });

  it.each([
    ['process.exit(75)', 'temporary', 'asks for another try (exit 75).'],
    ['console.error("no paper"); process.exit(3)', 'permanent', 'failed with exit 3. It said: no paper'],
    ['process.kill(process.pid, "SIGTERM")', 'temporary', 'was ended by SIGTERM.'],
  ])('that ends by %s', async (code, outcome, words) => {
    expect(await run(script(code))).toEqual({ outcome, message: expect.stringContaining(words) as string });
  });

  it('that does not exist, or may not be run, is named and not tried again', async () => {
    const file = join(folder, 'not-executable');
    writeFileSync(file, '');
    expect(await run(script('', { command: 'no-such-program' }))).toEqual({
      outcome: 'permanent',
      message: 'There is no program no-such-program: check its name or its path.',
    });
    expect(await run(script('', { command: file }))).toMatchObject({
      outcome: 'permanent',
      message: expect.stringContaining('may not be run') as string,
    });
  });

  it('that reads nothing of a megabyte has delivered all the same', async () => {
    const input = 'x'.repeat(1_000_000);
    expect(await run(script('process.exit(0)', { input }))).toEqual({ outcome: 'delivered', answer: 'exit 0' });
  });

  it('that prints without end is quoted with its last words only', async () => {
    const outcome = await run(script('process.stdout.write("x".repeat(5e6) + "the end"); process.exitCode = 1'));
    expect(outcome).toMatchObject({ message: expect.stringMatching(/the end$/) as string });
    expect(JSON.stringify(outcome).length).toBeLessThan(3000);
  });

  it('that runs too long is ended', async () => {
    expect(await run(script('setInterval(() => {}, 1000)', { timeLimit: 0.3 }))).toEqual({
      outcome: 'temporary',
      message: expect.stringContaining('was ended: it ran longer than 0.3 s.') as string,
    });
  });

  it('that is ended goes with all that it has started, though they will not hear of it', async () => {
    const file = join(folder, 'pid');
    // The inner program ignores the polite signal, and so does the outer one.
    const deaf = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);";
    const code = `${deaf}
      const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(deaf)}]);
      require('node:fs').writeFileSync(${JSON.stringify(file)}, String(child.pid));`;
    const quitting = new AbortController();
    const ending = run(script(code), { signal: quitting.signal });
    const pid = await vi.waitFor(() => Number(/^\d+$/.exec(readFileSync(file, 'utf8'))?.[0] ?? missing()), {
      timeout: 10_000,
    });
    quitting.abort();
    expect(await ending).toMatchObject({ outcome: 'temporary' });
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false), { timeout: 10_000 });
  });

  it('that leaves something running with its output is not waited for', async () => {
    const code = `
      const child = require('node:child_process').spawn('sleep', ['30'], { stdio: 'inherit', detached: true });
      console.log(child.pid); process.exit(0);`;
    const outcome = await run(script(code));
    expect(outcome).toMatchObject({ outcome: 'delivered' });
    if (outcome.outcome === 'delivered') process.kill(Number(outcome.answer.replace('exit 0: ', '')));
  });

  it('under way when the monitor stops is ended', async () => {
    const quitting = new AbortController();
    const ending = run(script('setInterval(() => {}, 1000)'), { signal: quitting.signal });
    quitting.abort();
    expect(await ending).toMatchObject({
      outcome: 'temporary',
      message: expect.stringContaining('since the monitor stops') as string,
    });
  });
});

function missing(): never {
  throw new Error('not written yet');
}

/** Whether a process runs; one that has ended and was not asked after yet does not. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    // There is no such process any more.
    return false;
  }
}
