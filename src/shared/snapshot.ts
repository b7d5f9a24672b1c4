import { z } from 'zod';
import { ServiceSummary, Transition } from './service-status.ts';
import { HealthStatus } from './status.ts';

export const Counts = z.object({
  healthy: z.number(),
  warning: z.number(),
  error: z.number(),
  fatal: z.number(),
  unknown: z.number(),
});

export const Folder = z.object({
  path: z.string(),
  label: z.string(),
  state: z.enum(['watching', 'missing', 'unreadable']),
  message: z.string(),
  chosenBy: z.string(),
});

/** How the monitor itself is. While `unwell` its statuses cannot be relied on, and each problem says what to do. */
export const MonitorHealth = z.object({
  state: z.enum(['starting', 'ok', 'unwell']),
  problems: z.array(z.object({ where: z.string(), message: z.string() })),
});
export type MonitorHealth = z.infer<typeof MonitorHealth>;

/** What is worth knowing and not a fault: a sentence, with an `id` by which a window remembers that it was read. */
export const Note = z.object({ id: z.string(), message: z.string() });
export type Note = z.infer<typeof Note>;

const head = {
  /** Grows by one with each `changes`, so that a lost one is noticed. */
  revision: z.number(),
  /** The monitor's clock, milliseconds since the epoch. */
  at: z.number(),
  /** The worst of all services, in the system's order. */
  status: HealthStatus,
  counts: Counts,
  folders: z.array(Folder),
  monitor: MonitorHealth,
  notes: z.array(Note),
  /** Until when notifications are paused, milliseconds since the epoch; null while they are not. */
  pausedUntil: z.number().nullable(),
};

/** Everything that a view shows, but the checks behind a service. */
export const Snapshot = z.object({
  ...head,
  version: z.string(),
  startedAt: z.number(),
  /** Seconds after which a report is stale. */
  serviceTimeout: z.number(),
  services: z.array(ServiceSummary),
});
export type Snapshot = z.infer<typeof Snapshot>;

/** What is different since the revision before. */
export const Changes = z.object({
  ...head,
  changed: z.array(ServiceSummary),
  removed: z.array(z.string()),
  transitions: z.array(Transition),
});
export type Changes = z.infer<typeof Changes>;

/**
 * The snapshot after `changes`.
 * @returns undefined where a revision between the two is lost: fetch a new snapshot.
 */
export function applyChanges(snapshot: Snapshot, changes: Changes): Snapshot | undefined {
  if (changes.revision !== snapshot.revision + 1) return undefined;
  const { changed, removed, transitions: _transitions, ...now } = changes;
  const services = new Map(snapshot.services.map((service) => [service.service, service]));
  for (const service of changed) services.set(service.service, service);
  for (const service of removed) services.delete(service);
  return { ...snapshot, ...now, services: [...services.values()] };
}
