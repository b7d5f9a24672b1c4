import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** A temporary file lives for milliseconds; one that is older than this was left by a writer that was killed. In ms. */
const LEFT_BEHIND = 60_000;

/** Files of this process so far: with its id, a name that nobody else has. */
let written = 0;

/** Hidden and ending in .tmp: no reader takes it for a service. A long type is cut, so that the name fits wherever its own does. */
function prefixOf(type: string): string {
  return `.${type.slice(0, 40)}.`;
}

/**
 * Writes `<type>.json` as one step for every reader: a temporary file of its own name in the same folder, then a rename.
 * The folder is made where it is missing.
 *
 * @param options `durable`: wait until the disk has it, so that it also outlives a power cut.
 * @throws the file system's error; the temporary file is gone by then.
 */
export function writeHealthFile(dir: string, type: string, text: string, { durable = false } = {}): void {
  written += 1;
  // The last part tells threads of one process apart, each of which counts for itself.
  const unique = `${process.pid}.${written}${Math.random().toString(36).slice(2, 8)}`;
  const temporary = join(dir, `${prefixOf(type)}${unique}.tmp`);
  const descriptor = openNew(temporary);
  try {
    try {
      writeAll(descriptor, Buffer.from(text));
      if (durable) fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, join(dir, `${type}.json`));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  if (durable) syncFolder(dir);
}

function openNew(path: string): number {
  try {
    return openSync(path, 'wx');
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    // Looked for only when it is missing: it nearly never is.
    makeFolder(dirname(path));
    return openSync(path, 'wx');
  }
}

/** Makes a folder and those above it. Node's own `recursive` never returns where the working directory was removed. */
function makeFolder(dir: string): void {
  try {
    mkdirSync(dir);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    const parent = dirname(dir);
    if (codeOf(error) !== 'ENOENT' || parent === dir || parent === '.') throw error;
    makeFolder(parent);
    mkdirSync(dir);
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function writeAll(descriptor: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done);
}

/** The rename itself is on disk once the folder is. Windows cannot open a folder, and needs no such thing. */
function syncFolder(dir: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(dir, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Removes the temporary files of `type` that a killed writer left behind. Those of the last minute may be somebody's.
 *
 * @param now milliseconds since the epoch.
 * @throws the file system's error.
 */
export function removeLeftovers(dir: string, type: string, now: number): void {
  const prefix = prefixOf(type);
  for (const name of readdirSync(dir)) {
    if (!name.startsWith(prefix) || !/^\d+\.[0-9a-z]+\.tmp$/.test(name.slice(prefix.length))) continue;
    const path = join(dir, name);
    if (now - statSync(path).mtimeMs > LEFT_BEHIND) rmSync(path, { force: true });
  }
}
