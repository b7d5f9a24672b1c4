import { z } from 'zod';
import { isResolution, type Message } from '../../../shared/notification-message.ts';
import type { Steady } from './steady.ts';

const Row = z.object({ receipt: z.string() });

/**
 * What channels answered, to update the message that is there rather than send another one. A receipt is for exactly the
 * incidents of its message: a digest of three services must not be overwritten by the news of one.
 */
export class Receipts {
  constructor(private readonly steady: Steady) {}

  find(handler: string, message: Message): string | undefined {
    const incidents = incidentsOf(message);
    if (incidents === undefined) return undefined;
    const sql = 'SELECT receipt FROM receipt WHERE handler = ? AND incidents = ?';
    return Row.safeParse(this.steady.get(sql, handler, incidents)).data?.receipt;
  }

  /** What it names is gone. */
  forget(handler: string, message: Message): void {
    const incidents = incidentsOf(message);
    if (incidents === undefined) return;
    this.steady.write('DELETE FROM receipt WHERE handler = ? AND incidents = ?', handler, incidents);
  }

  /** Keeps what came back for a message that was delivered. @param now milliseconds since the epoch. */
  keep(handler: string, message: Message, receipt: string | undefined, now: number): void {
    const incidents = incidentsOf(message);
    if (incidents === undefined) return;
    if (isResolution(message)) {
      // Nothing more will be said of these.
      this.forget(handler, message);
    } else if (receipt !== undefined) {
      this.steady.write(
        'INSERT OR REPLACE INTO receipt (handler, incidents, receipt, at) VALUES (?, ?, ?, ?)',
        handler,
        incidents,
        receipt,
        Math.round(now),
      );
    }
  }
}

/** Undefined where one of its services has no incident. */
function incidentsOf(message: Message): string | undefined {
  const incidents = message.services.map(({ incident }) => incident);
  if (incidents.length === 0 || incidents.includes(null)) return undefined;
  return JSON.stringify([...new Set(incidents)].sort());
}
