import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { IncidentNote } from '../../shared/history.ts';
import { formatMoment } from '../../shared/text.ts';
import type { Connection } from '../sqlite/connection.ts';
import { openInMemory, setAside } from '../sqlite/database.ts';
import { acquireLock, type Lock, lockHolder } from '../sqlite/lock.ts';
import { openToRead } from '../sqlite/reader.ts';
import { DiskTrouble, troubleOf } from '../sqlite/trouble.ts';
import type { Batch } from './entries.ts';
import { FORM, openToWrite } from './form.ts';
import { DATABASE_FILE } from './protocol.ts';
import { answer, type Answer, type Question, type QuestionName } from './queries/queries.ts';
import type { Source } from './queries/selection.ts';
import { type Limits, Upkeep } from './upkeep.ts';
import { Writer } from './writer.ts';

/** What the lock of the data folder is called. */
const LOCK = 'history';

/** What there is on disk. */
export interface Extent {
  /** When it begins, milliseconds since the epoch; null where it is empty. */
  oldest: number | null;
  /** Size on disk. */
  bytes: number;
}

export interface ArchiveOptions {
  dataDir: string;
  limits: Limits;
  now: () => number;
  /** Told in a sentence of what a person should know and need not act on: that a damaged file was set aside. */
  onNotice: (message: string) => void;
}

/**
 * The history of one data folder: written by the process that has the lock, read by all others. All of this is synchronous,
 * and belongs into a thread of its own.
 */
export class Archive {
  readonly #file: string;
  #limits: Limits;
  #lock: Lock | undefined;
  #database: Connection | undefined;
  #writer: Writer | undefined;
  #upkeep: Upkeep | undefined;
  #inode: number | undefined;
  #reading = false;

  constructor(private readonly options: ArchiveOptions) {
    this.#file = join(options.dataDir, DATABASE_FILE);
    this.#limits = options.limits;
  }

