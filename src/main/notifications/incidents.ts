import type { OngoingIncident } from '../../shared/notification-state.ts';
import type { PolicyRunner } from './policy/runner.ts';
import type { StagedItem } from './store/documents.ts';
import type { Store } from './store/store.ts';
import type { Undelivered } from './store/undelivered.ts';

/** Incidents as people may be told of them: who was told is said only of what a server has accepted. */
export function withDelivery(
  incidents: readonly OngoingIncident[],
  runner: PolicyRunner,
  store: Pick<Store, 'undelivered' | 'staged'>,
): OngoingIncident[] {
  if (incidents.length === 0) return [];
  const undelivered = new Map<string, Undelivered[]>();
  const staged = store.staged().map(({ handler, service }: StagedItem): Undelivered => {
    return { handler, service, state: 'queued', enqueuedAt: 0 };
  });
  for (const one of [...staged, ...store.undelivered()]) {
    const others = undelivered.get(one.service);
    if (others === undefined) undelivered.set(one.service, [one]);
    else others.push(one);
  }
  return incidents.map((incident) => split(incident, runner, undelivered.get(incident.service) ?? []));
}

function split(incident: OngoingIncident, runner: PolicyRunner, undelivered: readonly Undelivered[]): OngoingIncident {
  const times = runner.toldTimes(incident.service);
  const decided = incident.toldTo;
  const waits = new Set(undelivered.filter(({ state }) => state === 'queued').map(({ handler }) => handler));
  const failures = new Set(
    undelivered
      // A failure of something earlier says nothing of what was told last.
      .filter(({ state, handler, enqueuedAt }) => state === 'failed' && enqueuedAt >= (times.get(handler) ?? Infinity))
      .map(({ handler }) => handler),
  );
  return {
    ...incident,
    toldTo: decided.filter((handler) => !waits.has(handler) && !failures.has(handler)),
    waiting: decided.filter((handler) => waits.has(handler)),
    failed: decided.filter((handler) => failures.has(handler) && !waits.has(handler)),
  };
}
