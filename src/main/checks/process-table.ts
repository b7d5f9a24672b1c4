import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { uptime } from 'node:os';
import { setImmediate as breath } from 'node:timers/promises';
import { readStat, TICKS } from './pid.ts';

/** A process, as much as is wanted of all of them. */
export interface ProcessEntry {
  pid: number;
  /** Of its program, without the folder. */
  name: string;
  /** The whole command line, blanks between the words; of a zombie the name alone. */
  command: string;
}

/** What is wanted of a few. */
export interface ProcessFacts {
  /** Tells it from a later process of the same number; undefined where the system does not say. */
  start: number | undefined;
  /** Milliseconds since the epoch; null where it is not known. */
  startedAt: number | null;
  memoryBytes: number;
  /** Of the processor, in seconds, since it began; null where it is not known. */
  cpuSeconds: number | null;
  zombie: boolean;
}

/** The processes of this machine at one moment. */
export interface ProcessList {
  entries: readonly ProcessEntry[];
  /** undefined where it has ended since. */
  factsOf(pid: number): ProcessFacts | undefined;
}

/** Lists the processes of this machine. */
export type ListProcesses = () => Promise<ProcessList>;

/** As much of a command line is read, bytes: what a process is called by stands at its beginning. */
const COMMAND_BYTES = 8 * 1024;
/** So many processes are read before others have their turn: some 2 ms. */
const AT_ONCE = 200;
/** How long a list is good for all who ask, in ms. */
const HOLDS = 1_000;

/**
 * Lists processes once for all who ask within a second: on Linux out of /proc, one small read for each and no command; elsewhere
 * by what the system has for it.
 */
export function createProcessTable({
  monotonic = () => performance.now(),
  read = process.platform === 'linux' ? readProc : readElsewhere,
}: { monotonic?: () => number; read?: ListProcesses } = {}): ListProcesses {
  let latest: { at: number; list: Promise<ProcessList> } | undefined;
  return () => {
    const now = monotonic();
    if (latest === undefined || now - latest.at > HOLDS) {
      const list = read();
      const mine = { at: now, list };
      latest = mine;
      // What failed is asked for again.
      list.catch(() => (latest = latest === mine ? undefined : latest));
    }
    return latest.list;
  };
}

async function readProc(): Promise<ProcessList> {
  const names = await readdir('/proc');
  const buffer = Buffer.allocUnsafe(COMMAND_BYTES);
  const entries: ProcessEntry[] = [];
  let count = 0;
  for (const name of names) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const entry = readEntry(pid, buffer);
    if (entry !== undefined) entries.push(entry);
    count += 1;
    if (count % AT_ONCE === 0) await breath();
  }
  return { entries, factsOf };
}

function readEntry(pid: number, buffer: Buffer): ProcessEntry | undefined {
  let length: number;
  try {
    const file = openSync(`/proc/${pid}/cmdline`, 'r');
    try {
      length = readSync(file, buffer, 0, COMMAND_BYTES, 0);
    } finally {
      closeSync(file);
    }
  } catch {
    // It has ended since the folder was read, or is hidden from this user.
    return undefined;
  }
  if (length > 0) {
    const words = buffer.toString('utf8', 0, length).replace(/\0+$/, '').split('\0');
    return { pid, name: baseName(words[0] ?? ''), command: words.join(' ') };
  }
  // The kernel's own threads have no command line, and neither have zombies.
  const stat = readStat(pid);
  return stat?.zombie === true ? { pid, name: stat.name, command: stat.name } : undefined;
}

/** A program that renames itself writes what it likes: `nginx: worker process`. */
function baseName(path: string): string {
  const word = path.startsWith('/') ? path : (path.split(' ')[0] ?? path);
  return word.slice(word.lastIndexOf('/') + 1);
}

function factsOf(pid: number): ProcessFacts | undefined {
  const stat = readStat(pid);
  if (stat === undefined) return undefined;
  const { start, cpuSeconds, zombie } = stat;
  const age = Math.max(0, uptime() - start / TICKS);
  return { start, startedAt: Date.now() - age * 1_000, memoryBytes: residentBytes(pid), cpuSeconds, zombie };
}

function residentBytes(pid: number): number {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    // A zombie has no memory any more.
    return kilobytes === undefined ? 0 : Number(kilobytes) * 1024;
  } catch {
    return 0;
  }
}

/** Where there is no /proc. Costs a command of the system's. */
export async function readElsewhere(): Promise<ProcessList> {
  // Loaded only where it is needed.
  const { default: systeminformation } = await import('systeminformation');
  const { list } = await systeminformation.processes();
  const facts = new Map<number, ProcessFacts>();
  const entries = list.map(({ pid, name, path, command, params, memRss, state, started }): ProcessEntry => {
    const startedAt = Date.parse(started.replace(' ', 'T'));
    facts.set(pid, {
      start: undefined,
      startedAt: Number.isNaN(startedAt) ? null : startedAt,
      memoryBytes: memRss * 1024,
      cpuSeconds: null,
      zombie: state === 'zombie',
    });
    const program = command === '' ? path : command;
    return { pid, name, command: params === '' ? program : `${program} ${params}` };
  });
  return { entries, factsOf: (pid) => facts.get(pid) };
}
