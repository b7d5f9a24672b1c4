import type { IncidentNote } from '../../shared/history.ts';
import type { Extent } from './archive.ts';
import type { Batch } from './entries.ts';
import type { Question } from './queries/queries.ts';
import type { Limits } from './upkeep.ts';

/*
 * What the monitor's thread and the history's say to each other. Both are of the same build, so nothing of it is parsed.
 */

/** The name of the file in the data folder. */
export const DATABASE_FILE = 'history.db';

/** What the history's thread is begun with. */
export interface WorkerData {
  dataDir: string;
  limits: Limits;
}

export type ToWorker =
  /** Opens the file, or tries again. `distrust`: it has turned out to be damaged. */
  | { type: 'open'; distrust: boolean }
  | { type: 'batch'; batch: Batch }
  | { type: 'ask'; id: number; question: Question; now: number }
  | { type: 'note'; id: number; incident: number; note: IncidentNote }
  | { type: 'configure'; limits: Limits }
  | { type: 'close' };

export type FromWorker =
  /** `written` is the last batch that is in the file. */
  | { type: 'writer'; written: { session: string; number: number } | undefined; extent: Extent }
  /** `message` says why it does not write. */
  | { type: 'reader'; message: string; extent: Extent }
  /** The file cannot be used now. */
  | { type: 'unusable'; message: string }
  | { type: 'written'; number: number; extent: Extent }
  | { type: 'unwritten'; number: number; message: string }
  | { type: 'answer'; id: number; value: unknown; extent: Extent }
  | { type: 'failed'; id: number; message: string }
  /** A person should know, and need not act. */
  | { type: 'notice'; message: string }
  /** The file turned out to be damaged. The thread ends, and with it whatever holds the file. */
  | { type: 'damaged'; message: string };
