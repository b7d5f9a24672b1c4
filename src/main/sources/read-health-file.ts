import { closeSync, constants, fstatSync, openSync, readSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, sep } from 'node:path';
import { type HealthReport, readHealthReport } from '../../shared/health-report.ts';
import { parsePythonJson } from '../../shared/json.ts';
import type { Fault, Problem, ProblemKind } from '../../shared/observation.ts';
import { parseTimestamp } from '../../shared/timestamp.ts';

/** A larger file is not a health file, and is not read. In bytes. */
export const LARGEST_FILE = 1024 * 1024;

export interface ReadFile {
  report?: HealthReport | undefined;
  /** Parses the text again that the report came from. */
  again?: (() => HealthReport | undefined) | undefined;
  problem?: Problem | undefined;
  /** When the file was written, ms since the epoch; undefined where it could not be opened. */
  modifiedAt?: number | undefined;
  /** Tells one version of the file from the next. */
  identity?: string | undefined;
}

// A FIFO must not make open() wait, and a link must not lead out of the folder. Windows knows neither flag.
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/**
 * The bytes of a file's last usable version, for whoever wants its report again. One buffer a file, outside the heap and used
 * for version after version: texts that live for a second each would keep the garbage collector busy.
 */
export class KeptBytes {
  #buffer = Buffer.alloc(0);
  #length = 0;

