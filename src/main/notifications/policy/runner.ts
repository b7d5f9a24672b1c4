import type { Clock } from '../../../shared/clock.ts';
import type { MessageService } from '../../../shared/notification-message.ts';
import type { Acknowledgement, OngoingIncident, Stage } from '../../../shared/notification-state.ts';
import type { ServiceStatus, ServiceSummary } from '../../../shared/service-status.ts';
import { type HealthStatus, worstOfSystem } from '../../../shared/status.ts';
import type { Store } from '../store/store.ts';
import { afterDecisions, decide, type Decision, nextLook, obstacle } from './decide.ts';
import { type Due, Knowledge, type Tracked } from './knowledge.ts';
import { Looks } from './looks.ts';
import { endOf, goneService, newsOf } from './news.ts';
import { ongoing } from './ongoing.ts';
import type { Policy } from './rules.ts';
import type { ServiceState } from './service-state.ts';
import { type Context, isDown } from './stages.ts';

export interface RunnerOptions {
  clock: Clock;
  store: Store;
  policy: Policy;
  /** What the engine knows of a service, with its checks; null for one that is gone. */
  service(id: string): ServiceStatus | null;
  /** A piece of news for these handlers. Called inside the store's transaction. */
  tell(handlers: readonly string[], news: MessageService, stages: readonly Stage[]): void;
  /** Whether a handler is to hear that somebody has acknowledged an incident. */
  acknowledges(handler: string): boolean;
  /** How long until a service that does not report has given another result, in ms (`check_interval`). */
  step: number;
}

/** Applies the policy to what the engine says, service by service, and remembers what people were told. */
export class PolicyRunner {
  readonly #known: Knowledge;
  readonly #seen = new Map<string, Pick<ServiceSummary, 'status' | 'reason'>>();
  readonly #lastDown = new Map<string, number>();
  readonly #looks: Looks;
  #policy: Policy;
  #step: number;
  #pausedUntil: number | null = null;
  /** From when on a service that turns up healthy is news. */
  #started = false;

  constructor(private readonly options: RunnerOptions) {
    const { clock, store, policy, step } = options;
    this.#policy = policy;
    this.#step = step;
    this.#known = new Knowledge(store, clock);
    this.#looks = new Looks(clock, (services) => this.#lookAt(services));
  }

  /** Grows with everything that a person could want to know of incidents. */
  get revision(): number {
    return this.#known.revision;
  }

