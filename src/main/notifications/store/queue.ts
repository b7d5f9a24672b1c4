import { z } from 'zod';
import { type Message, Priority } from '../../../shared/notification-message.ts';
import type { Clock } from '../../../shared/clock.ts';
import { bodyOf, parseBody } from './body.ts';
import { HandlerRecords } from './handler-records.ts';
import { Receipts } from './receipts.ts';
import { Line } from './line.ts';
import { searchText } from './search.ts';
import type { Steady } from './steady.ts';
import { Waits } from './waits.ts';

/** How long a message that had expired is worth telling once a person wants it sent after all, in ms. */
const SECOND_LIFE = 3_600_000;

/** A message that waits for its handler. Times are milliseconds since the epoch. */
export interface QueuedMessage {
  id: number;
  message: Message;
  /** How often it was tried. */
  attempts: number;
  enqueuedAt: number;
  /** Why it was not delivered so far. */
  reason: string | null;
}

export type Requeued = { ok: true; id: number; handler: string } | { ok: false; reason: string };

const Id = z.object({ id: z.int() });
const QueuedRow = z.object({
  id: z.int(),
  message: z.string(),
  attempts: z.number(),
  enqueuedAt: z.number(),
  expiresAt: z.number(),
  reason: z.string().nullable(),
});
const FinishedRow = z.object({ handler: z.string(), state: z.string(), hasBody: z.number() });

/** The order of priorities, the least urgent first. */
const rank = (priority: Priority): number => Priority.options.indexOf(priority);
/** A moment as SQLite keeps it; one that JavaScript cannot count exactly is as good as never. */
const moment = (time: number): number => Math.round(Math.min(Math.max(time, 0), Number.MAX_SAFE_INTEGER));

/**
 * The messages that wait, in order: of one handler, a message is only `due` when no earlier one waits for any of its
 * services. Every method is one transaction, or part of the caller's.
 *
 * That a message is on its way is not written down: after a crash it is due at once, as nobody can know whether it arrived.
 */
export class Queue {
  /** Ids of messages on their way. Kept by whoever sends them. */
  readonly sending = new Set<number>();
  readonly handlers: HandlerRecords;
  readonly receipts: Receipts;
  readonly waits: Waits;
  readonly #line: Line;

  constructor(
    private readonly steady: Steady,
    private readonly clock: Clock,
    private readonly trim: () => void,
  ) {
    this.handlers = new HandlerRecords(steady);
    this.receipts = new Receipts(steady);
    this.waits = new Waits(steady, clock);
    this.#line = new Line(steady);
  }

  /** @returns the id of this message for this handler. */
  enqueue(handler: string, message: Message): number {
    const id = this.steady.nextId();
    const now = moment(this.clock.now());
    const services = [...new Set(message.services.map(({ service }) => service))];
    this.steady.transaction(() => {
      this.steady.write(
        `INSERT INTO outbox (id, handler, message_id, event, status, priority, title, text, services, search, at,
          enqueued_at, expires_at, state, ready, attempts, next_at)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', 0, 0, 0)`,
        id,
        handler,
        message.id,
        message.event,
        message.status,
        rank(message.priority),
        message.title,
        message.text,
        JSON.stringify(services),
        searchText([message.title, handler, message.text, ...services]),
        moment(message.at),
        now,
        moment(message.expiresAt),
      );
      this.steady.write('INSERT INTO body (id, message) VALUES (?, ?)', id, bodyOf(message));
      this.#line.join(id, handler, services);
      this.handlers.count(handler, 1);
      this.trim();
    });
    return id;
  }

