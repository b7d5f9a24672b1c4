/** Says that a SQLite file is one of ours ("EXHN"), so that nobody else's is taken for damaged or written to. */
export const APPLICATION_ID = 0x4558484e;

/**
 * Every step from one version of the file to the next, oldest first; `user_version` counts those that were made. A step
 * that was ever released is never changed: add one.
 *
 * `lane` is derived from `outbox` (see `rebuild`): for each waiting message one row for each service that it concerns, so
 * that the first in line of each service is found by index, however long the queue. `ready` marks messages that are first
 * in line for all of their services.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE state (service TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE staged (
    id INTEGER PRIMARY KEY, handler TEXT NOT NULL, service TEXT NOT NULL, item TEXT NOT NULL
  ) STRICT;
  CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    handler TEXT NOT NULL,
    message_id TEXT NOT NULL,
    event TEXT NOT NULL,
    status TEXT NOT NULL,
    priority INTEGER NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    services TEXT NOT NULL,
    search TEXT NOT NULL,
    at INTEGER NOT NULL,
    enqueued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'delivered', 'failed', 'expired')),
    ready INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    tried_at INTEGER,
    reason TEXT,
    answer TEXT,
    finished_at INTEGER
  ) STRICT;
  CREATE INDEX outbox_due ON outbox (handler, next_at, id) WHERE state = 'queued' AND ready = 1;
  CREATE INDEX outbox_queued ON outbox (handler, priority, id) WHERE state = 'queued';
  CREATE INDEX outbox_expiry ON outbox (expires_at, id) WHERE state = 'queued';
  CREATE INDEX outbox_finished ON outbox (finished_at, id) WHERE state <> 'queued';
  CREATE INDEX outbox_failed ON outbox (id) WHERE state IN ('failed', 'expired');
  CREATE TABLE body (id INTEGER PRIMARY KEY, message TEXT NOT NULL) STRICT;
  CREATE TABLE lane (
    handler TEXT NOT NULL, service TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (handler, service, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX lane_id ON lane (id);
  CREATE TABLE handler (
    handler TEXT PRIMARY KEY,
    queued INTEGER NOT NULL,
    delivered INTEGER NOT NULL,
    failing_since INTEGER,
    last_error TEXT,
    last_delivered_at INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE receipt (
    handler TEXT NOT NULL, incidents TEXT NOT NULL, receipt TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (handler, incidents)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX receipt_at ON receipt (at);
  CREATE TABLE decision (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    service TEXT NOT NULL,
    from_status TEXT,
    to_status TEXT NOT NULL,
    event TEXT,
    verdict TEXT NOT NULL,
    stage TEXT NOT NULL,
    reason TEXT NOT NULL,
    message_id TEXT,
    trace TEXT NOT NULL,
    search TEXT NOT NULL
  ) STRICT;
  CREATE INDEX decision_message ON decision (message_id) WHERE message_id IS NOT NULL;
  CREATE TABLE rejected (
    id INTEGER PRIMARY KEY, source TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, reason TEXT NOT NULL
  ) STRICT;
  `,
];

/** The columns of every table that is copied from one database to another; `lane` is built anew. */
export const COLUMNS = {
  meta: ['key', 'value'],
  state: ['service', 'value'],
  staged: ['id', 'handler', 'service', 'item'],
  handler: ['handler', 'queued', 'delivered', 'failing_since', 'last_error', 'last_delivered_at'],
  receipt: ['handler', 'incidents', 'receipt', 'at'],
  outbox: [
    'id',
    'handler',
    'message_id',
    'event',
    'status',
    'priority',
    'title',
    'text',
    'services',
    'search',
    'at',
    'enqueued_at',
    'expires_at',
    'state',
    'ready',
    'attempts',
    'next_at',
    'tried_at',
    'reason',
    'answer',
    'finished_at',
  ],
  body: ['id', 'message'],
  decision: [
    'id',
    'at',
    'service',
    'from_status',
    'to_status',
    'event',
    'verdict',
    'stage',
    'reason',
    'message_id',
    'trace',
    'search',
  ],
  rejected: ['id', 'source', 'name', 'value', 'reason'],
} as const;
export type Table = keyof typeof COLUMNS;
export const TABLES = Object.keys(COLUMNS) as Table[];

/** For a service named '' in `lane`: messages that concern no service keep their order among themselves. */
export const NO_SERVICE = '';

/** No earlier message of the same handler waits for one of the services of `outbox.id`. */
export const FIRST_IN_LINE = `NOT EXISTS (
  SELECT 1 FROM lane mine JOIN lane earlier
    ON earlier.handler = mine.handler AND earlier.service = mine.service AND earlier.id < mine.id
  WHERE mine.id = outbox.id)`;

/** Builds all that is derived, after rows were brought together from two databases. */
export const REBUILD = `
  UPDATE outbox SET state = 'failed', ready = 0, finished_at = enqueued_at, reason = 'It could not be read any more.'
    WHERE state = 'queued' AND (NOT json_valid(services) OR id NOT IN (SELECT id FROM body));
  DELETE FROM lane;
  INSERT OR IGNORE INTO lane (handler, service, id)
    SELECT outbox.handler, CAST(one.value AS TEXT), outbox.id
    FROM outbox, json_each(CASE outbox.services WHEN '[]' THEN '[""]' ELSE outbox.services END) one
    WHERE outbox.state = 'queued';
  UPDATE outbox SET ready = ${FIRST_IN_LINE} WHERE state = 'queued';
  UPDATE handler SET queued = 0;
  INSERT INTO handler (handler, queued, delivered)
    SELECT handler, count(*), 0 FROM outbox WHERE state = 'queued' GROUP BY handler
    ON CONFLICT (handler) DO UPDATE SET queued = excluded.queued;
`;