  /** Takes in what changed. */
  update(changed: readonly ServiceSummary[], removed: readonly string[]): void {
    const dependents = new Set<string>();
    const due: Due[] = [];
    // What is true of all of them first: one may be the cause of another.
    for (const summary of changed) {
      for (const dependent of this.#see(summary)) dependents.add(dependent);
      const one = this.#known.take(summary, this.#policy, this.#started);
      if (one !== undefined) due.push(one);
    }
    if (due.length + removed.length + dependents.size === 0) return;
    this.options.store.transaction(() => {
      for (const one of due) this.#decide(one);
      for (const service of removed) this.#remove(service, 'It is no longer watched.');
      for (const service of dependents) this.#look(service);
    });
    this.#looks.arm();
  }

  /** Takes in what is true of services that others may need, and decides nothing. */
  see(services: readonly ServiceSummary[]): void {
    for (const summary of services) this.#see(summary);
  }

  /** Every service was seen that there is: what was told of others is over. */
  assessed(known: ReadonlySet<string>): void {
    this.#started = true;
    const gone = this.#known.names().filter((service) => !known.has(service));
    this.options.store.transaction(() => {
      for (const service of gone) this.#remove(service, 'It is no longer there since the monitor was started again.');
    });
  }

  configure(policy: Policy, step: number): void {
    this.#policy = policy;
    this.#step = step;
    const handlers = new Set(policy.settings.handlers.map(({ id }) => id));
    this.options.store.transaction(() => {
      for (const service of this.#known.names()) this.#forgetHandlers(service, handlers);
    });
    this.lookAtAll();
  }

  /** Pauses until then, or goes on where it is null: what waits is looked at again. */
  pause(until: number | null): void {
    this.#pausedUntil = until;
    this.lookAtAll();
  }

  /** Looks at every service that is not simply well again: time went by, or something else changed. */
  lookAtAll(): void {
    this.#lookAt(this.#known.names());
    this.#looks.arm();
  }

  /** @returns the incident afterwards, null where the service has none. */
  acknowledge(service: string, acknowledged: Acknowledgement | null): OngoingIncident | null {
    const tracked = this.#known.get(service);
    if (tracked === undefined || tracked.state.incident === null) return null;
    const { incident } = tracked.state;
    this.options.store.transaction(() => {
      const next = acknowledged === null ? null : { ...acknowledged, worst: incident.worst };
      this.#known.set(tracked, { ...tracked.state, incident: { ...incident, acknowledged: next } });
      if (acknowledged !== null) this.#tellAcknowledged(tracked, acknowledged);
      this.#decide({ tracked, turnedHealthy: false });
    });
    this.#looks.arm();
    return this.incident(service);
  }

  incident(service: string): OngoingIncident | null {
    const tracked = this.#known.get(service);
    return tracked === undefined ? null : ongoing(service, tracked.state);
  }

  /** When each handler was told of a service last, as far as was decided, milliseconds since the epoch. */
  toldTimes(service: string): ReadonlyMap<string, number> {
    const told = Object.entries(this.#known.get(service)?.state.told ?? {});
    return new Map(told.map(([handler, { at }]) => [handler, at]));
  }

  incidents(): OngoingIncident[] {
    return this.#known.names().flatMap((service) => this.incident(service) ?? []);
  }

  /** What would be decided if the service gave this result now, under this policy; nothing is changed by asking. */
  simulate(service: ServiceStatus, policy: Policy): { state: ServiceState; decisions: Decision[] } {
    const state = this.#known.suppose(service.service, service, policy);
    const context = { ...this.#context(), policy };
    return { state, decisions: decide(service.service, state, context, { turnedHealthy: true }) };
  }

  /** What this service needs and is down, as a stage that holds its news; undefined where there is nothing. */
  causeOf(service: string): Stage | undefined {
    for (const needed of this.#policy.needs(service)) {
      const seen = this.#seen.get(needed);
      if (seen === undefined || !isDown(seen)) continue;
      return { stage: 'dependency', verdict: 'hold', reason: `${needed}, which it needs, is ${seen.status}.` };
    }
    return undefined;
  }

  /** News that was decided on is not told to this handler after all; it is looked at again like anything that is held. */
  takeBack(service: string, handler: string, untold: Stage): void {
    const tracked = this.#known.get(service);
    if (tracked === undefined) return;
    const { [handler]: _taken, ...told } = tracked.state.told;
    this.#known.set(tracked, { ...tracked.state, told, untold });
    this.#looks.set(service, nextLook(service, tracked.state, this.#context(), this.#step));
    this.#looks.arm();
  }

  close(): void {
    this.#looks.close();
  }

  #context(): Context {
    return {
      policy: this.#policy,
      now: this.options.clock.now(),
      pausedUntil: this.#pausedUntil,
      look: (service) => this.#seen.get(service),
      lastDown: (service) => this.#lastDown.get(service),
    };
  }

  /** @returns those who must be looked at again, since what they need is another way now. */
  #see({ service, status, reason }: ServiceSummary): readonly string[] {
    const before = this.#seen.get(service);
    if (before?.status === status && before.reason === reason) return [];
    this.#seen.set(service, { status, reason });
    if (before === undefined || before.status === status) return [];
    if (isDown(before)) this.#lastDown.set(service, this.options.clock.now());
    return this.#policy.neededBy(service);
  }

  #lookAt(services: readonly string[]): void {
    if (services.length === 0) return;
    this.options.store.transaction(() => {
      for (const service of services) this.#look(service);
    });
  }

  #look(service: string): void {
    const tracked = this.#known.get(service);
    const seen = this.#seen.get(service);
    this.#looks.set(service, null);
    if (tracked === undefined || seen === undefined || seen.reason === 'grace') return;
    const due = this.#known.pass(tracked, this.#policy, this.#step);
    if (due !== undefined) this.#decide(due);
  }

