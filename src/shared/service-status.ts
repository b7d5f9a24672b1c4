import { z } from 'zod';
import { JsonValue } from './json.ts';
import { HealthStatus } from './status.ts';

/**
 * Why a service has its status, in one word, so that no two causes are ever confused:
 *
 * - `reported`: its own report says so, and it is fresh.
 * - `stale`: its report is older than `service_timeout`.
 * - `grace`: it is too early to tell, the monitor (or the machine) has only just started.
 * - `missing`: its file was there and is not any more.
 * - `never-seen`: it is expected, and no file of its has been seen.
 * - `corrupt`, `unreadable`, `too-large`: its file is there and cannot be used; `fault` says how.
 * - `checked`: an active check found it.
 * - `check-failed`: an active check could not be carried out.
 */
export const Reason = z.enum([
  'reported',
  'stale',
  'grace',
  'missing',
  'never-seen',
  'corrupt',
  'unreadable',
  'too-large',
  'checked',
  'check-failed',
]);
export type Reason = z.infer<typeof Reason>;

/** The current result of one check of a service. */
export const CheckResult = z.object({
  name: z.string(),
  status: HealthStatus,
  message: z.string().nullable(),
  /** When it was recorded, milliseconds since the epoch. */
  at: z.number().nullable(),
  metadata: z.record(z.string(), JsonValue),
});
export type CheckResult = z.infer<typeof CheckResult>;

/** A run that did not stop cleanly, as the run after it found out. */
export const RestartSeen = z.object({
  /** When the run after it began, milliseconds since the epoch. */
  at: z.number(),
  /** How it ended, in a sentence. */
  reason: z.string(),
});
export type RestartSeen = z.infer<typeof RestartSeen>;

/** A service's status without the checks behind it: what lists and the tray need. Times are milliseconds since the epoch. */
export const ServiceSummary = z.object({
  /** Identity. */
  service: z.string(),
  /** What it calls itself; may differ from `service`. */
  name: z.string(),
  host: z.string(),
  /** The health file's path. */
  file: z.string(),
  status: HealthStatus,
  reason: Reason,
  /** What exactly is wrong with its file, null where nothing is. */
  fault: z.string().nullable(),
  /** A sentence: why it has this status. */
  message: z.string(),
  /** Since when it has this status, as far as can be told. */
  since: z.number(),
  /** Its report's `last_check`. */
  lastCheck: z.number().nullable(),
  /** When its last usable report counts from: the earlier of `lastCheck` and when the monitor saw it. */
  reportedAt: z.number().nullable(),
  /** Seconds. */
  uptime: z.number().nullable(),
  errorCount: z.number(),
  restartCount: z.number(),
  messagesSent: z.number().nullable(),
  messagesReceived: z.number().nullable(),
  /** Whether the installation says that there is such a service. */
  expected: z.boolean(),
  /** How many checks stand behind it. */
  checkCount: z.number(),
  /*
   * What only our own reporter tells (`RunFields`); null, and false, where a file does not have it.
   */
  /** The process that wrote the last usable report. */
  pid: z.number().nullable(),
  /** When that process began its run. */
  startedAt: z.number().nullable(),
  /** Whether it is in a crash loop: too many runs of its ended uncleanly within a short time. */
  crashLoop: z.boolean(),
  /** The last run that did not stop cleanly. */
  lastRestart: RestartSeen.nullable(),
  /** How the run ended; null while it goes on, or where it ended without a word. */
  stopped: z.object({ at: z.number(), clean: z.boolean(), reason: z.string() }).nullable(),
  /** What it is one of several of, behind the folder's label as in `service`; null where it stands for itself. */
  group: z.string().nullable(),
  /** Which one of the group it is; null for one without a name of its own. */
  instance: z.string().nullable(),
});
export type ServiceSummary = z.infer<typeof ServiceSummary>;

export const ServiceStatus = ServiceSummary.extend({
  checks: z.array(CheckResult),
  /** The last runs that did not stop cleanly, oldest first. */
  restarts: z.array(RestartSeen),
});
export type ServiceStatus = z.infer<typeof ServiceStatus>;

/** A service changed from one status to another. */
export const Transition = z.object({
  service: z.string(),
  name: z.string(),
  /** Null for a service that was not known before. */
  from: HealthStatus.nullable(),
  to: HealthStatus,
  /** When the monitor saw it, milliseconds since the epoch. */
  at: z.number(),
  reason: Reason,
  /** The reason before. */
  fromReason: Reason.nullable(),
  message: z.string(),
});
export type Transition = z.infer<typeof Transition>;
