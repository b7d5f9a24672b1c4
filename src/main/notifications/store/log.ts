import { z } from 'zod';
import { MessageEvent } from '../../../shared/notification-message.ts';
import { HealthStatus } from '../../../shared/status.ts';
import type { Readable, Value } from '../../sqlite/connection.ts';
import { idAt } from './ids.ts';
import { searchWords } from './search.ts';

/** `held` and `not-told` are decisions; all others are messages. */
export type DeliveryState = 'queued' | 'sending' | 'delivered' | 'failed' | 'expired' | 'held' | 'not-told';

/** One line of the delivery log. Times are milliseconds since the epoch. */
export interface DeliveryEntry {
  /** Unique over both kinds; a later entry has a higher one. For `retry` and for paging. */
  id: number;
  kind: 'message' | 'decision';
  /** When what it tells of happened; of a decision, when it was decided. */
  at: number;
  /** When it came into the log. */
  recordedAt: number;
  /** Null for a decision. */
  handler: string | null;
  /** Service ids. */
  services: string[];
  title: string;
  /** Null for a decision. */
  text: string | null;
  event: MessageEvent | null;
  status: HealthStatus;
  state: DeliveryState;
  /** The policy's stage that decided; null for a message. */
  stage: string | null;
  /** Why it failed, waits, expired or was not told. */
  reason: string | null;
  attempts: number;
  deliveredAt: number | null;
  /** What the server answered. */
  answer: string | null;
  /** When it is tried again after a failure; null where nothing but its turn is waited for. */
  nextAttemptAt: number | null;
}

export interface DeliveryQuery {
  /** Every word of it must occur in title, text, service, handler or reason, whatever its case. */
  search?: string | undefined;
  handler?: string | undefined;
  service?: string | undefined;
  /** Any of these. */
  states?: readonly DeliveryState[] | undefined;
  /** Only entries older than the one with this id: `next` of the page before. */
  before?: number | undefined;
  /** Only entries that came into the log at this time or later, milliseconds since the epoch: nothing older is looked at. */
  since?: number | undefined;
  /** At most so many, 1 to 500. */
  limit: number;
}

export interface DeliveryPage {
  entries: DeliveryEntry[];
  /** `before` of the next page; null where this is the last one. */
  next: number | null;
}

const MOST = 500;

const Services = z.string().transform((text): string[] => {
  try {
    return z.array(z.string()).parse(JSON.parse(text));
  } catch {
    // The line is worth showing without them.
    return [];
  }
});

const Row = z.object({
  id: z.int(),
  kind: z.enum(['message', 'decision']),
  at: z.number(),
  recordedAt: z.number(),
  handler: z.string().nullable(),
  services: Services,
  title: z.string(),
  text: z.string().nullable(),
  event: MessageEvent.nullable(),
  status: HealthStatus,
  state: z.enum(['queued', 'delivered', 'failed', 'expired', 'held', 'not-told']),
  stage: z.string().nullable(),
  reason: z.string().nullable(),
  attempts: z.number(),
  finishedAt: z.number().nullable(),
  answer: z.string().nullable(),
  nextAt: z.number().nullable(),
});

const MESSAGES = `SELECT id, 'message' AS kind, at, enqueued_at AS recordedAt, handler, services, title, text, event, status,
  state, NULL AS stage, reason, attempts, finished_at AS finishedAt, answer, next_at AS nextAt FROM outbox`;
const DECISIONS = `SELECT id, 'decision' AS kind, at, at AS recordedAt, NULL AS handler, json_array(service) AS services,
  service || ': ' || coalesce(from_status || ' → ', '') || to_status AS title, NULL AS text, event, to_status AS status,
  verdict AS state, stage, reason, 0 AS attempts, NULL AS finishedAt, NULL AS answer, NULL AS nextAt FROM decision`;

/** Some conditions with their values. */
interface Condition {
  sql: string;
  values: Value[];
}

/**
 * Messages and what was not told, in one list. Pages go by id, so that what comes in meanwhile moves nothing. Search looks
 * through one short column of each row, which takes some 20 ms of 50,000 and needs no index of words to be kept.
 */
