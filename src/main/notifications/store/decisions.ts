import { z } from 'zod';
import { MessageEvent } from '../../../shared/notification-message.ts';
import { HealthStatus } from '../../../shared/status.ts';
import type { Readable } from '../../sqlite/connection.ts';
import { searchText } from './search.ts';
import type { Steady } from './steady.ts';

/** `held`: not now, but later (grouping, quiet hours, maintenance). */
export const Verdict = z.enum(['told', 'held', 'not-told']);
export type Verdict = z.infer<typeof Verdict>;

/** Why something was told, held back or not told. */
export interface DecisionRecord {
  /** When it was decided, milliseconds since the epoch. */
  at: number;
  service: string;
  from: HealthStatus | null;
  to: HealthStatus;
  /** What a message of it would have been; null where it never came to that. */
  event: MessageEvent | null;
  verdict: Verdict;
  /** Which stage of the policy decided. */
  stage: string;
  /** One sentence. */
  reason: string;
  /** The `id` of the Message that told it. */
  message: string | null;
  /** Every stage's word, a JSON document. */
  trace: unknown;
}

export interface Decision extends DecisionRecord {
  id: number;
}

const Json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    context.addIssue(String(error));
    return z.NEVER;
  }
});

const Row = z.object({
  id: z.int(),
  at: z.number(),
  service: z.string(),
  from: HealthStatus.nullable(),
  to: HealthStatus,
  event: MessageEvent.nullable(),
  verdict: Verdict,
  stage: z.string(),
  reason: z.string(),
  message: z.string().nullable(),
  trace: Json,
});
const Trace = z.object({ trace: Json });

/** Why something was told or was not. */
export class Decisions {
  constructor(
    private readonly steady: Steady,
    private readonly trim: () => void,
  ) {}

  record(decision: DecisionRecord): number {
    const { at, service, from, to, event, verdict, stage, reason, message } = decision;
    const id = this.steady.nextId();
    this.steady.write(
      `INSERT INTO decision
        (id, at, service, from_status, to_status, event, verdict, stage, reason, message_id, trace, search)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      id,
      Math.round(at),
      service,
      from,
      to,
      event,
      verdict,
      stage,
      reason,
      message,
      JSON.stringify(decision.trace ?? null),
      searchText([service, from ?? '', to, stage, reason]),
    );
    this.trim();
    return id;
  }
}

/** Undefined where there is none of that id, or it cannot be read. */
export function findDecision(database: Readable, id: number): Decision | undefined {
  const row = database.get(
    `SELECT id, at, service, from_status AS "from", to_status AS "to", event, verdict, stage, reason,
      message_id AS message, trace FROM decision WHERE id = ?`,
    id,
  );
  return Row.safeParse(row).data;
}

/** What was recorded of how an entry of the delivery log came about: of a decision its own, of a message its decision's. */
export function findTrace(database: Readable, id: number): unknown {
  const row = database.get(
    `SELECT trace FROM decision WHERE id = ?1
      UNION ALL SELECT trace FROM decision WHERE message_id = (SELECT message_id FROM outbox WHERE id = ?1) LIMIT 1`,
    id,
  );
  return Trace.safeParse(row).data?.trace;
}
