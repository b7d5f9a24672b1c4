import { z } from 'zod';
import type { Readable } from '../../sqlite/connection.ts';
import type { Steady } from './steady.ts';

/** How it went with one handler so far. Times are milliseconds since the epoch. */
const HandlerRecord = z.object({
  handler: z.string(),
  /** Messages that wait for it. */
  queued: z.number(),
  delivered: z.number(),
  failingSince: z.number().nullable(),
  lastError: z.string().nullable(),
  lastDeliveredAt: z.number().nullable(),
});
export type HandlerRecord = z.infer<typeof HandlerRecord>;

const COLUMNS = `handler, queued, delivered, failing_since AS failingSince, last_error AS lastError,
  last_delivered_at AS lastDeliveredAt`;

/** How it went with every handler that ever had a message. */
export function handlerRecords(database: Readable): HandlerRecord[] {
  const rows = database.all(`SELECT ${COLUMNS} FROM handler ORDER BY handler`);
  return rows.flatMap((row) => HandlerRecord.safeParse(row).data ?? []);
}

/** The same, kept. */
export class HandlerRecords {
  constructor(private readonly steady: Steady) {}

  all(): HandlerRecord[] {
    return handlerRecords(this.steady);
  }

  /** How many messages wait for it. */
  queued(handler: string): number {
    const row = this.steady.get(`SELECT ${COLUMNS} FROM handler WHERE handler = ?`, handler);
    return HandlerRecord.safeParse(row).data?.queued ?? 0;
  }

  /** So many more messages wait. */
  count(handler: string, more: number): void {
    this.steady.write(
      `INSERT INTO handler (handler, queued, delivered) VALUES (?, ?, 0)
        ON CONFLICT (handler) DO UPDATE SET queued = queued + excluded.queued`,
      handler,
      more,
    );
  }

  /** @param now milliseconds since the epoch. */
  worked(handler: string, now: number): void {
    this.steady.write(
      `UPDATE handler SET delivered = delivered + 1, failing_since = NULL, last_error = NULL, last_delivered_at = ?
        WHERE handler = ?`,
      Math.round(now),
      handler,
    );
  }

  /** @param now milliseconds since the epoch. @param error one sentence. */
  failed(handler: string, error: string, now: number): void {
    this.steady.write(
      'UPDATE handler SET failing_since = coalesce(failing_since, ?), last_error = ? WHERE handler = ?',
      Math.round(now),
      error,
      handler,
    );
  }

  /** Forgets one for which nothing waits any more. */
  remove(handler: string): void {
    this.steady.write('DELETE FROM handler WHERE handler = ? AND queued = 0', handler);
  }
}
