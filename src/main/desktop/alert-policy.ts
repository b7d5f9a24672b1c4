import type { Transition } from '../../shared/service-status.ts';
import { countStatuses, type HealthStatus, SYSTEM_ORDER, worstOfSystem } from '../../shared/status.ts';
import { formatCounts } from '../../shared/text.ts';
import { plainText } from './plain-text.ts';

/** A native alert, as data. */
export interface Alert {
  /** A later alert with the same key takes the place of the earlier one. */
  key: string;
  /** Which service a click opens; null for the overview. */
  service: string | null;
  status: HealthStatus;
  title: string;
  body: string;
}

/** More alerts at once than this become one. */
export const ALERTS_AT_ONCE = 3;
const TITLE_LENGTH = 80;
const BODY_LENGTH = 200;
/** The key of the alert that stands for many. */
const SUMMARY = '\u0000summary';

/**
 * Whether a person is told of this transition at once: every change to or from error and fatal; to unknown, but not
 * because it is too early to tell; and from an unknown that was told. A service that is first seen well, or with a mere
 * warning, is no news.
 *
 * @param toldUnknown the services of which the person was told last that they are unknown.
 */
export function worthTelling(transition: Transition, toldUnknown: ReadonlySet<string>): boolean {
  const { service, from, to, reason } = transition;
  if (from === to) return false;
  if (isBad(to)) return true;
  if (to === 'unknown') return reason !== 'grace';
  if (from === 'unknown') return toldUnknown.has(service);
  return from !== null && isBad(from);
}

function isBad(status: HealthStatus): boolean {
  return status === 'error' || status === 'fatal';
}

/** Several changes of one service in one moment are one change, from the first status to the last. */
export function collapse(transitions: readonly Transition[]): Transition[] {
  const last = new Map<string, Transition>();
  for (const transition of transitions) {
    const first = last.get(transition.service);
    last.set(
      transition.service,
      first === undefined ? transition : { ...transition, from: first.from, fromReason: first.fromReason },
    );
  }
  return [...last.values()];
}

/**
 * The alerts for transitions that are all to be told.
 * @param atOnce how many may stand beside each other; more become one that names the worst.
 */
export function composeAlerts(transitions: readonly Transition[], atOnce = ALERTS_AT_ONCE): Alert[] {
  if (transitions.length > atOnce) return [composeSummary(transitions)];
  return transitions.map(({ service, from, to, message }) => {
    const recovered = to === 'healthy' && from !== null;
    return {
      key: service,
      service,
      status: to,
      title: `${plainText(service, TITLE_LENGTH - 20)}: ${to}${recovered ? ' again' : ''}`,
      body: plainText(message, BODY_LENGTH),
    };
  });
}

function composeSummary(transitions: readonly Transition[]): Alert {
  const worstFirst = [...transitions].sort((a, b) => SYSTEM_ORDER[b.to] - SYSTEM_ORDER[a.to]);
  const counts = formatCounts(countStatuses(transitions.map(({ to }) => to)));
  const names = worstFirst.slice(0, 20).map(({ service, to }) => `${plainText(service, 40)} ${to}`);
  return {
    key: SUMMARY,
    service: null,
    status: worstOfSystem(transitions.map(({ to }) => to)),
    title: `${transitions.length} services changed: ${counts}`,
    body: plainText(names.join(', '), BODY_LENGTH),
  };
}
