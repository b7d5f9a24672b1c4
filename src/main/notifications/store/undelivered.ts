import { z } from 'zod';
import type { Readable } from '../../sqlite/connection.ts';
import { NO_SERVICE } from './schema.ts';

const Row = z.object({
  handler: z.string(),
  service: z.string(),
  state: z.enum(['queued', 'failed']),
  /** Milliseconds since the epoch; 0 for what waits. */
  enqueuedAt: z.number(),
});
/** News of a service that a handler's server has not accepted. */
export type Undelivered = z.infer<typeof Row>;

/** More incidents than this are not going on at once. */
const FAILED_LOOKED_AT = 500;

/** What no server has accepted: all that waits, and the newest of what has failed. */
export function findUndelivered(database: Readable): Undelivered[] {
  const waiting = database.all(
    "SELECT handler, service, 'queued' AS state, 0 AS enqueuedAt FROM lane WHERE service <> ?",
    NO_SERVICE,
  );
  const failed = database.all(
    `SELECT handler, each.value AS service, 'failed' AS state, enqueued_at AS enqueuedAt FROM (SELECT handler, services,
      enqueued_at FROM outbox WHERE state IN ('failed', 'expired') ORDER BY id DESC LIMIT ?), json_each(services) AS each`,
    FAILED_LOOKED_AT,
  );
  return [...waiting, ...failed].flatMap((row) => Row.safeParse(row).data ?? []);
}
