import type { Clock } from '../../shared/clock.ts';
import type { Transition } from '../../shared/service-status.ts';
import { type Alert, collapse, composeAlerts, worthTelling } from './alert-policy.ts';

/** What happens within this time is told together. */
export const COLLECTED_FOR = 300;

export interface AlertsOptions {
  clock: Clock;
  /** Whether notifications are paused now. */
  paused(): boolean;
  /** Whether a person is looking at this service now. */
  viewed(service: string): boolean;
  /** How many alerts the platform can show beside each other. */
  atOnce: number;
  show(alert: Alert): void;
}

export interface Alerts {
  add(transitions: readonly Transition[]): void;
  close(): void;
}

/** Collects transitions for a moment, and tells those that are worth it and not to be kept quiet. */
export function createAlerts({ clock, paused, viewed, atOnce, show }: AlertsOptions): Alerts {
  const toldUnknown = new Set<string>();
  let waiting: Transition[] = [];
  let cancel: (() => void) | undefined;

  const isTold = (transition: Transition, quiet: boolean): boolean => {
    const told = worthTelling(transition, toldUnknown) && !quiet && !viewed(transition.service);
    if (told && transition.to === 'unknown') toldUnknown.add(transition.service);
    else if (transition.to !== 'unknown') toldUnknown.delete(transition.service);
    return told;
  };
  const tell = (): void => {
    cancel = undefined;
    const transitions = collapse(waiting);
    waiting = [];
    const quiet = paused();
    for (const alert of composeAlerts(
      transitions.filter((transition) => isTold(transition, quiet)),
      atOnce,
    )) {
      show(alert);
    }
  };

  return {
    add(transitions) {
      if (transitions.length === 0) return;
      waiting.push(...transitions);
      cancel ??= clock.after(COLLECTED_FOR, tell);
    },
    close() {
      cancel?.();
      cancel = undefined;
      waiting = [];
    },
  };
}
