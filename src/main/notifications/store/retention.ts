import type { Clock } from '../../../shared/clock.ts';
import type { Steady } from './steady.ts';

/** How much is kept of what is over. */
export const KEPT = { messages: 20_000, decisions: 20_000, rejected: 100, ms: 30 * 86_400_000 };
/** A step every so many entries. */
const EVERY = 100;
/** Rows that one step removes at most of each kind: more than come in between two, and little enough not to be felt. */
const STEP = 200;

const FINISHED = "state <> 'queued'";

/**
 * Keeps what is over bounded. Call what it returns after each new entry, in or outside of a transaction: now and then it
 * removes some of the oldest. No timer is needed: where nothing comes in, nothing grows.
 */
export function createTrim(steady: Steady, clock: Clock): () => void {
  let entries = 0;
  return () => {
    entries += 1;
    if (entries % EVERY === 1) steady.transaction(() => step(steady, clock.now()));
  };
}

function step(steady: Steady, now: number): void {
  const surplus = (table: string, where: string, kept: number): number => {
    const row = steady.get(`SELECT count(*) AS count FROM ${table} WHERE ${where}`) as { count: number };
    return Math.min(STEP, Math.max(0, row.count - kept));
  };
  const finished =
    `SELECT id FROM outbox WHERE ${FINISHED} AND finished_at < ? UNION ` +
    `SELECT id FROM (SELECT id FROM outbox WHERE ${FINISHED} ORDER BY finished_at, id LIMIT ?) LIMIT ${STEP}`;
  const values = [Math.round(now - KEPT.ms), surplus('outbox', FINISHED, KEPT.messages)];
  steady.write(`DELETE FROM body WHERE id IN (${finished})`, ...values);
  steady.write(`DELETE FROM outbox WHERE id IN (${finished})`, ...values);
  for (const [table, kept] of [
    ['decision', KEPT.decisions],
    ['rejected', KEPT.rejected],
  ] as const) {
    steady.write(
      `DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table} ORDER BY id LIMIT ?)`,
      surplus(table, 'true', kept),
    );
  }
  const old = `SELECT handler, incidents FROM receipt WHERE at < ? LIMIT ${STEP}`;
  steady.write(`DELETE FROM receipt WHERE (handler, incidents) IN (${old})`, Math.round(now - KEPT.ms));
}
