import { z } from 'zod';
import { DeliveryEntry } from './notification-state.ts';
import { CheckResult, Reason } from './service-status.ts';
import { HealthStatus } from './status.ts';

/*
 * What views ask of the history. All times are milliseconds since the epoch; a span holds `from` and not `to`. "Not
 * observed" is every moment at which no monitor was running and awake: it counts neither as up nor as down.
 */

const time = z.number().int().min(0).max(8.64e15);
const serviceId = z.string().min(1).max(500);
const services = z.array(serviceId).max(5000).optional();
const span = { from: time, to: time };

/**
 * Which view asks. A query that still waits while the same view asks for something newer is given up: it fails with the
 * message `superseded`.
 */
const view = z.string().max(60).optional();

/** For how many seconds a service had each status within a span; what is left was not observed. */
export const StatusSeconds = z.object({
  healthy: z.number(),
  warning: z.number(),
  error: z.number(),
  fatal: z.number(),
  unknown: z.number(),
  unobserved: z.number(),
});
export type StatusSeconds = z.infer<typeof StatusSeconds>;

/**
 * The share of the observed time that a service worked, 0 to 1: healthy, or with a warning, which is "issues but still
 * functional" (health-system.md). Null where nothing was observed.
 */
export function upShare({ healthy, warning, error, fatal, unknown }: StatusSeconds): number | null {
  const observed = healthy + warning + error + fatal + unknown;
  return observed > 0 ? (healthy + warning) / observed : null;
}

/** The letters of `ServiceBars.worst`. */
export const BAR_LETTERS = {
  h: 'healthy',
  w: 'warning',
  e: 'error',
  f: 'fatal',
  u: 'unknown',
  '-': 'unobserved',
} as const satisfies Record<string, HealthStatus | 'unobserved'>;
export type BarLetter = keyof typeof BAR_LETTERS;

/** A span cut into equal parts, each told by its worst status: heartbeat bars, and the rows of a timeline. */
export const BarsQuery = z.strictObject({ ...span, buckets: z.number().int().min(1).max(2000), services, view });
export type BarsQuery = z.infer<typeof BarsQuery>;
export const ServiceBars = z.object({
  service: z.string(),
  /** One letter for each part (`BAR_LETTERS`): the worst status that was observed in it. */
  worst: z.string(),
  /** Seconds of each part in which it did not work (error, fatal or unknown). */
  down: z.array(z.number()),
  /** Seconds of each part that were not observed. */
  unobserved: z.array(z.number()),
});
export type ServiceBars = z.infer<typeof ServiceBars>;
export const Bars = z.object({ ...span, buckets: z.number(), services: z.array(ServiceBars) });
export type Bars = z.infer<typeof Bars>;

/** How long each service had each status in the last 24 hours, 7, 30 and 90 days before `at` (now where it is not given). */
export const UptimeQuery = z.strictObject({ at: time.optional(), services, view });
export type UptimeQuery = z.infer<typeof UptimeQuery>;
export const ServiceUptime = z.object({
  service: z.string(),
  h24: StatusSeconds,
  d7: StatusSeconds,
  d30: StatusSeconds,
  d90: StatusSeconds,
});
export type ServiceUptime = z.infer<typeof ServiceUptime>;
export const Uptime = z.object({ at: time, services: z.array(ServiceUptime) });
export type Uptime = z.infer<typeof Uptime>;

/** Who took care of an incident, and why nobody need be reminded of it. */
export const HistoryAcknowledgement = z.object({ by: z.string(), note: z.string(), at: z.number() });

