import { existsSync, statSync } from 'node:fs';
import type { Clock } from '../../../shared/clock.ts';
import { Connection, type Readable, type Value } from '../../sqlite/connection.ts';
import { openInMemory, setAside } from '../../sqlite/database.ts';
import { bringIntoOrder, copyLive, moveToDisk } from './copy.ts';
import { FORM, openOnDisk } from './database.ts';
import { nextIdAfter, readLastId } from './ids.ts';
import { Notices } from './notices.ts';
import { DiskTrouble, refusalOf, troubleOf } from '../../sqlite/trouble.ts';

/** How long until a disk that failed is tried again, in ms. */
const TRY_AGAIN = 30_000;

export interface SteadyOptions {
  file: string;
  clock: Clock;
  onTrouble: (message: string | null) => void;
}

interface Write {
  sql: string;
  values: Value[];
}

/**
 * A database that goes on where its disk does not: in memory, with all that can still be read, until the disk is back.
 *
 * Every write of a transaction is noted until it is committed. Where the disk fails in the middle of one, those are made
 * again in memory and the transaction goes on there, so that whoever is in it need not know.
 */
export class Steady implements Readable {
  readonly #file: string;
  readonly #clock: Clock;
  readonly #notices: Notices;
  readonly #listeners = new Set<() => void>();
  #connection: Connection;
  #place: 'disk' | 'memory' = 'disk';
  /** Whether memory began with all that was on disk. */
  #whole = false;
  /** Whether there is nothing in memory to be moved. */
  #empty = true;
  /** The file has turned out to be damaged, though it may look sound when it is opened. */
  #distrusted = false;
  #inode: number | undefined;
  #pending: Write[] | undefined;
  /** Set where a transaction within this one has failed: the outer one must not be kept either. */
  #doomed: unknown;
  #lastId: number;
  #closed = false;
  #cancelRetry: () => void = () => undefined;

  constructor({ file, clock, onTrouble }: SteadyOptions) {
    this.#file = file;
    this.#clock = clock;
    this.#notices = new Notices(file, clock, onTrouble);
    // In memory until the disk has been opened.
    this.#connection = openInMemory(FORM);
    this.#place = 'memory';
    this.#lastId = 0;
    this.#return();
    this.#empty = false;
    this.#lastId = Math.max(this.#lastId, readLastId(this.#connection));
  }

  get place(): 'disk' | 'memory' {
    return this.#place;
  }

  /** An id higher than any before, also than those on a disk that cannot be read now: it grows with the time. */
  nextId(): number {
    this.#lastId = nextIdAfter(this.#lastId, this.#clock.now());
    return this.#lastId;
  }

  get(sql: string, ...values: Value[]): unknown {
    return this.#guarded((connection) => connection.get(sql, ...values));
  }

  all(sql: string, ...values: Value[]): unknown[] {
    return this.#guarded((connection) => connection.all(sql, ...values));
  }

  /** @returns how many rows it changed. */
  write(sql: string, ...values: Value[]): number {
    const changes = this.#guarded((connection) => connection.run(sql, ...values));
    this.#pending?.push({ sql, values });
    return changes;
  }

