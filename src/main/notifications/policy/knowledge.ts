import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../shared/clock.ts';
import type { ServiceSummary } from '../../../shared/service-status.ts';
import type { Store } from '../store/store.ts';
import type { Policy } from './rules.ts';
import { isBad, isWorthKeeping, newState, observe, type Result, ServiceState } from './service-state.ts';

/** A service as the policy knows it. */
export interface Tracked {
  readonly service: string;
  state: ServiceState;
  /** What distinguishes its last result from the next. */
  result: string;
  resultAt: number;
  /** What was recorded of it last, so that the log does not repeat itself. */
  recorded: string;
  /** What is on disk of it; empty for nothing. */
  saved: string;
}

/** A service of which something must be decided. */
export interface Due {
  tracked: Tracked;
  /** It was not healthy before, or not there. */
  turnedHealthy: boolean;
}

/** What is known of every service, and kept on disk as far as it must outlive the program. */
export class Knowledge {
  readonly #services = new Map<string, Tracked>();
  /** Grows with everything that a person could want to know of incidents. */
  revision = 0;

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {
    for (const [service, json] of store.loadStates()) {
      const parsed = ServiceState.safeParse(json);
      // A state that cannot be read is that of a service of which nobody was told: it is told again, not forgotten.
      if (!parsed.success) store.deleteState(service);
      else this.#add(service, parsed.data, saving(parsed.data));
    }
  }

  get(service: string): Tracked | undefined {
    return this.#services.get(service);
  }

  names(): string[] {
    return [...this.#services.keys()];
  }

  /**
   * Takes in what the engine says of a service.
   * @param started whether one that turns up healthy is news.
   * @returns undefined where there is nothing to decide, which is nearly always: well as before, and all know it.
   */
  take(summary: ServiceSummary, policy: Policy, started: boolean): Due | undefined {
    // Too early to tell is not a result.
    if (summary.reason === 'grace') return undefined;
    const { service, status, reportedAt, lastCheck } = summary;
    const known = this.#services.get(service);
    const tracked = known ?? this.#add(service, newState({ ...summary, status: 'healthy' }), '');
    const result = `${lastCheck} ${reportedAt}`;
    const fresh = tracked.result !== result || tracked.state.status !== status;
    const turnedHealthy = status === 'healthy' && (known === undefined ? started : known.state.status !== 'healthy');
    tracked.result = result;
    if (fresh) tracked.resultAt = this.clock.now();
    const before = tracked.state;
    tracked.state = this.#observed(service, before, summary, policy, fresh);
    if (tracked.state === before && !turnedHealthy) return undefined;
    if (!turnedHealthy && tracked.saved === '' && !isBad(status) && !isWorthKeeping(tracked.state)) return undefined;
    return { tracked, turnedHealthy };
  }

  /**
   * Time has passed, and nothing new has come in.
   * @param step after so many ms without a result, what was said last counts as another one.
   */
  pass(tracked: Tracked, policy: Policy, step: number): Due | undefined {
    const now = this.clock.now();
    const silent = now - tracked.resultAt >= step;
    if (silent) tracked.resultAt = now;
    tracked.state = this.#observed(tracked.service, tracked.state, tracked.state, policy, silent);
    return tracked.saved !== '' || isWorthKeeping(tracked.state) ? { tracked, turnedHealthy: false } : undefined;
  }

  /** What the state would be after a result; nothing is changed by asking. */
  suppose(service: string, result: Result, policy: Policy): ServiceState {
    const before = this.#services.get(service)?.state ?? newState({ ...result, status: 'healthy' });
    return this.#observed(service, before, result, policy, true);
  }

  /** Keeps a state, on disk where it is worth it. */
  set(tracked: Tracked, state: ServiceState): void {
    tracked.state = state;
    const saved = isWorthKeeping(state) ? saving(state) : '';
    if (saved === tracked.saved) return;
    if (saved === '') this.store.deleteState(tracked.service);
    else this.store.saveState(tracked.service, state);
    tracked.saved = saved;
    this.revision += 1;
  }

  delete(service: string): void {
    this.#services.delete(service);
    this.store.deleteState(service);
    this.revision += 1;
  }

  #add(service: string, state: ServiceState, saved: string): Tracked {
    const tracked: Tracked = { service, state, result: '', resultAt: this.clock.now(), recorded: '', saved };
    this.#services.set(service, tracked);
    return tracked;
  }

  #observed(service: string, before: ServiceState, result: Result, policy: Policy, fresh: boolean): ServiceState {
    const { settings } = policy;
    const { confirmBad, confirmGood } = policy.terms(service, result.status);
    const flapping = {
      flappingChanges: settings.flapping_changes,
      flappingWithin: settings.flapping_within * 1000,
    };
    const moment = { now: this.clock.now(), fresh, newId: randomUUID };
    return observe(before, result, { confirmBad, confirmGood, ...flapping }, moment);
  }
}

/** What makes a state worth saving again: not each further result, and not its words. */
function saving({ message: _message, results: _results, ...state }: ServiceState): string {
  return JSON.stringify(state);
}