  #decide({ tracked, turnedHealthy }: Due): void {
    const context = this.#context();
    const { state, service } = tracked;
    const decisions = decide(service, state, context, { turnedHealthy });
    for (const decision of decisions) {
      if (decision.tellTo.length > 0) this.#tell(service, state, decision);
      else this.#record(tracked, decision);
    }
    if (decisions.length === 0) tracked.recorded = '';
    this.#known.set(tracked, afterDecisions(state, decisions, context.now));
    this.#looks.set(service, nextLook(service, tracked.state, context, this.#step));
  }

  #tell(service: string, state: ServiceState, { event, tellTo, stages }: Decision): void {
    const now = this.options.clock.now();
    const full = this.options.service(service) ?? goneService(service, state.message, now);
    const told = tellTo.map((handler) => state.told[handler]?.status).filter((status) => status !== undefined);
    const from: HealthStatus | null = told.length === 0 ? null : worstOfSystem(told);
    const news = newsOf(event, state, full, { from, tags: this.#policy.tagsOf(service), now });
    this.options.tell(tellTo, { ...news, ...endOf(state, event, tellTo) }, stages);
  }

  /** It is on the way at once, whatever the policy holds back: it makes a channel quieter, not louder. */
  #tellAcknowledged({ service, state }: Tracked, { by, note }: Acknowledgement): void {
    const handlers = Object.keys(state.told).filter((handler) => this.options.acknowledges(handler));
    if (handlers.length === 0) return;
    const now = this.options.clock.now();
    const full = this.options.service(service) ?? goneService(service, state.message, now);
    const news = newsOf('acknowledged', state, full, { from: state.status, tags: this.#policy.tagsOf(service), now });
    const message = `Acknowledged by ${by}${note === '' ? '' : `: ${note}`}.`;
    this.options.tell(handlers, { ...news, message, at: now }, []);
  }

  #record(tracked: Tracked, decision: Decision): void {
    const failed = obstacle(decision);
    if (failed === null) return;
    const { state, service } = tracked;
    const key = `${decision.event} ${failed.stage} ${failed.verdict} ${state.status} ${state.incident?.id ?? ''}`;
    if (tracked.recorded === key) return;
    tracked.recorded = key;
    const [told] = decision.waiting.map((handler) => state.told[handler]?.status);
    this.options.store.recordDecision({
      at: this.options.clock.now(),
      service,
      from: told ?? null,
      to: state.status,
      event: decision.event,
      verdict: decision.verdict === 'hold' ? 'held' : 'not-told',
      stage: failed.stage,
      reason: failed.reason,
      message: null,
      trace: decision.stages,
    });
  }

  #forgetHandlers(service: string, left: ReadonlySet<string>): void {
    const tracked = this.#known.get(service);
    if (tracked === undefined) return;
    const told = Object.entries(tracked.state.told);
    const kept = told.filter(([handler]) => left.has(handler));
    if (kept.length < told.length) this.#known.set(tracked, { ...tracked.state, told: Object.fromEntries(kept) });
  }

  /** A service that is gone for good has no incident any more; whoever was told of one is told so. */
  #remove(service: string, message: string): void {
    const tracked = this.#known.get(service);
    if (tracked === undefined) return;
    const { state } = tracked;
    const now = this.options.clock.now();
    const gone: ServiceState = { ...state, status: 'unknown', reason: 'missing', message, since: now, incident: null };
    const handlers = Object.keys(state.told);
    if (handlers.length > 0) {
      const stub = goneService(service, message, now);
      const news = newsOf('recovered', gone, stub, { from: state.status, tags: this.#policy.tagsOf(service), now });
      this.options.tell(handlers, { ...news, ...endOf(gone, 'recovered', handlers) }, []);
    }
    this.#known.delete(service);
    this.#seen.delete(service);
    this.#looks.set(service, null);
    this.#lastDown.delete(service);
  }
}
