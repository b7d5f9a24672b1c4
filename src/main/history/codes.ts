import type { Reason } from '../../shared/service-status.ts';
import type { HealthStatus } from '../../shared/status.ts';

/*
 * How statuses and reasons are kept: as small numbers, which are in the files of every version. Add at the end only.
 */

export const STATUS_CODES: readonly HealthStatus[] = ['healthy', 'warning', 'error', 'fatal', 'unknown'];
export const REASON_CODES: readonly Reason[] = [
  'reported',
  'stale',
  'grace',
  'missing',
  'never-seen',
  'corrupt',
  'unreadable',
  'too-large',
  'check-failed',
  'checked',
];

export const HEALTHY = 0;
export const WARNING = 1;
/** Stands in for a status: there was none before, or the service is not followed any more. */
export const NONE = 5;

/** How bad each status is, by its code: as the system orders them (`SYSTEM_ORDER`), with nothing observed the least. */
export const BADNESS: readonly number[] = [1, 3, 4, 5, 2, 0];

export function statusCode(status: HealthStatus | null): number {
  return status === null ? NONE : STATUS_CODES.indexOf(status);
}

/** Null for none, and for what no version wrote. */
export function statusOf(code: number): HealthStatus | null {
  return STATUS_CODES[code] ?? null;
}

/** The worse of two codes. */
export function worse(a: number, b: number): number {
  return (BADNESS[a] ?? 0) >= (BADNESS[b] ?? 0) ? a : b;
}

/** Whether a service with this status does its work. */
export function isUp(code: number): boolean {
  return code === HEALTHY || code === WARNING;
}

/** The two statuses and the reason of a change in one number below 1024: two bytes. */
export function packChange(from: number, to: number, reason: Reason): number {
  return from + to * 8 + Math.max(0, REASON_CODES.indexOf(reason)) * 64;
}

export function unpackChange(kind: number): { from: number; to: number; reason: Reason } {
  return { from: kind & 7, to: (kind >> 3) & 7, reason: REASON_CODES[(kind >> 6) & 15] ?? 'reported' };
}

/** What an incident has come to, in one number. */
export function packState(worst: number, status: number, gaps: boolean): number {
  return worst + status * 8 + (gaps ? 64 : 0);
}

export function unpackState(state: number): { worst: number; status: number; gaps: boolean } {
  return { worst: state & 7, status: (state >> 3) & 7, gaps: (state & 64) !== 0 };
}
