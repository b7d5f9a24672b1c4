import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from './connection.ts';
import { troubleOf } from './trouble.ts';

const BUSY = 5;

/** The right to write one of the databases of a data folder, and to act on what is in it. */
export interface Lock {
  /** May be called more than once. */
  release(): void;
}

/**
 * Takes the right to one of the databases of a data folder: one process has it at a time, the tray or `monitor`. It is SQLite's lock of a file of its own, which the operating system takes back when the process ends in whatever way; a file
 * with a process id in it would outlive a crash, and the id might be another's by then.
 *
 * Where the folder cannot be written to, everybody gets it: told twice is better than told never.
 *
 * @param name what it is the right to: `notifications`, `history`.
 * @returns undefined where another process has it; `lockHolder` says which one.
 */
export function acquireLock(dataDir: string, name: string): Lock | undefined {
  const file = join(dataDir, `${name}.lock`);
  const taken = tryToLock(dataDir, file);
  if (taken === 'held') return undefined;
  if (taken === 'impossible') return { release: () => undefined };
  forgive(() => writeFileSync(join(dataDir, `${name}.pid`), `${process.pid}\n`));
  let held = true;
  return {
    release: () => {
      if (!held) return;
      held = false;
      // While it is still locked, so that the next one's is not removed.
      forgive(() => rmSync(join(dataDir, `${name}.pid`), { force: true }));
      taken.close();
    },
  };
}

/** The process that has the lock, as far as it could say so. Only of use while the lock is held. */
export function lockHolder(dataDir: string, name: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(dataDir, `${name}.pid`), 'utf8').trim());
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch (error) {
    if (troubleOf(error) === undefined) throw error;
    return undefined;
  }
}

function tryToLock(dataDir: string, file: string, again = true): Connection | 'held' | 'impossible' {
  let connection: Connection | undefined;
  try {
    mkdirSync(dataDir, { recursive: true });
    connection = new Connection(file, { busyTimeout: 0 });
    connection.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return connection;
  } catch (error) {
    connection?.close();
    const trouble = troubleOf(error);
    if (trouble === undefined) throw error;
    if (isBusy(error)) return 'held';
    if (trouble.kind !== 'damaged' || !again) return 'impossible';
    // Nothing is ever written to it, so something else has been.
    renameSync(file, `${file}.unusable`);
    return tryToLock(dataDir, file, false);
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === BUSY;
}

/** The process id is for a sentence only: it does no harm where it cannot be written. */
function forgive(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (troubleOf(error) === undefined) throw error;
  }
}