  /**
   * Opens what there is. May be called again: a reader then finds out whether it can write, or whether the file is another.
   *
   * @param distrust the file has turned out to be damaged, though it may look sound.
   * @throws DiskTrouble where it cannot be used now.
   */
  open(distrust = false): 'writer' | 'reader' {
    if (this.#writer !== undefined) return 'writer';
    this.#lock ??= acquireLock(this.options.dataDir, LOCK);
    if (this.#lock === undefined) {
      this.#openToRead();
      return 'reader';
    }
    if (this.#database === undefined || this.#reading) {
      this.#database?.close();
      this.#reading = false;
      this.#database = this.#openSound(distrust);
      this.#inode = inodeOf(this.#file);
    }
    this.#writer = new Writer(this.#database);
    this.#upkeep = new Upkeep(this.#database, () => this.#limits);
    return 'writer';
  }

  /** Why this process does not write, in a sentence. */
  standby(): string {
    const holder = lockHolder(this.options.dataDir, LOCK);
    const who = holder === undefined ? 'Another monitor' : `Another monitor (process ${holder})`;
    return `${who} with the same data folder records the history. This one shows it, and takes over when the other ends.`;
  }

  /** The last batch that is in the file. */
  get written(): { session: string; number: number } | undefined {
    return this.#writer?.written;
  }

  /** Writes a batch, all of it or nothing. @throws DiskTrouble where the disk does not take it. */
  write(batch: Batch): void {
    if (inodeOf(this.#file) !== this.#inode) {
      // What is written to it would be gone when this process ends. `open` makes a new one.
      this.#database?.retire();
      this.#database = undefined;
      this.#writer = undefined;
      throw new DiskTrouble('unavailable', 'it was removed');
    }
    this.#written((writer) => writer.write(batch));
  }

  /** @returns null where there is no such incident. @throws Error with a sentence where it cannot be written. */
  addNote(incident: number, note: IncidentNote): IncidentNote | null {
    if (this.#lock === undefined) throw new Error(`The note was not added: ${this.standby()}`);
    return this.#written((writer) => writer.addNote(incident, note)) ? note : null;
  }

  /** @param now milliseconds since the epoch. @throws DiskTrouble where it cannot be read. */
  answer(question: Question, now: number): Answer<QuestionName> {
    const writer = this.#writer;
    const database = this.#database;
    if (database === undefined) throw new Error(`${this.#file} is not open.`);
    this.#writeSamplesFor(question);
    const source: Source = { database, current: () => writer?.currentAt(now) };
    return answer(source, question, now);
  }

  configure(limits: Limits): void {
    this.#limits = limits;
  }

  /** Carries out a small step of the upkeep. @returns whether there is more to do now. @throws DiskTrouble */
  tidy(): boolean {
    const upkeep = this.#upkeep;
    if (upkeep === undefined || this.#writer === undefined) return false;
    return this.#written((writer) => upkeep.step(writer));
  }

  extent(): Extent {
    const bytes = ['', '-wal'].reduce((sum, suffix) => sum + sizeOf(this.#file + suffix), 0);
    try {
      const oldest = this.#database?.rows('SELECT min(begins) FROM run')[0]?.[0];
      return { oldest: typeof oldest === 'number' ? oldest : null, bytes };
    } catch (error) {
      if (troubleOf(error) === undefined) throw error;
      return { oldest: null, bytes };
    }
  }

  close(): void {
    try {
      if (this.#writer !== undefined) {
        const writer = this.#writer;
        writer.upkeep(() => writer.samples.writeAll());
        // The file is to be whole without its log, whenever the package will really close it.
        this.#database?.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      }
    } catch (error) {
      if (troubleOf(error) === undefined) throw error;
    } finally {
      this.#writer = undefined;
      this.#database?.close();
      this.#database = undefined;
      this.#lock?.release();
      this.#lock = undefined;
    }
  }

  /** A writer that failed does not know any more what is in the file, so the next one is made from the file. */
  #written<T>(act: (writer: Writer) => T): T {
    const database = this.#database;
    if (database === undefined) throw new DiskTrouble('unavailable', 'it is not open');
    try {
      this.#writer ??= new Writer(database);
      return act(this.#writer);
    } catch (error) {
      this.#writer = undefined;
      throw troubleOf(error) ?? error;
    }
  }

  /** What was sampled last waits to be written with more; whoever looks at it gets it now. */
  #writeSamplesFor({ name, input }: Question): void {
    const writer = this.#writer;
    const database = this.#database;
    if (writer === undefined || database === undefined) return;
    const wanted =
      name === 'series' || name === 'sparks'
        ? database.rows('SELECT id FROM series WHERE metric = ?', input.metric).map(([id]) => id)
        : name === 'metrics' && input !== undefined
          ? database
              .rows('SELECT id FROM series WHERE service = (SELECT id FROM service WHERE service = ?)', input)
              .map(([id]) => id)
          : [];
    const ids = new Set(wanted);
    if (!writer.samples.waits((id) => ids.has(id))) return;
    try {
      this.#written((one) => one.upkeep(() => one.samples.write((id) => ids.has(id))));
    } catch (error) {
      // Then what is in the file is what there is to see.
      if (troubleOf(error) === undefined) throw error;
    }
  }

  #openToRead(): void {
    if (this.#database !== undefined && inodeOf(this.#file) === this.#inode) return;
    this.#database?.close();
    this.#inode = inodeOf(this.#file);
    this.#database = openToRead(this.#file, FORM) ?? openInMemory(FORM);
    this.#reading = true;
  }

  /** Opens the file; a damaged one is set aside, and a new one begun. */
  #openSound(distrust: boolean): Connection {
    try {
      if (distrust && existsSync(this.#file)) throw new DiskTrouble('damaged', 'it is damaged');
      return openToWrite(this.#file);
    } catch (error) {
      if (!(error instanceof DiskTrouble) || error.kind !== 'damaged') throw error;
      const now = this.options.now();
      const name = setAside(this.#file, now);
      this.options.onNotice(
        `${DATABASE_FILE} could not be used: ${error.message}. It was set aside as ${name}, and the history begins anew at ` +
          `${formatMoment(now)}.`,
      );
      return openToWrite(this.#file);
    }
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

function sizeOf(file: string): number {
  try {
    return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  } catch (error) {
    if (troubleOf(error) === undefined) throw error;
    return 0;
  }
}