  keep(bytes: Buffer): void {
    if (bytes.length > this.#buffer.length) this.#buffer = Buffer.allocUnsafeSlow(Math.ceil(bytes.length * 1.25));
    this.#length = bytes.copy(this.#buffer);
  }

  /** @param service stands in for a missing `service_name`. */
  report(service: string): HealthReport | undefined {
    const read = readHealthReport(parsePythonJson(decode(this.#buffer.subarray(0, this.#length))), service);
    return read.ok ? read.report : undefined;
  }
}

/**
 * Reads one health file, whatever it turns out to be. Never throws for what is wrong with the file.
 *
 * It reads synchronously: a health file is small and local, and the four hops to another thread that an asynchronous read
 * takes would cost more than the read itself.
 *
 * @param path the file, absolute.
 * @param kept holds the file's last usable version; the same for every reading of one file.
 */
export function readHealthFile(path: string, kept = new KeptBytes()): ReadFile {
  const file = basename(path);
  try {
    const descriptor = openInFolder(path);
    if (descriptor === undefined) {
      const what = `${file} is a symbolic link that leaves its folder (${path}). Only files inside the folder are read.`;
      return { problem: problem('unreadable', 'outside-link', what) };
    }
    try {
      return readOpened(path, descriptor, kept);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    return { problem: openProblem(path, error) };
  }
}

/** @returns undefined where `path` is a link out of its folder. */
function openInFolder(path: string): number | undefined {
  // Windows cannot refuse a link while opening, and cannot open a folder; both are looked for before.
  if (process.platform === 'win32') {
    if (statSync(path).isDirectory()) throw Object.assign(new Error('is a folder'), { code: 'EISDIR' });
    const target = linkTarget(path);
    return target === undefined ? undefined : openSync(target, OPEN_FLAGS);
  }
  try {
    return openSync(path, OPEN_FLAGS);
  } catch (error) {
    if (errorCode(error) !== 'ELOOP') throw error;
    const target = linkTarget(path, 'EDANGLING');
    return target === undefined ? undefined : openSync(target, OPEN_FLAGS);
  }
}

/** The file behind a link where that lies in the link's folder, else undefined. */
function linkTarget(path: string, nowhere = 'ENOENT'): string | undefined {
  let real: string;
  try {
    real = realpathSync.native(path);
  } catch (error) {
    // A link to nothing is there; a file that is not there is something else.
    throw errorCode(error) === 'ENOENT' ? Object.assign(new Error('leads nowhere'), { code: nowhere }) : error;
  }
  const folder = realpathSync.native(dirname(path));
  return real.startsWith(folder.endsWith(sep) ? folder : folder + sep) ? real : undefined;
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Every file is read into this one, and is text before the next: a new buffer for each would keep the collector busy. */
const buffer = Buffer.alloc(LARGEST_FILE);

function readOpened(path: string, descriptor: number, kept: KeptBytes): ReadFile {
  const file = basename(path);
  const stats = fstatSync(descriptor);
  const known = { modifiedAt: Math.round(stats.mtimeMs), identity: identityOf(stats) };
  if (!stats.isFile()) {
    const what = stats.isDirectory() ? 'a folder' : 'a pipe or a device';
    return {
      ...known,
      problem: problem('unreadable', 'not-a-file', `${file} is ${what}, not a health file (${path}).`),
    };
  }
  if (stats.size > LARGEST_FILE) {
    const size = (stats.size / LARGEST_FILE).toFixed(1);
    return {
      ...known,
      problem: problem(
        'too-large',
        'too-large',
        `${file} is ${size} MiB large; a health file is at most 1 MiB (${path}).`,
      ),
    };
  }
  let length = 0;
  // A file that grows meanwhile is read as it was, and again when its event comes.
  for (let count = -1; count !== 0 && length < stats.size; length += count) {
    count = readSync(descriptor, buffer, length, stats.size - length, null);
  }
  return { ...known, ...readContent(path, buffer.subarray(0, length), kept) };
}

export function identityOf(stats: Pick<Stats, 'ino' | 'size' | 'mtimeMs'>): string {
  return `${stats.ino}:${stats.size}:${stats.mtimeMs}`;
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/** @throws TypeError where the bytes are not UTF-8. */
function decode(bytes: Buffer): string {
  return decoder.decode(bytes);
}

function readContent(path: string, bytes: Buffer, kept: KeptBytes): Pick<ReadFile, 'report' | 'again' | 'problem'> {
  const file = basename(path);
  const corrupt = (fault: Fault, what: string): { problem: Problem } => ({
    problem: problem('corrupt', fault, `${file} ${what} (${path}).`),
  });
  if (bytes.includes(0)) return corrupt('binary', 'holds binary data, not JSON text');
  let text: string;
  try {
    text = decode(bytes);
  } catch {
    return corrupt('binary', 'is not UTF-8 text');
  }
  if (text.trim() === '') return corrupt('empty', 'is empty');
  let value: unknown;
  try {
    value = parsePythonJson(text);
  } catch (error) {
    return jsonProblem(text, error, corrupt);
  }
  const service = file.slice(0, -'.json'.length);
  const read = readHealthReport(value, service);
  if (!read.ok) {
    return corrupt(
      'wrong-shape',
      read.field === '' ? 'is not a health report: ' + read.fault : `has a wrong ${read.field}: ${read.fault}`,
    );
  }
  kept.keep(bytes);
  const again = (): HealthReport | undefined => kept.report(service);
  const word = read.unknownWords[0];
  if (word !== undefined) {
    const known = 'healthy, warning, error, fatal, unknown';
    return {
      report: read.report,
      again,
      ...corrupt('unknown-status', `says ${word.field} is ${quote(word.word)}, which is none of ${known}`),
    };
  }
  const time = read.report.last_check ?? read.report.last_updated;
  if (time !== null && parseTimestamp(time) === undefined) {
    const field = read.report.last_check === null ? 'last_updated' : 'last_check';
    return {
      report: read.report,
      again,
      ...corrupt('wrong-shape', `has a wrong ${field}: ${quote(time)} is not an ISO 8601 time`),
    };
  }
  return { report: read.report, again };
}

function quote(word: string): string {
  return JSON.stringify(word.length > 60 ? `${word.slice(0, 60)}…` : word);
}

function jsonProblem(
  text: string,
  error: unknown,
  corrupt: (fault: Fault, what: string) => { problem: Problem },
): { problem: Problem } {
  const detail = error instanceof Error ? error.message : String(error);
  const at = /position (\d+)/.exec(detail)?.[1];
  // JSON that is right up to its very end was cut off; anything else was never JSON.
  const cutOff =
    /^\s*[[{]/.test(text) && (/end of JSON|Unterminated/.test(detail) || Number(at) >= text.trimEnd().length);
  if (cutOff) return corrupt('truncated', `is cut off after ${Buffer.byteLength(text)} bytes`);
  const where = at === undefined ? '' : ` in line ${text.slice(0, Number(at)).split('\n').length}`;
  return corrupt('not-json', `is not JSON${where}`);
}

function openProblem(path: string, error: unknown): Problem {
  const file = basename(path);
  switch (errorCode(error)) {
    case 'ENOENT':
      return problem('missing', 'file-missing', `${file} is not there any more (${path}).`);
    case 'EACCES':
    case 'EPERM':
      return problem('unreadable', 'no-permission', `${file} may not be read by this user (${path}).`);
    case 'EISDIR':
      return problem('unreadable', 'not-a-file', `${file} is a folder, not a health file (${path}).`);
    case 'EDANGLING':
    case 'ELOOP':
      return problem('unreadable', 'outside-link', `${file} is a symbolic link that leads nowhere (${path}).`);
    default: {
      const detail = error instanceof Error ? error.message : String(error);
      return problem('unreadable', 'read-error', `${file} cannot be read: ${detail}.`);
    }
  }
}

function problem(kind: ProblemKind, fault: Fault, message: string): Problem {
  return { kind, fault, message };
}
