import { z } from 'zod';
import type { Connection } from '../sqlite/connection.ts';

/** How far the history is written: in the same transaction as what was. */
const Progress = z.object({
  session: z.string(),
  /** Of the last batch. */
  number: z.number(),
  position: z.number(),
  paused: z.boolean(),
  /** The run that goes on. */
  current: z.number().nullable(),
});
export type Progress = z.infer<typeof Progress>;

export function readProgress(database: Connection): Progress | undefined {
  const text = database.ask("SELECT value FROM meta WHERE key = 'progress'");
  if (typeof text !== 'string') return undefined;
  try {
    return Progress.safeParse(JSON.parse(text)).data;
  } catch {
    // Not as we wrote it: the next process begins anew.
    return undefined;
  }
}

export function writeProgress(database: Connection, progress: Progress): void {
  database.run("INSERT OR REPLACE INTO meta (key, value) VALUES ('progress', ?)", JSON.stringify(progress));
}