/** A time in which a service was not healthy, without a break. */
export const HistoryIncident = z.object({
  id: z.number(),
  service: z.string(),
  /** What the service called itself. */
  name: z.string(),
  openedAt: z.number(),
  /** Null while it goes on. */
  closedAt: z.number().nullable(),
  worst: HealthStatus,
  /** Its last status, `healthy` where it is over. */
  status: HealthStatus,
  reason: Reason,
  /** Why it began, in a sentence. */
  message: z.string(),
  /** How many changes of status it had, with the one that began it. */
  steps: z.number(),
  /** The last one. */
  acknowledged: HistoryAcknowledgement.nullable(),
  /** Whether a part of it was not observed: its times may then be those of the monitor, not of the service. */
  gaps: z.boolean(),
});
export type HistoryIncident = z.infer<typeof HistoryIncident>;

export const IncidentsQuery = z.strictObject({
  /** Those that were going on at any moment of it. */
  from: time.optional(),
  to: time.optional(),
  services,
  /** By their worst status. */
  statuses: z.array(HealthStatus).max(5).optional(),
  /** Words that must all stand in the service's name or in a message of the incident, at the beginning of a word. */
  search: z.string().max(200).optional(),
  state: z.enum(['open', 'closed', 'all']).default('all'),
  /** The `next` of the page before. */
  after: z.string().max(100).optional(),
  limit: z.number().int().min(1).max(200).default(50),
  view,
});
export type IncidentsQuery = z.infer<typeof IncidentsQuery>;
/** Newest first. */
export const IncidentsPage = z.object({ incidents: z.array(HistoryIncident), next: z.string().nullable() });
export type IncidentsPage = z.infer<typeof IncidentsPage>;

/** A change of status as it was recorded. */
export const HistoryTransition = z.object({
  id: z.number(),
  at: z.number(),
  service: z.string(),
  from: HealthStatus.nullable(),
  to: HealthStatus,
  reason: Reason,
  message: z.string(),
  /** The incident that it is a part of; null for one that is not (a service that appeared and is well). */
  incident: z.number().nullable(),
});
export type HistoryTransition = z.infer<typeof HistoryTransition>;

export const TransitionsQuery = z.strictObject({
  from: time.optional(),
  to: time.optional(),
  services,
  /** By the status that it became. */
  statuses: z.array(HealthStatus).max(5).optional(),
  search: z.string().max(200).optional(),
  after: z.string().max(100).optional(),
  limit: z.number().int().min(1).max(200).default(50),
  view,
});
export type TransitionsQuery = z.infer<typeof TransitionsQuery>;
/** Newest first. */
export const TransitionsPage = z.object({ entries: z.array(HistoryTransition), next: z.string().nullable() });
export type TransitionsPage = z.infer<typeof TransitionsPage>;

/** A number that a service reports: its own counters, or a number in the metadata of one of its checks. */
export const MetricInfo = z.object({
  /** `errors`, `restarts`, `uptime`, `messages_sent`, `messages_received`, `report_interval`, or `<check>/<key>`. */
  metric: z.string(),
  label: z.string(),
  /** `%`, `s`, `ms`, `B`, or empty where it is not known. */
  unit: z.string(),
  last: z.number().nullable(),
});
export type MetricInfo = z.infer<typeof MetricInfo>;

/** The values of one metric, thinned to at most `points`; a part in which nothing was sampled is null: a gap. */
export const SeriesQuery = z.strictObject({
  service: serviceId,
  metric: z.string().min(1).max(300),
  ...span,
  points: z.number().int().min(2).max(2000),
  view,
});
export type SeriesQuery = z.infer<typeof SeriesQuery>;
const values = z.array(z.number().nullable());
export const Series = z.object({
  service: z.string(),
  metric: z.string(),
  unit: z.string(),
  /** The middle of each part. */
  at: z.array(z.number()),
  min: values,
  avg: values,
  max: values,
});
export type Series = z.infer<typeof Series>;

/** One metric of many services, for lines as small as a word. */
export const SparksQuery = z.strictObject({
  metric: z.string().min(1).max(300),
  ...span,
  points: z.number().int().min(2).max(100),
  services,
  view,
});
export type SparksQuery = z.infer<typeof SparksQuery>;
export const Sparks = z.object({
  ...span,
  unit: z.string(),
  services: z.array(z.object({ service: z.string(), values })),
});
export type Sparks = z.infer<typeof Sparks>;

