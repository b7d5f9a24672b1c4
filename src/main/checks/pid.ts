import { readFileSync } from 'node:fs';

/** What `/proc/<pid>/stat` says of a process. */
export interface ProcessStat {
  /** The command's name, as the kernel has it: 15 bytes at most. */
  name: string;
  /** It has ended; only nobody has asked how. */
  zombie: boolean;
  /** Of the processor, in seconds, since it began. */
  cpuSeconds: number;
  /** Clock ticks from boot to its start: with its number, that names it for as long as the machine runs. */
  start: number;
}

/** Linux counts in hundredths of a second for programs, whatever it does inside (USER_HZ). */
export const TICKS = 100;

/** @returns undefined where there is no such process, or this is not Linux. */
export function readStat(pid: number): ProcessStat | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    // Gone, hidden, or no such file system: nothing is known of it.
    return undefined;
  }
}

/** The command's name stands in parentheses and may hold anything, so fields are counted from the last of them. */
export function parseStat(text: string): ProcessStat | undefined {
  const end = text.lastIndexOf(')');
  const fields = text.slice(end + 2).split(' ');
  const [user, system, start] = [fields[11], fields[12], fields[19]].map(Number);
  if (end < 0 || user === undefined || system === undefined || start === undefined || !Number.isFinite(start)) {
    return undefined;
  }
  const name = text.slice(text.indexOf('(') + 1, end);
  return { name, zombie: /^[ZX]/.test(fields[0] ?? ''), cpuSeconds: (user + system) / TICKS, start };
}

/**
 * Whether a process still runs: cheap enough to be asked every second. A zombie has ended.
 *
 * @param start its clock ticks from boot to its start, as health files have them (`process_start`): then another process of the
 *   same number is not taken for it.
 */
export function processRuns(pid: number, start?: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  const stat = process.platform === 'linux' ? readStat(pid) : undefined;
  if (stat !== undefined) return !stat.zombie && (start === undefined || stat.start === start);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, and somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
