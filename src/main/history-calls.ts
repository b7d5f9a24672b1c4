import { homedir, userInfo } from 'node:os';
import type { Handlers } from '../shared/api.ts';
import type { IncidentNote } from '../shared/history.ts';
import type { Clock } from '../shared/clock.ts';
import type { DeliveryEntry } from '../shared/notification-state.ts';
import { exportHistory } from './history/export.ts';
import type { History } from './history/history.ts';
import { Trends } from './history-trends.ts';
import type { NotificationCalls } from './notification-calls.ts';
import type { IncidentTime } from './notifications/delivery-log.ts';

/** The calls of the contract that are about the past, and those that the past takes note of. */
export type HistoryCalls = Pick<
  Handlers,
  | 'historyState'
  | 'historyBars'
  | 'uptime'
  | 'incidents'
  | 'incident'
  | 'transitions'
  | 'metrics'
  | 'series'
  | 'sparks'
  | 'compare'
  | 'trends'
  | 'exportHistory'
  | 'addNote'
  | 'acknowledge'
  | 'unacknowledge'
>;

export interface HistoryParts {
  history: History;
  clock: Clock;
  /** Those that are watched now. */
  services(): string[];
  notifications: {
    calls: Pick<NotificationCalls, 'acknowledge' | 'unacknowledge'>;
    /** Who was told of an incident: oldest first. */
    deliveriesOf(incident: IncidentTime): DeliveryEntry[];
  };
}

export function historyCalls({ history, clock, services, notifications }: HistoryParts): HistoryCalls {
  const trends = new Trends({ history, clock, services });
  const note = (kind: IncidentNote['kind'], text: string): IncidentNote => ({
    at: clock.now(),
    by: userInfo().username,
    text,
    kind,
  });
  return {
    historyState: () => history.state(),
    historyBars: (query) => history.bars(query),
    uptime: (query) => history.uptime(query),
    incidents: (query) => history.incidents(query),
    async incident({ id }) {
      const incident = await history.incident(id);
      return incident === null ? null : { ...incident, notifications: notifications.deliveriesOf(incident) };
    },
    transitions: (query) => history.transitions(query),
    metrics: ({ service }) => history.metrics(service),
    series: (query) => history.series(query),
    sparks: (query) => history.sparks(query),
    compare: (query) => history.compare(query),
    trends: ({ service }) => (service === undefined ? trends.all() : history.trends(service)),
    exportHistory: (query) =>
      exportHistory(history, query, {
        now: clock.now(),
        homes: [homedir()],
        notifications: (incident) => notifications.deliveriesOf(incident),
      }),
    addNote: ({ incident, text }) => history.addNote(incident, note('note', text)),
    async acknowledge(input) {
      const incident = await notifications.calls.acknowledge(input);
      if (incident !== null) history.acknowledged(input.service, note('acknowledged', input.note));
      return incident;
    },
    async unacknowledge(input) {
      const incident = await notifications.calls.unacknowledge(input);
      if (incident !== null) history.acknowledged(input.service, note('unacknowledged', ''));
      return incident;
    },
  };
}
