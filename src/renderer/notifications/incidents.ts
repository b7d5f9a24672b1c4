import type { NotificationState, OngoingIncident, Simulation, Stage } from '../../shared/notification-state.ts';
import { STAGE_WORDS } from './words.ts';

/** For how long an acknowledgement can hold; null is until the incident is over. */
export const EXPIRIES: readonly { minutes: number | null; label: string }[] = [
  { minutes: null, label: 'until it is over' },
  { minutes: 60, label: 'for 1 h' },
  { minutes: 240, label: 'for 4 h' },
  { minutes: 1440, label: 'for 1 day' },
];

/** Why the last change was not told: the stage and what it said. */
export function untoldReason({ stage, verdict, reason }: Stage): string {
  const later = verdict === 'hold' ? ' It is told later, unless it is over by then.' : '';
  const said = reason === '' ? STAGE_WORDS[stage] : reason;
  return `${said}${/[.!?]$/.test(said) ? '' : '.'}${later}`;
}

/** What a simulation comes to, to be read after whether anybody would be told. */
export function upshotOf({ told, outcome, stages }: Simulation): string {
  // Those that are told are named by the monitor; of nobody, the stage that decides says all there is to say.
  const stage = stages.find(({ verdict }) => verdict === 'stop') ?? stages.find(({ verdict }) => verdict === 'hold');
  return told || stage === undefined ? outcome : untoldReason(stage);
}

const indexes = new WeakMap<readonly OngoingIncident[], Map<string, OngoingIncident>>();

/** A service's ongoing incident. It is asked for by every row of the list, so all are found by one index. */
export function incidentOf(state: NotificationState | undefined, service: string): OngoingIncident | undefined {
  if (state === undefined) return undefined;
  let index = indexes.get(state.incidents);
  if (index === undefined) {
    index = new Map(state.incidents.map((incident) => [incident.service, incident]));
    indexes.set(state.incidents, index);
  }
  return index.get(service);
}

/** The state with one incident as a command's answer has it, shown before the event that will say it too. */
export function withIncident(
  state: NotificationState,
  service: string,
  incident: OngoingIncident | null,
): NotificationState {
  const incidents = state.incidents.flatMap((one) => {
    if (one.service !== service) return [one];
    return incident === null ? [] : [incident];
  });
  return { ...state, incidents };
}
