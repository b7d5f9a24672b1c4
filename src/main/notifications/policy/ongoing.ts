import type { OngoingIncident } from '../../../shared/notification-state.ts';
import type { ServiceState } from './service-state.ts';

/** A service's incident as far as was decided: what servers have accepted is not known here. Null where it has none. */
export function ongoing(service: string, state: ServiceState): OngoingIncident | null {
  if (state.incident === null) return null;
  const { id, openedAt, worst, acknowledged } = state.incident;
  const told = Object.entries(state.told);
  return {
    id,
    service,
    openedAt,
    status: state.status,
    worst,
    toldTo: told.map(([handler]) => handler),
    waiting: [],
    failed: [],
    toldAt: told.length === 0 ? null : Math.max(...told.map(([, { at }]) => at)),
    untold: state.untold,
    acknowledged,
    flapping: state.flapping,
  };
}
