import { DatabaseSync, type StatementSyncInstance } from '@photostructure/sqlite';

/** What SQLite keeps in one column of ours. */
export type Value = string | number | null | Uint8Array;

/** Something to read rows from. They are `unknown` until somebody has parsed them. */
export interface Readable {
  get(sql: string, ...values: Value[]): unknown;
  all(sql: string, ...values: Value[]): unknown[];
}

/** The same, and rows as arrays of their columns, which takes a third of the time where there are many. */
export interface BulkReadable extends Readable {
  rows(sql: string, ...values: Value[]): unknown[][];
}

/** See `retire`. */
const retired: Connection[] = [];

/**
 * One open database with its prepared statements. Throws whatever SQLite throws.
 *
 * The package finalizes a prepared statement only when it is collected as garbage, and a database with such statements is
 * closed no earlier. So whatever opens a file only to look at it uses `exec`, `ask` and `visit`, which leave none behind.
 */
export class Connection implements BulkReadable {
  readonly #database: InstanceType<typeof DatabaseSync>;
  readonly #statements = new Map<string, StatementSyncInstance>();
  readonly #bulkStatements = new Map<string, StatementSyncInstance>();
  #visitor: (values: unknown[]) => void = () => undefined;

  /** @param busyTimeout how long to wait for another process' lock, in ms. */
  constructor(file: string, { readOnly = false, busyTimeout = 2000 } = {}) {
    this.#database = new DatabaseSync(file, { readOnly, timeout: busyTimeout });
    this.#database.function('visit', { varargs: true }, (...values: unknown[]) => {
      this.#visitor(values);
      return null;
    });
  }

  get inTransaction(): boolean {
    return this.#database.isTransaction;
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  get(sql: string, ...values: Value[]): unknown {
    return this.#prepared(sql).get(...values) as unknown;
  }

  all(sql: string, ...values: Value[]): unknown[] {
    return this.#prepared(sql).all(...values) as unknown[];
  }

  rows(sql: string, ...values: Value[]): unknown[][] {
    const statement = this.#prepared(sql, true);
    return statement.all(...values) as unknown[][];
  }

  /** @returns how many rows it changed. */
  run(sql: string, ...values: Value[]): number {
    return Number(this.#prepared(sql).run(...values).changes);
  }

  /** Calls `visitor` with the values of each row of `SELECT columns rest`, without a prepared statement. */
  visit(columns: readonly string[], rest: string, visitor: (values: unknown[]) => void): void {
    this.#visitor = visitor;
    this.#database.exec(`SELECT visit(${columns.join(', ')}) ${rest}`);
  }

  /** The first value that a `SELECT` of one column finds, without a prepared statement; null for nothing. */
  ask(select: string): unknown {
    let answer: unknown = null;
    this.visit([`(${select})`], '', ([value]) => (answer = value));
    return answer;
  }

  /** Does nothing where it is closed already. */
  close(): void {
    this.#statements.clear();
    this.#bulkStatements.clear();
    if (this.#database.isOpen) this.#database.close();
  }

  /**
   * Closes a database whose file may be given another name, or has been removed. Where it has prepared statements, it stays
   * open until those are collected, and then removes the write-ahead log by its name: that of the new file, by then. So
   * these are kept. It happens once for each damaged or removed file, if ever.
   */
  retire(): void {
    const statements = [...this.#statements];
    const bulkStatements = [...this.#bulkStatements];
    this.close();
    for (const [sql, statement] of statements) this.#statements.set(sql, statement);
    for (const [sql, statement] of bulkStatements) this.#bulkStatements.set(sql, statement);
    if (statements.length + bulkStatements.length > 0) retired.push(this);
  }

  #prepared(sql: string, arrays = false): StatementSyncInstance {
    const statements = arrays ? this.#bulkStatements : this.#statements;
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    if (arrays) statement.setReturnArrays(true);
    statements.set(sql, statement);
    return statement;
  }
}
