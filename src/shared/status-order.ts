/*
 * The statuses and their orders, without a schema library: what the reporter imports must be light. `status.ts` has the schema.
 */

/** The five words a health file may use (COMPATIBILITY, "Health file"), lower case. */
export const STATUSES = ['healthy', 'warning', 'error', 'fatal', 'unknown'] as const;
export type HealthStatus = (typeof STATUSES)[number];

/**
 * How bad a check's result is *within one service*: unknown is the least of them, as the Python services order it,
 * so one check that cannot tell does not hide that the others are well.
 */
export const SERVICE_ORDER: Readonly<Record<HealthStatus, number>> = {
  unknown: 0,
  healthy: 1,
  warning: 2,
  error: 3,
  fatal: 4,
};

/**
 * How bad a service is *for the whole system*: unknown stands between healthy and warning, so an expected service that
 * nobody can see never leaves the tray green.
 */
export const SYSTEM_ORDER: Readonly<Record<HealthStatus, number>> = {
  healthy: 0,
  unknown: 1,
  warning: 2,
  error: 3,
  fatal: 4,
};

/** The statuses from worst to best, in the system's order: the order of every list a person sees. */
export const WORST_FIRST: readonly HealthStatus[] = ['fatal', 'error', 'warning', 'unknown', 'healthy'];

const WORDS: ReadonlyMap<string, HealthStatus> = new Map(STATUSES.map((word) => [word, word]));

/**
 * Reads a status word in any case, with blanks around it.
 * @returns undefined for a word that is not one of the five.
 */
export function parseStatus(word: string): HealthStatus | undefined {
  // Nearly every word is right as it stands, and there are fifty in a file.
  return WORDS.get(word) ?? WORDS.get(word.trim().toLowerCase());
}

function worst(
  statuses: Iterable<HealthStatus>,
  order: Readonly<Record<HealthStatus, number>>,
): HealthStatus | undefined {
  let result: HealthStatus | undefined;
  for (const status of statuses) {
    if (result === undefined || order[status] > order[result]) result = status;
  }
  return result;
}

/** The worst of a service's current check results, `unknown` where there is none. */
export function worstOfService(statuses: Iterable<HealthStatus>): HealthStatus {
  return worst(statuses, SERVICE_ORDER) ?? 'unknown';
}

/** The worst of a system's services. Where there is no service nothing is known: `unknown`. */
export function worstOfSystem(statuses: Iterable<HealthStatus>): HealthStatus {
  return worst(statuses, SYSTEM_ORDER) ?? 'unknown';
}

export type StatusCounts = Record<HealthStatus, number>;

/** How many services stand at each status. */
export function countStatuses(statuses: Iterable<HealthStatus>): StatusCounts {
  const counts: StatusCounts = { healthy: 0, warning: 0, error: 0, fatal: 0, unknown: 0 };
  for (const status of statuses) counts[status] += 1;
  return counts;
}