  /** See `Store.transaction`. */
  transaction<T>(act: () => T): T {
    if (this.#pending !== undefined) return this.#within(act);
    this.#checkPresent();
    this.#guarded((connection) => connection.exec('BEGIN IMMEDIATE'));
    this.#pending = [];
    this.#doomed = undefined;
    try {
      const result = act();
      if (result instanceof Promise) throw new TypeError('A transaction must not be asynchronous.');
      if (this.#doomed !== undefined) throw this.#doomed;
      this.#guarded((connection) => connection.exec('COMMIT'));
      return result;
    } finally {
      this.#pending = undefined;
      abandon(this.#connection);
    }
  }

  onReturn(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelRetry();
    if (this.#place === 'memory') this.#return();
    this.#cancelRetry();
    this.#notices.close();
    // The file is to be whole without its log, whenever the package will really close it.
    if (this.#place === 'disk') forgive(() => this.#connection.exec('PRAGMA wal_checkpoint(TRUNCATE)'));
    this.#connection.close();
  }

  #within<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      this.#doomed = error ?? new Error('A transaction has failed.');
      throw error;
    }
  }

  #guarded<T>(operation: (connection: Connection) => T): T {
    try {
      return operation(this.#connection);
    } catch (error) {
      const trouble = this.#place === 'disk' ? troubleOf(error) : undefined;
      if (trouble === undefined) throw error;
      this.#goToMemory(trouble);
      return operation(this.#connection);
    }
  }

  /** A file that was removed still takes whatever is written, and all of it is gone when the process ends. */
  #checkPresent(): void {
    if (this.#place === 'memory') return;
    if (inodeOf(this.#file) === this.#inode) return;
    this.#goToMemory(new DiskTrouble('unavailable', 'it was removed'), 0);
  }

  #goToMemory(trouble: DiskTrouble, tryAgain = TRY_AGAIN): void {
    const disk = this.#connection;
    abandon(disk);
    const memory = openInMemory(FORM);
    this.#whole = copyLive(disk, memory);
    disk.retire();
    this.#connection = memory;
    this.#place = 'memory';
    if (this.#pending !== undefined) {
      memory.exec('BEGIN');
      for (const { sql, values } of this.#pending) memory.run(sql, ...values);
    }
    this.#stay(trouble, tryAgain);
  }

  /** Moves to the disk whatever is in memory, if the disk will have it. */
  #return(): void {
    let disk: Connection | undefined;
    try {
      disk = this.#openSound();
      const lastOnDisk = readLastId(disk);
      if (!this.#empty) {
        moveToDisk(this.#connection, this.#file, this.#whole);
        bringIntoOrder(disk);
      }
      this.#lastId = Math.max(this.#lastId, lastOnDisk);
    } catch (error) {
      disk?.close();
      const trouble = refusalOf(error);
      if (trouble === undefined) throw error;
      if (this.#empty && trouble.kind === 'unavailable') this.#whole = this.#readLive();
      this.#stay(trouble, TRY_AGAIN);
      return;
    }
    this.#connection.close();
    this.#connection = disk;
    this.#place = 'disk';
    this.#inode = inodeOf(this.#file);
    this.#notices.disk(null);
    for (const listener of this.#listeners) listener();
  }

  /** Opens the file; a damaged one is set aside, with all that can be read from it taken into memory before. */
  #openSound(): Connection {
    try {
      if (this.#distrusted) throw new DiskTrouble('damaged', 'it is damaged');
      return openOnDisk(this.#file);
    } catch (error) {
      if (!(error instanceof DiskTrouble) || error.kind !== 'damaged') throw error;
      // What memory has begun with before, it knows better than the file.
      if (this.#empty) this.#readLive();
      if (existsSync(this.#file)) {
        const name = setAside(this.#file, this.#clock.now());
        this.#notices.setAside(error.message, name, this.#countWaiting());
      }
      this.#distrusted = false;
      return openOnDisk(this.#file);
    }
  }

  /** Takes into memory what can be read of the file. @returns whether that was all of it. */
  #readLive(): boolean {
    if (!existsSync(this.#file)) return false;
    let disk: Connection | undefined;
    try {
      disk = new Connection(this.#file, { readOnly: true });
      this.#empty = false;
      return copyLive(disk, this.#connection);
    } catch (error) {
      // Nothing at all can be read from it.
      if (refusalOf(error) === undefined) throw error;
      return false;
    } finally {
      disk?.close();
    }
  }

  #countWaiting(): number {
    return Number(this.#connection.ask("SELECT count(*) FROM outbox WHERE state = 'queued'"));
  }

  /** Goes on in memory. @param tryAgain until the disk is tried next, ms. */
  #stay(trouble: DiskTrouble, tryAgain: number): void {
    if (trouble.kind === 'damaged') this.#distrusted = true;
    this.#notices.disk(trouble);
    this.#cancelRetry();
    // A damaged file is not waited for, it is replaced.
    this.#cancelRetry = this.#clock.after(trouble.kind === 'damaged' ? 0 : tryAgain, () => {
      if (this.#place === 'memory') this.#return();
    });
  }
}

/** Undefined also where the file system will not say. */
function inodeOf(file: string): number | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false })?.ino;
  } catch (error) {
    if (troubleOf(error) === undefined) throw error;
    return undefined;
  }
}

/** Ends a transaction, also on a disk that has failed: most failures have ended it already, and closing ends any. */
function abandon(connection: Connection): void {
  forgive(() => {
    if (connection.inTransaction) connection.exec('ROLLBACK');
  });
}

/** For what is as well without: nothing is lost where the disk will not have it. */
function forgive(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (refusalOf(error) === undefined) throw error;
  }
}
