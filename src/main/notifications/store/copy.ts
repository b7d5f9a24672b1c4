import type { Connection, Value } from '../../sqlite/connection.ts';
import { COLUMNS, REBUILD, type Table } from './schema.ts';
import { refusalOf } from '../../sqlite/trouble.ts';

/** What is wholly in force or not at all; the log of what is over is not. */
const LIVE: readonly Table[] = ['meta', 'state', 'staged', 'handler', 'receipt'];
const WAITING = "state = 'queued'";

function isValue(value: unknown): value is Value {
  return value === null || typeof value === 'string' || typeof value === 'number';
}

/** Of a table that is half damaged, half is copied before it throws. */
function copyRows(from: Connection, to: Connection, table: Table, where: string): void {
  const columns = COLUMNS[table];
  const sql = `INSERT OR REPLACE INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
  from.visit(columns, `FROM ${table} WHERE ${where}`, (row) => {
    const values = row.filter(isValue);
    if (values.length === columns.length) to.run(sql, ...values);
  });
}

/**
 * Copies what is needed to go on without the file: states, what is being grouped, and messages that wait. Reads as much as
 * can be read. @returns whether that was all of it.
 */
export function copyLive(disk: Connection, memory: Connection): boolean {
  let whole = true;
  const parts: [Table, string][] = [
    ...LIVE.map((table): [Table, string] => [table, 'true']),
    ['outbox', WAITING],
    ['body', `id IN (SELECT id FROM outbox WHERE ${WAITING})`],
  ];
  memory.exec('BEGIN');
  for (const [table, where] of parts) {
    try {
      copyRows(disk, memory, table, where);
    } catch (error) {
      // A table may be gone, half readable, or hold what the one here refuses.
      if (refusalOf(error) === undefined) throw error;
      whole = false;
    }
  }
  memory.exec(`${REBUILD} COMMIT`);
  return whole;
}

/**
 * Moves everything from memory to the file, all of it or nothing. `bringIntoOrder` has to follow.
 *
 * @param whole whether memory began with all that was in the file; what is missing in it is then over, and else was never
 * known.
 */
export function moveToDisk(memory: Connection, file: string, whole: boolean): void {
  memory.exec(`ATTACH '${file.replaceAll("'", "''")}' AS disk`);
  try {
    const remove = [
      ...LIVE.map((table) => `DELETE FROM disk.${table}`),
      `DELETE FROM disk.body WHERE id IN (SELECT id FROM disk.outbox WHERE ${WAITING})`,
      `DELETE FROM disk.outbox WHERE ${WAITING}`,
    ];
    const tables: readonly Table[] = [...LIVE, 'outbox', 'body', 'decision', 'rejected'];
    const copy = tables.map((table) => {
      const columns = COLUMNS[table].join(', ');
      return `INSERT OR REPLACE INTO disk.${table} (${columns}) SELECT ${columns} FROM main.${table}`;
    });
    const last = [
      "DELETE FROM disk.body WHERE id IN (SELECT id FROM disk.outbox WHERE state = 'delivered')",
      // Says that it does not fit, should the process end before it does.
      'DELETE FROM disk.lane',
    ];
    memory.exec(['BEGIN', ...(whole ? remove : []), ...copy, ...last, 'COMMIT'].join(';\n'));
  } finally {
    if (memory.inTransaction) memory.exec('ROLLBACK');
    memory.exec('DETACH disk');
  }
}

/** Builds anew what is derived where it does not fit, as after damage or a foreign hand; takes a few ms of 10,000 messages. */
export function bringIntoOrder(disk: Connection): void {
  const fits = disk.ask(
    `SELECT (SELECT count(*) FROM outbox WHERE ${WAITING}) = (SELECT count(DISTINCT id) FROM lane)
      AND NOT EXISTS (SELECT 1 FROM handler WHERE queued <>
        (SELECT count(*) FROM outbox WHERE ${WAITING} AND outbox.handler = handler.handler))
      AND NOT EXISTS (SELECT 1 FROM handler WHERE queued > 0 AND NOT EXISTS
        (SELECT 1 FROM outbox WHERE ${WAITING} AND ready = 1 AND outbox.handler = handler.handler))`,
  );
  if (fits !== 1) disk.exec(`BEGIN IMMEDIATE; ${REBUILD} COMMIT`);
}