  /** The next messages to send, at most so many. What is on its way already is left out. */
  due(handler: string, limit: number): QueuedMessage[] {
    const rows = this.steady.all(
      `SELECT id FROM outbox WHERE handler = ? AND state = 'queued' AND ready = 1 AND next_at <= ?
        ORDER BY next_at, id LIMIT ?`,
      handler,
      moment(this.clock.now()),
      limit + this.sending.size,
    );
    const ids = rows.map((row) => Id.parse(row).id).filter((id) => !this.sending.has(id));
    return ids.slice(0, limit).flatMap((id) => this.#read(id));
  }

  /** When the next message of this handler is due, 0 for at any time; undefined where none waits, but on its way. */
  nextDue(handler: string): number | undefined {
    return this.#earliest(
      `SELECT id, next_at AS moment FROM outbox WHERE handler = ? AND state = 'queued' AND ready = 1
        ORDER BY next_at, id LIMIT ?`,
      handler,
      this.sending.size + 1,
    );
  }

  /** When the next message expires that is not on its way. */
  nextExpiry(): number | undefined {
    return this.#earliest(
      "SELECT id, expires_at AS moment FROM outbox WHERE state = 'queued' ORDER BY expires_at, id LIMIT ?",
      this.sending.size + 1,
    );
  }

  /** Expires what has expired, at most so many. @returns how many those were. */
  expire(limit: number): number {
    const now = moment(this.clock.now());
    const sql = "SELECT id FROM outbox WHERE state = 'queued' AND expires_at <= ? ORDER BY expires_at, id LIMIT ?";
    const reason = 'It expired before it could be delivered.';
    return this.#finishAll(this.steady.all(sql, now, limit + this.sending.size), limit, 'expired', reason);
  }

  /** Fails what waits for a handler, at most so many. @returns how many those were. */
  failAll(handler: string, reason: string, limit: number): number {
    const sql = "SELECT id FROM outbox WHERE handler = ? AND state = 'queued' LIMIT ?";
    return this.#finishAll(this.steady.all(sql, handler, limit + this.sending.size), limit, 'failed', reason);
  }

  /**
   * Makes room for one message: the oldest of the least urgent fails.
   * @returns whether there is room now; not where all others are more urgent, or on their way.
   */
  makeRoom(handler: string, priority: Priority, reason: string): boolean {
    const rows = this.steady.all(
      "SELECT id FROM outbox WHERE handler = ? AND state = 'queued' AND priority <= ? ORDER BY priority, id LIMIT ?",
      handler,
      rank(priority),
      this.sending.size + 1,
    );
    const id = rows.map((row) => Id.parse(row).id).find((candidate) => !this.sending.has(candidate));
    return id !== undefined && this.fail(id, reason);
  }

  /** A server has accepted it. @returns false where it was no longer waiting. */
  deliver(id: number, answer: string): boolean {
    return this.#finish(id, 'delivered', null, answer);
  }

  /** It will never be delivered. @returns false where it was no longer waiting. */
  fail(id: number, reason: string): boolean {
    return this.#finish(id, 'failed', reason, null);
  }

  /** An attempt has been made, however it went. */
  countAttempt(id: number): void {
    const now = moment(this.clock.now());
    this.steady.write('UPDATE outbox SET attempts = attempts + 1, tried_at = ? WHERE id = ?', now, id);
  }

  /** @param nextAt when it is tried again, milliseconds since the epoch. */
  postpone(id: number, reason: string, nextAt: number): void {
    const sql = "UPDATE outbox SET reason = ?, next_at = ? WHERE id = ? AND state = 'queued'";
    this.steady.write(sql, reason, moment(nextAt), id);
  }

  /** Puts a message that has failed or expired at the end of its queue again; one that waits becomes due now. */
  requeue(id: number): Requeued {
    return this.steady.transaction((): Requeued => {
      const found = this.steady.get(
        'SELECT handler, state, id IN (SELECT id FROM body) AS hasBody FROM outbox WHERE id = ?',
        id,
      );
      if (found === undefined) return { ok: false, reason: 'There is no such message any more.' };
      const { handler, state, hasBody } = FinishedRow.parse(found);
      const now = moment(this.clock.now());
      if (state === 'delivered') return { ok: false, reason: 'It was delivered.' };
      if (state === 'queued') {
        this.steady.write('UPDATE outbox SET next_at = 0 WHERE id = ?', id);
        return { ok: true, id, handler };
      }
      if (hasBody === 0 || this.#read(id).length === 0) {
        return { ok: false, reason: 'It cannot be sent: its content cannot be read any more.' };
      }
      return { ok: true, id: this.#revive(id, handler, now), handler };
    });
  }

  /** It gets a new id: what came in for its services since then is told before it, as in the order that it is in now. */
  #revive(id: number, handler: string, now: number): number {
    const revived = this.steady.nextId();
    const services = this.#servicesOf(id);
    this.steady.write(
      `UPDATE outbox SET id = ?, state = 'queued', ready = 0, attempts = 0, enqueued_at = ?, next_at = 0,
        expires_at = max(expires_at, ?), answer = NULL, finished_at = NULL WHERE id = ?`,
      revived,
      now,
      now + SECOND_LIFE,
      id,
    );
    this.steady.write('UPDATE body SET id = ? WHERE id = ?', revived, id);
    this.#line.join(revived, handler, services);
    this.handlers.count(handler, 1);
    return revived;
  }

  #servicesOf(id: number): string[] {
    return this.#read(id).flatMap(({ message }) => [...new Set(message.services.map(({ service }) => service))]);
  }

  #finishAll(rows: unknown[], limit: number, state: 'failed' | 'expired', reason: string): number {
    const waiting = rows.map((row) => Id.parse(row).id).filter((id) => !this.sending.has(id));
    const ids = waiting.slice(0, limit);
    if (ids.length === 0) return 0;
    this.steady.transaction(() => {
      for (const id of ids) this.#finish(id, state, reason, null);
    });
    return ids.length;
  }

  #finish(
    id: number,
    state: 'delivered' | 'failed' | 'expired',
    reason: string | null,
    answer: string | null,
  ): boolean {
    return this.steady.transaction(() => {
      const now = moment(this.clock.now());
      const changed = this.steady.write(
        `UPDATE outbox SET state = ?, ready = 0, finished_at = ?, answer = ?, reason = CASE
          WHEN ? IS NULL THEN reason WHEN state = 'queued' AND ? = 'expired' AND reason IS NOT NULL THEN ? || ' ' || reason
          ELSE ? END WHERE id = ? AND state = 'queued'`,
        state,
        now,
        answer,
        reason,
        state,
        reason,
        reason,
        id,
      );
      if (changed === 0) return false;
      this.#line.leave(id);
      // What was delivered is not sent again; title and text stay for the log.
      if (state === 'delivered') this.steady.write('DELETE FROM body WHERE id = ?', id);
      this.steady.write(
        'UPDATE handler SET queued = max(0, queued - 1) WHERE handler = (SELECT handler FROM outbox WHERE id = ?)',
        id,
      );
      return true;
    });
  }

  #earliest(sql: string, ...values: (string | number)[]): number | undefined {
    const Moment = Id.extend({ moment: z.number() });
    return this.steady
      .all(sql, ...values)
      .map((row) => Moment.parse(row))
      .find(({ id }) => !this.sending.has(id))?.moment;
  }

  /** Nothing where it cannot be read; it has failed then. */
  #read(id: number): QueuedMessage[] {
    const row = QueuedRow.safeParse(
      this.steady.get(
        `SELECT id, body.message, attempts, enqueued_at AS enqueuedAt, expires_at AS expiresAt, reason
          FROM outbox JOIN body USING (id) WHERE id = ?`,
        id,
      ),
    );
    const message = row.success ? parseBody(row.data.message) : undefined;
    if (!row.success || message === undefined) {
      this.fail(id, 'It could not be read any more.');
      return [];
    }
    const { attempts, enqueuedAt, expiresAt, reason } = row.data;
    return [{ id, message: { ...message, expiresAt }, attempts, enqueuedAt, reason }];
  }
}
