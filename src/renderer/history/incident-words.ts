import type { HistoryIncident, IncidentStep } from '../../shared/history.ts';
import { words } from '../order.ts';
import { coarse } from '../words.ts';
import { MINUTE, type Span } from './spans.ts';

/** How long an incident took, or takes by now. */
export function lengthOf({ openedAt, closedAt }: Pick<HistoryIncident, 'openedAt' | 'closedAt'>, now: number): string {
  return coarse(Math.max(0, (closedAt ?? now) - openedAt));
}

/** Whether every word of what is searched stands in a service's name. */
export function matchesName(name: string, search: string): boolean {
  const lower = name.toLowerCase();
  return words(search).every((word) => lower.includes(word));
}

/** What a chart of an incident shows: some time before and after it, and the hour around a short one. */
export function chartSpan({ openedAt, closedAt }: Pick<HistoryIncident, 'openedAt' | 'closedAt'>, now: number): Span {
  const end = closedAt ?? now;
  const around = Math.max(30 * MINUTE - (end - openedAt) / 2, (end - openedAt) * 0.15);
  return {
    from: Math.max(0, Math.floor(openedAt - around)),
    to: Math.min(Math.ceil(end + around), Math.max(now, end)),
  };
}

/** The names of the checks that were not healthy at any step. */
export function failedChecks(changes: readonly Pick<IncidentStep, 'checks'>[]): ReadonlySet<string> {
  return new Set(
    changes.flatMap(({ checks }) =>
      (checks ?? []).filter(({ status }) => status !== 'healthy').map(({ name }) => name),
    ),
  );
}
