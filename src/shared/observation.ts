import type { HealthReport } from './health-report.ts';
import type { JsonValue } from './json.ts';
import type { HealthStatus } from './status.ts';

/** Why a service's state could not be read from a source, in one word. */
export type ProblemKind = 'missing' | 'never-seen' | 'corrupt' | 'unreadable' | 'too-large' | 'check-failed';

/** What exactly is wrong, for those who want to tell two faults of one kind apart. */
export type Fault =
  | 'empty'
  | 'truncated'
  | 'not-json'
  | 'binary'
  | 'wrong-shape'
  | 'unknown-status'
  | 'too-large'
  | 'not-a-file'
  | 'outside-link'
  | 'no-permission'
  | 'read-error'
  | 'file-missing'
  | 'folder-missing'
  | 'folder-unreadable';

export interface Problem {
  kind: ProblemKind;
  fault: Fault;
  /** A sentence that names the file and what is wrong with it. */
  message: string;
}

/** The current result of one active check of a service. */
export interface ActiveResult {
  name: string;
  status: HealthStatus;
  message: string;
  /** When it was found, milliseconds since the epoch. */
  at: number;
  /** Since when the check has had this status without a break. */
  since: number;
  metadata: Record<string, JsonValue>;
}

/** What one source saw of one service at one moment. A report may come with a problem: read, but not all understood. */
export interface Observation {
  /** The service's identity: the stem of its health file (see `serviceIn` for several folders). */
  service: string;
  /** Which source saw it; each source's newest observation counts. */
  source: string;
  /** Where a person finds what was observed: the health file's path. */
  file: string;
  /**
   * When the source saw this content for the first time, in milliseconds since the epoch. Reading the same content again
   * is not a new observation. For what was there before the monitor started: when the file was written, if that is not
   * in the future.
   */
  observedAt: number;
  report?: HealthReport | undefined;
  /**
   * Gives the same report again, from what the source keeps in a smaller form. With it, nobody need hold on to `report`: a
   * thousand parsed files are a hundred megabytes that the garbage collector walks through for ever.
   */
  again?: (() => HealthReport | undefined) | undefined;
  problem?: Problem | undefined;
  /** What active checks found: the current result of each. A source that gives these gives no report; none at all: it is over. */
  results?: readonly ActiveResult[] | undefined;
}

/** The process behind a service, as its report tells. */
export interface ServiceProcess {
  service: string;
  pid: number;
  /** Tells it from a later process of the same number; undefined where it is not known. */
  start: number | undefined;
  /** The machine that it runs on. */
  host: string;
  /** When it last reported, ms since the epoch. */
  reportedAt: number;
}

/** A folder of health files, as a person is told of it. */
export interface FolderState {
  path: string;
  /** What services in it are called by, empty for the first folder. */
  label: string;
  state: 'watching' | 'missing' | 'unreadable';
  /** A sentence, empty where all is well. */
  message: string;
  /** How it was chosen: `--dir`, `settings`, `EXPERIMANCE_ENV`, … */
  chosenBy: string;
}

/** The identity of a health file's service: its stem, behind the folder's label in every folder but the first. */
export function serviceIn(label: string, stem: string): string {
  return label === '' ? stem : `${label}/${stem}`;
}
