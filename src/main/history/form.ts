import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Connection } from '../sqlite/connection.ts';
import { type Form, openOnDisk } from '../sqlite/database.ts';
import { refusalOf } from '../sqlite/trouble.ts';

/**
 * How ids are put together where a row is of one service (or series) in one hour: `hour * PER_HOUR + service`. So the rows
 * of one hour lie side by side, and writing all services dirties a page or two, not one for each.
 */
export const PER_HOUR = 2 ** 20;

/*
 * - `service.status` is null while it is not followed; `until` is the moment up to which its hours are written.
 * - `run` holds the times at which the monitor ran and was awake. They never overlap.
 * - `change` is a transition. `kind` packs its statuses and reason (codes.ts), `numbers` are those of its message
 *   (dictionary.ts), `back` says by how many ids its incident began earlier. Ids give the order, whatever the clock did.
 * - `moment` finds the ids of an hour of wall-clock time, and which statuses occurred: it is a thousandth of an index.
 * - `hour.parts` is the exact course of an hour that is not all one status (hour.ts).
 * - `day` are local days; `done` where its sums are in `day_sum`, and hold.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE service (
    id INTEGER PRIMARY KEY,
    service TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    status INTEGER,
    until INTEGER NOT NULL,
    incident INTEGER
  ) STRICT;
  CREATE TABLE run (id INTEGER PRIMARY KEY, begins INTEGER NOT NULL, ends INTEGER NOT NULL) STRICT;
  CREATE TABLE message (id INTEGER PRIMARY KEY, hash INTEGER NOT NULL, text TEXT NOT NULL) STRICT;
  CREATE INDEX message_hash ON message (hash);
  CREATE VIRTUAL TABLE message_words USING fts5(
    text, content = 'message', content_rowid = 'id', detail = none, columnsize = 0,
    tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
  );
  CREATE TABLE change (
    id INTEGER PRIMARY KEY,
    service INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    message INTEGER NOT NULL,
    back INTEGER,
    numbers TEXT
  ) STRICT;
  CREATE INDEX change_service ON change (service);
  CREATE INDEX change_message ON change (message);
  CREATE TABLE checks (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
  CREATE TABLE incident (
    id INTEGER PRIMARY KEY,
    service INTEGER NOT NULL,
    opened INTEGER NOT NULL,
    lasted INTEGER,
    last INTEGER NOT NULL,
    state INTEGER NOT NULL,
    steps INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX incident_service ON incident (service);
  CREATE TABLE note (
    id INTEGER PRIMARY KEY,
    incident INTEGER NOT NULL,
    at INTEGER NOT NULL,
    by TEXT NOT NULL,
    text TEXT NOT NULL,
    kind TEXT NOT NULL
  ) STRICT;
  CREATE INDEX note_incident ON note (incident);
  CREATE TABLE moment (
    hour INTEGER PRIMARY KEY,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    statuses INTEGER NOT NULL,
    worst INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE hour (
    id INTEGER PRIMARY KEY,
    healthy INTEGER NOT NULL,
    warning INTEGER NOT NULL,
    error INTEGER NOT NULL,
    fatal INTEGER NOT NULL,
    unknown INTEGER NOT NULL,
    parts BLOB
  ) STRICT;
  CREATE TABLE day (start INTEGER PRIMARY KEY, ends INTEGER NOT NULL, done INTEGER NOT NULL) STRICT;
  CREATE TABLE day_sum (
    id INTEGER PRIMARY KEY,
    healthy INTEGER NOT NULL,
    warning INTEGER NOT NULL,
    error INTEGER NOT NULL,
    fatal INTEGER NOT NULL,
    unknown INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    service INTEGER NOT NULL,
    metric TEXT NOT NULL,
    hour INTEGER NOT NULL,
    UNIQUE (service, metric)
  ) STRICT;
  CREATE TABLE sample_hour (
    id INTEGER PRIMARY KEY,
    count INTEGER NOT NULL,
    min REAL NOT NULL,
    avg REAL NOT NULL,
    max REAL NOT NULL,
    raw BLOB NOT NULL
  ) STRICT;
  CREATE TABLE sample_day (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
  `,
];

const SUMS = ['healthy', 'warning', 'error', 'fatal', 'unknown'];

export const FORM: Form = {
  // "EXHH"
  applicationId: 0x45584848,
  migrations: MIGRATIONS,
  columns: {
    meta: ['key', 'value'],
    service: ['id', 'service', 'name', 'status', 'until', 'incident'],
    run: ['id', 'begins', 'ends'],
    message: ['id', 'hash', 'text'],
    message_words: ['text'],
    change: ['id', 'service', 'at', 'kind', 'message', 'back', 'numbers'],
    checks: ['id', 'body'],
    incident: ['id', 'service', 'opened', 'lasted', 'last', 'state', 'steps'],
    note: ['id', 'incident', 'at', 'by', 'text', 'kind'],
    moment: ['hour', 'first', 'last', 'statuses', 'worst'],
    hour: ['id', ...SUMS, 'parts'],
    day: ['start', 'ends', 'done'],
    day_sum: ['id', ...SUMS],
    series: ['id', 'service', 'metric', 'hour'],
    sample_hour: ['id', 'count', 'min', 'avg', 'max', 'raw'],
    sample_day: ['id', 'body'],
  },
  alwaysChecked: ['meta', 'service', 'run', 'day', 'moment'],
};

/**
 * Opens or makes the database for writing.
 * @throws DiskTrouble, or what SQLite throws where this program is at fault.
 */
export function openToWrite(file: string): Connection {
  if (sizeOf(file) === 0) prepare(file);
  const connection = openOnDisk(file, FORM);
  connection.exec('PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY');
  return connection;
}

/** What has to be set before there is a table: without it, the file would never become smaller again. */
function prepare(file: string): void {
  let connection: Connection | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true });
    connection = new Connection(file);
    connection.exec('PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL');
  } catch (error) {
    // `openOnDisk` meets the same trouble, and says it.
    if (refusalOf(error) === undefined) throw error;
  } finally {
    connection?.close();
  }
}

function sizeOf(file: string): number {
  try {
    return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  } catch (error) {
    if (refusalOf(error) === undefined) throw error;
    return 0;
  }
}
