import { z } from 'zod';
import { Acknowledgement, Stage } from '../../../shared/notification-state.ts';
import { Reason } from '../../../shared/service-status.ts';
import { HealthStatus, SYSTEM_ORDER } from '../../../shared/status.ts';

/** What a handler was told last of a service, as far as it is not simply that all is well. */
const Told = z.object({
  status: HealthStatus,
  at: z.number(),
  incident: z.string(),
  /** Of that incident, so that its end can be told when it is over. */
  openedAt: z.number(),
  worst: HealthStatus,
  /** It was told that the service changes all the time: whatever comes of that is news. */
  flapping: z.boolean(),
});
export type Told = z.infer<typeof Told>;

const Incident = z.object({
  id: z.string(),
  openedAt: z.number(),
  worst: HealthStatus,
  acknowledged: Acknowledgement.extend({ worst: HealthStatus }).nullable(),
});
export type Incident = z.infer<typeof Incident>;

/**
 * What the policy knows of a service. It is kept on disk, so that after a restart what is true can be compared with what
 * people were told. Times are milliseconds since the epoch.
 */
export const ServiceState = z.object({
  status: HealthStatus,
  reason: Reason,
  message: z.string(),
  /** Since when it has this status. */
  since: z.number(),
  /** How many results in a row were bad, or good, as the last one was. */
  results: z.number(),
  /** Whether the last of enough results in a row was bad (COMPATIBILITY has no such thing: there one is enough). */
  confirmedBad: z.boolean(),
  /** When it changed, as far as that counts for flapping. */
  changes: z.array(z.number()),
  flapping: z.boolean(),
  incident: Incident.nullable(),
  /** By handler. One that is missing believes that all is well. */
  told: z.record(z.string(), Told),
  /** Why the last change was not told to all who should be; null where it was. */
  untold: Stage.nullable(),
  /** An incident that came and went while it could not be told, and who was told nevertheless. */
  missed: z
    .object({ id: z.string(), worst: HealthStatus, from: z.number(), to: z.number(), toldTo: z.array(z.string()) })
    .nullable(),
});
export type ServiceState = z.infer<typeof ServiceState>;

/** One result: what the engine says of a service now. */
export interface Result {
  status: HealthStatus;
  reason: Reason;
  message: string;
  since: number;
}

/** How many changes are kept for counting: more than a person can set. */
const CHANGES_KEPT = 1000;

export function isBad(status: HealthStatus): boolean {
  return status !== 'healthy';
}

export function worseThan(a: HealthStatus, b: HealthStatus): boolean {
  return SYSTEM_ORDER[a] > SYSTEM_ORDER[b];
}

/** A service of which nothing is known but this result. */
export function newState({ status, reason, message, since }: Result): ServiceState {
  return {
    status,
    reason,
    message,
    since,
    results: 0,
    confirmedBad: false,
    changes: [],
    flapping: false,
    incident: null,
    told: {},
    untold: null,
    missed: null,
  };
}

export interface ObserveTerms {
  confirmBad: number;
  confirmGood: number;
  /** 0 for never. */
  flappingChanges: number;
  flappingWithin: number;
}

/**
 * Takes in a result: counts it for confirmation and flapping, and opens or closes the incident. `fresh` says that it is
 * another result and not the same looked at again; time alone also ends flapping.
 *
 * @returns the state after it; the same object where nothing changed.
 */
export function observe(
  state: ServiceState,
  result: Result,
  terms: ObserveTerms,
  { now, fresh, newId }: { now: number; fresh: boolean; newId: () => string },
): ServiceState {
  const changed = result.status !== state.status;
  const turned = isBad(result.status) !== isBad(state.status);
  const results = turned ? 1 : fresh ? Math.min(state.results + 1, 1000) : state.results;
  const changes = countChanges(state, changed, terms, now);
  const flapping =
    terms.flappingChanges > 0 && (state.flapping ? changes.length > 0 : changes.length >= terms.flappingChanges);
  const confirmedBad = isBad(result.status)
    ? state.confirmedBad || results >= terms.confirmBad
    : state.confirmedBad && results < terms.confirmGood;
  const next: ServiceState = {
    ...state,
    ...(changed || result.message !== state.message || result.reason !== state.reason ? result : {}),
    // An older time of the same status is better knowledge of it; it is no news.
    since: changed ? result.since : Math.min(state.since, result.since),
    results,
    changes,
    flapping,
    confirmedBad,
  };
  next.incident = incidentOf(state, next, now, newId);
  next.missed = missedOf(state, next, now);
  return same(state, next) ? state : next;
}

function countChanges({ changes }: ServiceState, changed: boolean, terms: ObserveTerms, now: number): number[] {
  const first = changes[0];
  // A clock that was set back leaves changes in the future; they count as now.
  if (!changed && (first === undefined || first > now - terms.flappingWithin)) return changes;
  const kept = changes.filter((at) => at > now - terms.flappingWithin).map((at) => Math.min(at, now));
  return changed ? [...kept, now].slice(-CHANGES_KEPT) : kept;
}

function incidentOf(
  before: ServiceState,
  { status, since, confirmedBad }: ServiceState,
  now: number,
  newId: () => string,
): Incident | null {
  if (!isBad(status) && !confirmedBad) return null;
  const { incident } = before;
  if (incident === null) {
    if (!isBad(status)) return null;
    return beginIncident(before, { id: newId(), openedAt: Math.min(since, now), worst: status, acknowledged: null });
  }
  const acknowledged =
    incident.acknowledged !== null && incident.acknowledged.until !== null && incident.acknowledged.until <= now
      ? null
      : incident.acknowledged;
  if (!worseThan(status, incident.worst) && acknowledged === incident.acknowledged) return incident;
  return { ...incident, acknowledged, worst: worseThan(status, incident.worst) ? status : incident.worst };
}

/**
 * A new incident goes on with an earlier one as long as somebody does not know that it was over: one that could not be told
 * at all, or one whose end could not. People then hear of one incident, which they can follow.
 */
function beginIncident({ missed, told }: ServiceState, fresh: Incident): Incident {
  const [known] = Object.values(told);
  const earlier =
    known !== undefined
      ? { id: known.incident, openedAt: known.openedAt, worst: known.worst }
      : missed !== null
        ? { id: missed.id, openedAt: missed.from, worst: missed.worst }
        : undefined;
  if (earlier === undefined) return fresh;
  return { ...fresh, ...earlier, worst: worseThan(earlier.worst, fresh.worst) ? earlier.worst : fresh.worst };
}

const DEFERRING: ReadonlySet<string> = new Set(['maintenance', 'quiet-hours', 'pause']);

/** An incident that ends while it waits to be told is told afterwards. One that was held for another reason is not. */
function missedOf(before: ServiceState, after: ServiceState, now: number): ServiceState['missed'] {
  if (after.incident !== null) return null;
  const { incident, untold, told } = before;
  if (incident === null || untold?.verdict !== 'hold' || !DEFERRING.has(untold.stage)) return before.missed;
  return { id: incident.id, worst: incident.worst, from: incident.openedAt, to: now, toldTo: Object.keys(told) };
}

function same(a: ServiceState, b: ServiceState): boolean {
  return (Object.keys(a) as (keyof ServiceState)[]).every((key) => a[key] === b[key]);
}

/** Whether a state says more than that the service is well and nobody was ever told otherwise. */
export function isWorthKeeping({ incident, told, missed, flapping }: ServiceState): boolean {
  return incident !== null || missed !== null || flapping || Object.keys(told).length > 0;
}