export class DeliveryLog {
  /** @param sending the messages on their way right now, which only the process that sends them knows. */
  constructor(
    private readonly database: Readable,
    private readonly sending: ReadonlySet<number> = new Set(),
  ) {}

  deliveries(query: DeliveryQuery): DeliveryPage {
    const limit = Math.min(MOST, Math.max(1, Math.floor(query.limit)));
    const parts = [
      part(MESSAGES, messageConditions(query, this.sending), limit + 1),
      // No decision belongs to a handler.
      ...(query.handler === undefined ? [part(DECISIONS, decisionConditions(query), limit + 1)] : []),
    ];
    const rows = this.database.all(
      `${parts.map(({ sql }) => `SELECT * FROM (${sql})`).join(' UNION ALL ')} ORDER BY id DESC LIMIT ?`,
      ...parts.flatMap(({ values }) => values),
      limit + 1,
    );
    const more = rows.length > limit;
    const last = z.object({ id: z.int() }).safeParse(rows[limit - 1]).data;
    const entries = rows.slice(0, limit).flatMap((row) => this.#entry(row));
    return { entries, next: more && last !== undefined ? last.id : null };
  }

  /** A row that somebody else has written, or damage, is left out. */
  #entry(row: unknown): DeliveryEntry[] {
    const parsed = Row.safeParse(row);
    if (!parsed.success) return [];
    const { finishedAt, nextAt, state, ...entry } = parsed.data;
    return [
      {
        ...entry,
        state: state === 'queued' && this.sending.has(entry.id) ? 'sending' : state,
        deliveredAt: state === 'delivered' ? finishedAt : null,
        // 0 is: as soon as it is its turn.
        nextAttemptAt: state === 'queued' && nextAt !== 0 ? nextAt : null,
      },
    ];
  }
}

function part(select: string, conditions: Condition[], limit: number): Condition {
  const where = conditions.map(({ sql }) => `(${sql})`).join(' AND ');
  return {
    sql: `${select} WHERE ${where} ORDER BY id DESC LIMIT ?`,
    values: [...conditions.flatMap(({ values }) => values), limit],
  };
}

function common({ search = '', before, since }: DeliveryQuery): Condition[] {
  return [
    { sql: before === undefined ? 'true' : 'id < ?', values: before === undefined ? [] : [before] },
    ...(since === undefined ? [] : [{ sql: 'id >= ?', values: [idAt(since)] }]),
    ...searchWords(search).map((word) => ({
      // The reason changes with every attempt and so is not part of the searched column.
      sql: "instr(search, ?) > 0 OR instr(lower(coalesce(reason, '')), ?) > 0",
      values: [word, word],
    })),
  ];
}

function messageConditions(query: DeliveryQuery, sending: ReadonlySet<number>): Condition[] {
  const { handler, service, states } = query;
  const conditions = common(query);
  if (handler !== undefined) conditions.push({ sql: 'handler = ?', values: [handler] });
  // As JSON writes it, quotes and all: no name is a part of another one then.
  if (service !== undefined) conditions.push({ sql: 'instr(services, ?) > 0', values: [JSON.stringify(service)] });
  if (states !== undefined) {
    conditions.push({
      sql: `CASE WHEN state = 'queued' AND id IN (SELECT value FROM json_each(?)) THEN 'sending' ELSE state END
        IN (SELECT value FROM json_each(?))`,
      values: [JSON.stringify([...sending]), JSON.stringify(states)],
    });
  }
  return conditions;
}

function decisionConditions(query: DeliveryQuery): Condition[] {
  const { service, states } = query;
  const conditions = [...common(query), { sql: "verdict <> 'told'", values: [] }];
  if (service !== undefined) conditions.push({ sql: 'service = ?', values: [service] });
  if (states !== undefined) {
    conditions.push({ sql: 'verdict IN (SELECT value FROM json_each(?))', values: [JSON.stringify(states)] });
  }
  return conditions;
}
