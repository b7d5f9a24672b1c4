import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { oneLine } from '../../../shared/handlers/bounded-text.ts';
import type { CommandRequest, Outcome } from '../../../shared/handlers/handler.ts';
import { deadline, type Deadline } from './deadline.ts';
import { atHome } from './home.ts';

/** What is kept of a program's output, bytes: its last words. */
const OUTPUT_KEPT = 2000;
/** Between asking a program to end and ending it, milliseconds. */
const GRACE = 2000;
/** How long output may trickle in after the program has ended: something it started can hold its pipe, milliseconds. */
const AFTER_EXIT = 200;
/** `sysexits.h`: a failure that may be gone another time. */
const EX_TEMPFAIL = 75;

export interface CommandParts {
  /** What programs inherit. Given from outside, so that secrets among the variables can be kept out. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds between the two signals that end a program. */
  grace?: number;
}

interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** Runs programs of the user's, without a shell, and says how it went. It does not reject. */
export function createCommandSender({
  environment,
  grace = GRACE,
}: CommandParts): (request: CommandRequest, options?: { signal?: AbortSignal | undefined }) => Promise<Outcome> {
  return async (request, { signal } = {}) => {
    const name = oneLine(request.command, 200);
    const limit = deadline(request.timeLimit * 1000, signal);
    try {
      const child = start(request, environment);
      const output = lastWords(child);
      const ending = await run(child, request.input, limit.signal, grace);
      return outcomeOf(name, ending, output(), limit, request.timeLimit);
    } catch (error) {
      return notStarted(name, (error as NodeJS.ErrnoException).code);
    } finally {
      limit.end();
    }
  };
}

/** @throws where the system cannot start it at all, such as for a NUL in an argument. */
function start(request: CommandRequest, environment: CommandParts['environment']): ChildProcess {
  return spawn(atHome(request.command), request.args, {
    shell: false,
    env: { ...environment, ...request.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
    // A process group of its own, so that what it started can be ended with it. Windows knows no such groups.
    detached: process.platform !== 'win32',
  });
}

/** Collects the end of what a program prints. */
function lastWords(child: ChildProcess): () => string {
  let kept = Buffer.alloc(0);
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      kept = Buffer.concat([kept, chunk]).subarray(-OUTPUT_KEPT);
    });
  }
  return () => oneLine(kept.toString('utf8'), OUTPUT_KEPT);
}

async function run(child: ChildProcess, input: string, signal: AbortSignal, grace: number): Promise<Ending> {
  // A program need not read what it is given; that it closed its input says nothing of how it went.
  child.stdin?.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ECONNRESET' && error.code !== 'EOF') child.kill();
  });
  child.stdin?.end(input);
  let killer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    endGroup(child, 'SIGTERM');
    killer = setTimeout(() => endGroup(child, 'SIGKILL'), grace);
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    // `once` rejects with the error where the program could not be started.
    const [code, ended] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    await outputEnded(child);
    return { code, signal: ended };
  } finally {
    signal.removeEventListener('abort', stop);
    clearTimeout(killer);
  }
}

/** Waits for the rest of the output, but not for what the program has left running with its pipes. */
async function outputEnded(child: ChildProcess): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, AFTER_EXIT);
    child.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
}

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || process.platform === 'win32') {
    child.kill(signal);
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // ESRCH: all of it has ended already, which is what was wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') child.kill(signal);
  }
}

function outcomeOf(name: string, { code, signal }: Ending, output: string, limit: Deadline, seconds: number): Outcome {
  const said = output === '' ? '' : ` It said: ${output}`;
  // What ended by itself before the signal reached it has told how it went.
  if (code === 0) return { outcome: 'delivered', answer: output === '' ? 'exit 0' : `exit 0: ${output}` };
  if (limit.state() === 'aborted') {
    return { outcome: 'temporary', message: `${name} was ended, since the monitor stops.` };
  }
  if (limit.state() === 'expired') {
    return { outcome: 'temporary', message: `${name} was ended: it ran longer than ${seconds} s.${said}` };
  }
  if (code === EX_TEMPFAIL) return { outcome: 'temporary', message: `${name} asks for another try (exit 75).${said}` };
  if (code === null) return { outcome: 'temporary', message: `${name} was ended by ${String(signal)}.${said}` };
  return { outcome: 'permanent', message: `${name} failed with exit ${code}.${said}` };
}

function notStarted(name: string, code: string | undefined): Outcome {
  switch (code) {
    case 'ENOENT':
      return { outcome: 'permanent', message: `There is no program ${name}: check its name or its path.` };
    case 'EACCES':
    case 'EPERM':
      return { outcome: 'permanent', message: `${name} may not be run: check that the file is executable.` };
    case 'EAGAIN':
    case 'ENOMEM':
    case 'EMFILE':
    case 'ENFILE':
      return { outcome: 'temporary', message: `${name} could not be started: the system is short of means (${code}).` };
    case 'EINVAL':
      return {
        outcome: 'permanent',
        message: `${name} cannot be run without a shell. For a batch file, name cmd.exe as the program.`,
      };
    default:
      return { outcome: 'permanent', message: `${name} could not be started (${code ?? 'for a reason unknown'}).` };
  }
}
