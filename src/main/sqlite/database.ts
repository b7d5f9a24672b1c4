import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { Connection } from './connection.ts';
import { DiskTrouble, refusalOf } from './trouble.ts';

/** What a database of ours looks like, and how it came to. */
export interface Form {
  /** Says that the file is one of ours, so that nobody else's is taken for damaged or written to. */
  applicationId: number;
  /**
   * Every step from one version of the file to the next, oldest first; `user_version` counts those that were made. A step
   * that was ever released is never changed: add one.
   */
  migrations: readonly string[];
  /** The columns of every table that the program relies on. */
  columns: Readonly<Record<string, readonly string[]>>;
  /** Small tables that are checked at every start, also of a file that is too large to be checked as a whole. */
  alwaysChecked: readonly string[];
}

/**
 * Up to this size the whole file is checked when it is opened, in bytes: some 20 ms. Of a larger one, the small tables are;
 * damage elsewhere is found when it is read, and dealt with then.
 */
const CHECKED_WHOLE = 8 * 1024 * 1024;

/**
 * Opens or makes a database, checks it and brings it to this version.
 *
 * `synchronous = NORMAL`: what is committed has been handed to the operating system, so it survives the end of this process
 * at any instant. After a power failure the last commits may be missing, though never a part of one. FULL would make the
 * writer wait for the disk at each commit, on an SD card for 10 ms or more.
 *
 * @throws DiskTrouble, or what SQLite throws where this program is at fault.
 */
export function openOnDisk(file: string, form: Form): Connection {
  let connection: Connection | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true });
    connection = new Connection(file);
    const version = examine(connection, file, form);
    connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 8388608');
    migrate(connection, version, form);
    // A file that can only be read opens without complaint.
    connection.exec('BEGIN IMMEDIATE; COMMIT');
    examineColumns(connection, form);
    return connection;
  } catch (error) {
    connection?.close();
    throw refusalOf(error) ?? error;
  }
}

/** A database of the same form that ends with this process. */
export function openInMemory(form: Form): Connection {
  const connection = new Connection(':memory:');
  migrate(connection, 0, form);
  return connection;
}

/**
 * @param thorough whether its pages are checked as well.
 * @returns the version of the file, 0 for an empty one.
 * @throws DiskTrouble where it is newer than this program, damaged or somebody else's.
 */
export function examine(connection: Connection, file: string, form: Form, { thorough = true } = {}): number {
  const version = connection.ask('SELECT user_version FROM pragma_user_version');
  const application = connection.ask('SELECT application_id FROM pragma_application_id');
  if (typeof version !== 'number') throw new DiskTrouble('damaged', 'it is damaged');
  const empty =
    version === 0 && application === 0 && connection.ask('SELECT schema_version FROM pragma_schema_version') === 0;
  if (application !== form.applicationId && !empty) throw new DiskTrouble('damaged', 'it is not of this program');
  if (version > form.migrations.length) {
    throw new DiskTrouble('newer', `its version is ${version}, and this program knows ${form.migrations.length}`);
  }
  if (!empty && (version < 1 || (thorough && !isSound(connection, file, form))))
    throw new DiskTrouble('damaged', 'it is damaged');
  return version;
}

function isSound(connection: Connection, file: string, { alwaysChecked }: Form): boolean {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const tables = size <= CHECKED_WHOLE ? [''] : alwaysChecked.map((table) => `('${table}')`);
  return tables.every((table) => connection.ask(`SELECT * FROM pragma_quick_check${table} LIMIT 1`) === 'ok');
}

/** Each step is made together with the number that says so, or not at all. */
function migrate(connection: Connection, from: number, { migrations, applicationId }: Form): void {
  for (let version = from; version < migrations.length; version += 1) {
    connection.exec(
      `BEGIN IMMEDIATE; ${migrations[version] ?? ''};
      PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${version + 1}; COMMIT`,
    );
  }
}

/** @throws where the file says that it has our form and has not. */
function examineColumns(connection: Connection, { columns }: Form): void {
  for (const [table, names] of Object.entries(columns)) {
    connection.exec(`SELECT ${names.join(', ')} FROM ${table} LIMIT 1`);
  }
}

/**
 * Gives a damaged file and what belongs to it another name.
 * @param time milliseconds since the epoch.
 * @returns the new name. @throws the file system's error.
 */
export function setAside(file: string, time: number): string {
  const stamp = new Date(time).toISOString().replace(/[:.]/g, '-');
  let aside = `${file}.corrupt-${stamp}`;
  for (let count = 2; existsSync(aside); count += 1) aside = `${file}.corrupt-${stamp}-${count}`;
  renameSync(file, aside);
  // Left in place, these would be taken for the new file's.
  for (const suffix of ['-wal', '-shm']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
  }
  return basename(aside);
}
