import { readFileSync } from 'node:fs';
import { hostname, uptime } from 'node:os';

/**
 * When a process started, in clock ticks since boot: with its number, that names it for as long as the machine runs.
 *
 * @returns undefined where the system does not tell (not Linux), or there is no such process any more.
 */
export function processStart(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name stands in parentheses and may hold anything, so fields are counted from the last of them.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [state, start] = [fields[0], Number(fields[19])];
    // A zombie has ended; only nobody has asked how.
    return state === 'Z' || state === 'X' || !Number.isFinite(start) ? undefined : start;
  } catch {
    return undefined;
  }
}

/**
 * Whether the process that wrote a file still runs.
 *
 * @param start what `processStart` said of it then; without it, its number alone decides.
 */
export function isAlive(pid: number, start: number | undefined): boolean {
  if (pid <= 0) return false;
  if (start !== undefined) return processStart(pid) === start;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * This machine's name, and when it was started, in milliseconds since the epoch. A system that confines its processes may tell
 * neither: then it is `unknown`, and was never started again.
 */
export function machine(now: number): { host: string; bootedAt: number } {
  return { host: told(hostname, 'unknown'), bootedAt: now - told(uptime, Infinity) * 1000 };
}

function told<T>(ask: () => T, otherwise: T): T {
  try {
    return ask();
  } catch {
    return otherwise;
  }
}