/** Two spans side by side. */
const period = z.strictObject(span);
export const CompareQuery = z.strictObject({ a: period, b: period, services, view });
export type CompareQuery = z.infer<typeof CompareQuery>;
const PeriodFacts = z.object({ seconds: StatusSeconds, incidents: z.number() });
export const Comparison = z.object({
  services: z.array(z.object({ service: z.string(), a: PeriodFacts, b: PeriodFacts })),
});
export type Comparison = z.infer<typeof Comparison>;

/** Something that gets worse slowly: a hint with the numbers behind it, never an alarm. */
export const Trend = z.object({
  service: z.string(),
  kind: z.enum(['slower-reports', 'more-errors', 'more-restarts', 'disk-full']),
  /** A sentence with the numbers in it. */
  message: z.string(),
  metric: z.string(),
  /** The span that it was seen in. */
  ...span,
});
export type Trend = z.infer<typeof Trend>;

export const IncidentStep = HistoryTransition.extend({
  /** The checks at that moment; null where they were not kept (too many changes in a short time, or too long ago). */
  checks: z.array(CheckResult).nullable(),
});
export type IncidentStep = z.infer<typeof IncidentStep>;

export const IncidentNote = z.object({
  at: z.number(),
  by: z.string(),
  text: z.string(),
  kind: z.enum(['note', 'acknowledged', 'unacknowledged', 'action']),
});
export type IncidentNote = z.infer<typeof IncidentNote>;

/** Everything about one incident. */
export const IncidentDetails = HistoryIncident.extend({
  /** What changed, in order: the first ones and the last ones where there are very many. */
  changes: z.array(IncidentStep),
  /** How many in the middle are left out. */
  left: z.number(),
  notes: z.array(IncidentNote),
  /** What else was not well at that time. */
  around: z.array(HistoryIncident),
  /** When nothing was observed. */
  unobserved: z.array(z.object(span)),
  metrics: z.array(MetricInfo),
  /** Who was told, who was not and why; oldest first. */
  notifications: z.array(DeliveryEntry),
});
export type IncidentDetails = z.infer<typeof IncidentDetails>;

/** How the history itself is. */
export const HistoryState = z.object({
  /** `paused`: the disk does not take it; it goes on by itself. `standby`: another process with the same data writes it. */
  state: z.enum(['recording', 'paused', 'standby']),
  /** A sentence where it does not record; else empty. */
  message: z.string(),
  /** When it begins; null where it is empty. */
  oldest: z.number().nullable(),
  /** Size on disk, in bytes. */
  bytes: z.number(),
});
export type HistoryState = z.infer<typeof HistoryState>;

/** What is shown, as a file. */
export const ExportQuery = z.discriminatedUnion('what', [
  z.strictObject({ what: z.literal('incidents'), format: z.enum(['csv', 'json']), query: IncidentsQuery }),
  z.strictObject({ what: z.literal('transitions'), format: z.enum(['csv', 'json']), query: TransitionsQuery }),
  z.strictObject({ what: z.literal('uptime'), format: z.enum(['csv', 'json']), query: UptimeQuery }),
  z.strictObject({ what: z.literal('series'), format: z.enum(['csv', 'json']), query: SeriesQuery }),
  z.strictObject({ what: z.literal('incident'), format: z.literal('html'), incident: z.number().int() }),
]);
export type ExportQuery = z.infer<typeof ExportQuery>;
export const ExportedFile = z.object({
  /** A name for the file: `incidents-2026-11-25.csv`. */
  name: z.string(),
  type: z.enum(['text/csv', 'application/json', 'text/html']),
  text: z.string(),
  /** Whether rows were left out, because there are too many for one file (100,000). */
  cut: z.boolean(),
});
export type ExportedFile = z.infer<typeof ExportedFile>;
