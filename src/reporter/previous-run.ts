import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { parsePythonJson } from '../shared/python-json.ts';
import { type Restart, type RunFields, readRunFields } from '../shared/run-fields.ts';
import { formatMoment } from '../shared/text.ts';
import { parseTimestamp } from '../shared/timestamp.ts';
import { isAlive } from './process-identity.ts';
import { cutText, messageOf } from './safe-data.ts';

/** A larger file is no health file (monitors read none either). In bytes. */
const LARGEST_FILE = 1024 * 1024;
/** How old a file's last version may be for its writer to pass as alive where only its process number tells. In ms. */
const RECENT = 120_000;
/** By so much the clock may differ between two looks at when the machine was started, in ms. */
const BOOT_TOLERANCE = 5_000;
/** What a Python service records last when it stops cleanly (COMPATIBILITY, "Health file"). */
const LAST_WORDS: ReadonlySet<unknown> = new Set(['service_stop', 'service_stopped']);

/** What is known of the process that asks. */
export interface Here {
  host: string;
  pid: number;
  processStart: number | undefined;
  /** Milliseconds since the epoch. */
  now: number;
  /** When the machine was started, milliseconds since the epoch. */
  bootedAt: number;
  /** Whether this process has a reporter for the same file already. */
  openHere: boolean;
}

/** What the file tells of the run before. */
export interface PreviousRun {
  /**
   * `none`: there is no file. `damaged`: there is one, and it tells nothing. `clean`: it stopped as it should. `unclean`: it
   * did not. `running`: its process is still there and is another one.
   */
  kind: 'none' | 'damaged' | 'clean' | 'unclean' | 'running';
  /** A sentence: how it ended, or what is wrong with the file. */
  reason: string;
  pid: number | undefined;
  processStart: number | undefined;
  restartCount: number;
  errorCount: number;
  restarts: Restart[];
}

const nothing = (kind: 'none' | 'damaged', reason: string): PreviousRun => ({
  kind,
  reason,
  pid: undefined,
  processStart: undefined,
  restartCount: 0,
  errorCount: 0,
  restarts: [],
});

/** Reads what the run before left. Never throws: what cannot be read is told as `damaged`. */
export function readPreviousRun(path: string, here: Here): PreviousRun {
  let text: string;
  try {
    text = readBounded(path);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return missing ? nothing('none', '') : nothing('damaged', `It cannot be read: ${messageOf(error)}.`);
  }
  try {
    const file = parsePythonJson(text);
    if (typeof file !== 'object' || file === null || Array.isArray(file)) throw new Error('it is not a JSON object');
    return judge(file as Record<string, unknown>, here);
  } catch (error) {
    return nothing('damaged', `It is not a health report: ${messageOf(error)}.`);
  }
}

/** @throws the file system's error, or that it is no health file. */
function readBounded(path: string): string {
  // A pipe in its place must not make us wait. Windows does not know the flag.
  const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw new Error('it is not a file');
    if (stats.size > LARGEST_FILE) throw new Error(`it is ${stats.size} bytes large`);
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}

function judge(file: Record<string, unknown>, here: Here): PreviousRun {
  const run = readRunFields(file);
  const wroteAt = lastWritten(file, run);
  const shared = {
    pid: run?.pid,
    processStart: run?.process_start,
    restartCount: count(file['restart_count']),
    errorCount: count(file['error_count']),
    restarts: run?.restarts ?? [],
  };
  if (run === undefined) {
    const clean = LAST_WORDS.has(lastRecord(file));
    return clean
      ? { ...shared, kind: 'clean', reason: '' }
      : { ...shared, kind: 'unclean', reason: vanished('The run before', wroteAt, here) };
  }
  const subject = `The run before (process ${run.pid}${run.host === here.host ? '' : ` on ${run.host}`})`;
  if (run.stopped?.clean === true) return { ...shared, kind: 'clean', reason: run.stopped.reason };
  if (run.stopped !== null) {
    return { ...shared, kind: 'unclean', reason: `${subject} ended: ${cutText(run.stopped.reason, 1_000)}` };
  }
  if (stillRuns(run, wroteAt, here)) return { ...shared, kind: 'running', reason: '' };
  return { ...shared, kind: 'unclean', reason: vanished(subject, wroteAt, here) };
}

function stillRuns(run: RunFields, wroteAt: number | undefined, here: Here): boolean {
  if (run.host !== here.host) return false;
  const ours = run.pid === here.pid && run.process_start === here.processStart;
  // A file of this very process is another reporter's, or of a thread of it that has ended.
  if (ours || run.pid === here.pid) return ours && here.openHere;
  const recent = wroteAt !== undefined && Math.abs(here.now - wroteAt) < RECENT;
  return (run.process_start !== undefined || recent) && isAlive(run.pid, run.process_start);
}

function vanished(subject: string, wroteAt: number | undefined, here: Here): string {
  const last = wroteAt === undefined ? '' : `; it last wrote at ${formatMoment(wroteAt)}`;
  const rebooted = wroteAt !== undefined && wroteAt < here.bootedAt - BOOT_TOLERANCE;
  const how = rebooted
    ? 'did not stop cleanly before the machine was started again'
    : 'ended without a word, as after kill -9 or a crash';
  return `${subject} ${how}${last}.`;
}

function lastWritten(file: Record<string, unknown>, run: RunFields | undefined): number | undefined {
  const text = run?.written_at ?? file['last_check'] ?? file['last_updated'];
  return typeof text === 'string' ? parseTimestamp(text) : undefined;
}

function lastRecord(file: Record<string, unknown>): unknown {
  const { checks } = file;
  const last: unknown = Array.isArray(checks) ? checks.at(-1) : undefined;
  return typeof last === 'object' && last !== null && 'name' in last ? last.name : undefined;
}

/** A counter as it was left, 0 for anything that is none. */
function count(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}
