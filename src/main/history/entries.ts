import type { IncidentNote } from '../../shared/history.ts';
import type { Transition } from '../../shared/service-status.ts';

/** Everything that is written, in the order in which it happened. Times are milliseconds since the epoch. */
export type Entry =
  /**
   * A process begins to record, or has lost some of what happened. `services` are those that it follows already, as they
   * are at this moment.
   */
  | { kind: 'start'; at: number; services: Transition[] }
  /** `checks` is a JSON document; undefined where they are not kept. */
  | { kind: 'change'; transition: Transition; checks?: string | undefined }
  /** The monitor was there from one moment to the other. */
  | { kind: 'alive'; from: number; to: number }
  | { kind: 'pause'; at: number }
  | { kind: 'resume'; at: number }
  | { kind: 'forget'; service: string; at: number }
  | { kind: 'acknowledged'; service: string; note: IncidentNote }
  | { kind: 'samples'; service: string; at: number; values: [metric: string, value: number][] };

/** Entries that are written together or not at all. `number` grows by one, so that none is written twice. */
export interface Batch {
  session: string;
  number: number;
  entries: Entry[];
}
