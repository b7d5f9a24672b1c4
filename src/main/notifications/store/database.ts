import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { Connection } from './connection.ts';
import { bringIntoOrder } from './copy.ts';
import { APPLICATION_ID, COLUMNS, MIGRATIONS, TABLES } from './schema.ts';
import { DiskTrouble, refusalOf } from './trouble.ts';

/** The name of the file in the data folder. */
export const DATABASE_FILE = 'notifications.db';

/**
 * Up to this size the whole file is checked when it is opened, in bytes: some 20 ms. Of a larger one, the small tables are;
 * damage elsewhere is found when it is read, and dealt with then.
 */
const CHECKED_WHOLE = 8 * 1024 * 1024;
const ALWAYS_CHECKED = ['state', 'meta', 'staged', 'handler'];

/**
 * Opens or makes the database, checks it and brings it to this version.
 *
 * `synchronous = NORMAL`: what is committed has been handed to the operating system, so it survives the end of this process
 * at any instant. After a power failure the last commits may be missing, though never a part of one. That costs nothing
 * that matters: the policy's state is in the same commits as the messages that follow from it, so what was forgotten is
 * decided again, and told. FULL would make the main thread wait for the disk at each commit, on an SD card for 10 ms or more.
 *
 * @throws DiskTrouble, or what SQLite throws where this program is at fault.
 */
export function openOnDisk(file: string): Connection {
  let connection: Connection | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true });
    connection = new Connection(file);
    const version = examine(connection, file);
    connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 8388608');
    migrate(connection, version);
    // A file that can only be read opens without complaint.
    connection.exec('BEGIN IMMEDIATE; COMMIT');
    examineColumns(connection);
    bringIntoOrder(connection);
    return connection;
  } catch (error) {
    connection?.close();
    throw refusalOf(error) ?? error;
  }
}

/** A database of the same form that ends with this process. */
export function openInMemory(): Connection {
  const connection = new Connection(':memory:');
  migrate(connection, 0);
  return connection;
}

/**
 * @param thorough whether its pages are checked as well.
 * @returns the version of the file, 0 for an empty one.
 * @throws DiskTrouble where it is newer than this program, damaged or somebody else's.
 */
export function examine(connection: Connection, file: string, { thorough = true } = {}): number {
  const version = connection.ask('SELECT user_version FROM pragma_user_version');
  const application = connection.ask('SELECT application_id FROM pragma_application_id');
  if (typeof version !== 'number') throw new DiskTrouble('damaged', 'it is damaged');
  const empty =
    version === 0 && application === 0 && connection.ask('SELECT schema_version FROM pragma_schema_version') === 0;
  if (application !== APPLICATION_ID && !empty) throw new DiskTrouble('damaged', 'it is not of this program');
  if (version > MIGRATIONS.length) {
    throw new DiskTrouble('newer', `its version is ${version}, and this program knows ${MIGRATIONS.length}`);
  }
  if (!empty && (version < 1 || (thorough && !isSound(connection, file))))
    throw new DiskTrouble('damaged', 'it is damaged');
  return version;
}

function isSound(connection: Connection, file: string): boolean {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const tables = size <= CHECKED_WHOLE ? [''] : ALWAYS_CHECKED.map((table) => `('${table}')`);
  return tables.every((table) => connection.ask(`SELECT * FROM pragma_quick_check${table} LIMIT 1`) === 'ok');
}

/** Each step is made together with the number that says so, or not at all. */
function migrate(connection: Connection, from: number): void {
  for (let version = from; version < MIGRATIONS.length; version += 1) {
    connection.exec(
      `BEGIN IMMEDIATE; ${MIGRATIONS[version] ?? ''};
      PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${version + 1}; COMMIT`,
    );
  }
}

/** @throws where the file says that it has our form and has not. */
function examineColumns(connection: Connection): void {
  for (const table of TABLES) connection.exec(`SELECT ${COLUMNS[table].join(', ')} FROM ${table} LIMIT 1`);
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
