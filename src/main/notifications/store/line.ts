import { z } from 'zod';
import { FIRST_IN_LINE, NO_SERVICE } from './schema.ts';
import type { Steady } from './steady.ts';

const Following = z.object({ id: z.int() });

/** Keeps who is first in line: of one handler, a message waits behind earlier ones that concern one of its services. */
export class Line {
  constructor(private readonly steady: Steady) {}

  /** @param services without repetition. */
  join(id: number, handler: string, services: readonly string[]): void {
    for (const service of services.length === 0 ? [NO_SERVICE] : services) {
      this.steady.write('INSERT INTO lane (handler, service, id) VALUES (?, ?, ?)', handler, service, id);
    }
    // That the monitor stops is told after what it has told before.
    if (services.length === 0) {
      this.steady.write(
        'INSERT OR IGNORE INTO lane (handler, service, id) SELECT DISTINCT handler, service, ? FROM lane WHERE handler = ?',
        id,
        handler,
      );
    }
    this.#updateReady(id);
  }

  leave(id: number): void {
    const following = this.steady.all(
      `SELECT DISTINCT (SELECT min(later.id) FROM lane later WHERE later.handler = mine.handler
        AND later.service = mine.service AND later.id > mine.id) AS id FROM lane mine WHERE mine.id = ?`,
      id,
    );
    this.steady.write('DELETE FROM lane WHERE id = ?', id);
    for (const row of following) {
      const next = Following.safeParse(row);
      if (next.success) this.#updateReady(next.data.id);
    }
  }

  #updateReady(id: number): void {
    this.steady.write(`UPDATE outbox SET ready = ${FIRST_IN_LINE} WHERE id = ? AND state = 'queued'`, id);
  }
}
