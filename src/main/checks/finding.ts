import type { Finding } from '../../shared/checks/check.ts';
import { oneLine } from '../../shared/handlers/bounded-text.ts';
import { type HealthStatus, worstOfService } from '../../shared/status.ts';

/** Something that is not as it should be: how bad that is, and a sentence that says where and what. */
export interface Problem {
  status: HealthStatus;
  message: string;
}

/** UTF-16 units: the sentences of several problems at once. */
const MESSAGE_LENGTH = 800;

/**
 * What a check says in the end: the worst of its problems first, or that all is well.
 *
 * @param well the sentence for that.
 */
export function conclude(problems: readonly Problem[], well: string, metadata: Finding['metadata']): Finding {
  if (problems.length === 0) return { status: 'healthy', message: oneLine(well, MESSAGE_LENGTH), metadata };
  const status = worstOfService(problems.map((problem) => problem.status));
  const ordered = [
    ...problems.filter((problem) => problem.status === status),
    ...problems.filter((problem) => problem.status !== status),
  ];
  return { status, message: oneLine(ordered.map(({ message }) => message).join(' '), MESSAGE_LENGTH), metadata };
}

/** What is said of a server that took too long, if it did. */
export function latencyProblems(
  { warning_ms, error_ms }: { warning_ms: number; error_ms: number },
  ms: number,
  /** `localhost:80 took {…} to answer`: who took it, and for what. */
  [who, what]: readonly [who: string, what: string],
): Problem[] {
  const limits = [
    { status: 'error', limit: error_ms },
    { status: 'warning', limit: warning_ms },
  ] as const;
  const broken = limits.find(({ limit }) => limit > 0 && ms > limit);
  if (broken === undefined) return [];
  const { status, limit } = broken;
  return [{ status, message: `${who} took ${Math.ceil(ms)} ms to ${what}, more than ${limit} ms.` }];
}

/** Milliseconds as they stand in metadata: to a tenth. */
export function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
