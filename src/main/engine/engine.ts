import type { Clock } from '../../shared/clock.ts';
import type { Observation, ServiceProcess } from '../../shared/observation.ts';
import type { ServiceStatus, ServiceSummary, Transition } from '../../shared/service-status.ts';
import type { Settings } from '../../shared/settings.ts';
import { AwakeTime, HEARTBEAT } from './awake-time.ts';
import { Instances } from './instances.ts';
import { judge, readObservation, type Verdict, worstVerdict } from './rules.ts';
import { describe, detailsOf, type Held, hold, lapse, nextExpiry, same, sinceWhen, type Tracked } from './tracked.ts';

export type EngineSettings = Pick<
  Settings,
  'expected_services' | 'startup_grace_period' | 'service_timeout' | 'service_timeouts' | 'max_health_file_age'
>;

/** What one step of the engine changed; never empty when it is told. */
export interface EngineUpdate {
  changed: ServiceSummary[];
  removed: string[];
  transitions: Transition[];
}

export interface EngineOptions {
  clock: Clock;
  settings: EngineSettings;
  host: string;
  /** Told of every step that changed something. */
  onUpdate: (update: EngineUpdate) => void;
}

/**
 * Turns observations into the status of each service. It owns one timer: for whatever becomes due next, at most a
 * heartbeat away.
 */
export class Engine {
  readonly #services = new Map<string, Tracked>();
  readonly #instances = new Instances();
  /** Services that were alone and now stand together with others; to be looked at in this step. */
  readonly #moved = new Set<string>();
  readonly #time: AwakeTime;
  #settings: EngineSettings;
  #expected: ReadonlySet<string>;
  #cancelTimer: (() => void) | undefined;
  /** Awake time of the earliest deadline; may be too early, never too late. */
  #due = Infinity;
  #timerDue = Infinity;

  constructor(private readonly options: EngineOptions) {
    this.#time = new AwakeTime(options.clock);
    this.#settings = options.settings;
    this.#expected = new Set(options.settings.expected_services);
  }

  /** Begins: expected services appear, and time runs. */
  start(): void {
    this.#step(() => this.#expect());
    this.#arm();
  }

  close(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  /** Takes in what a source saw. An observation older than the newest of its source is of no interest any more. */
  observe(observations: readonly Observation[]): void {
    this.#step(() =>
      observations.map((observation) => this.#take(observation)).filter((tracked) => tracked !== undefined),
    );
  }

  /** New settings apply at once; the grace period of the start is not begun again. */
  configure(settings: EngineSettings): void {
    this.#settings = settings;
    this.#expected = new Set(settings.expected_services);
    this.#due = -Infinity;
    this.#step(() => {
      this.#expect();
      return [...this.#services.values()];
    });
  }

  suspended(): void {
    this.#time.suspend();
  }

  resumed(): void {
    this.#time.resume();
    this.#arm();
  }

  /** A service with the checks behind it. They are put together when somebody asks, not for every report. */
  status(service: string): ServiceStatus | undefined {
    const tracked = this.#services.get(service);
    return tracked?.status === undefined ? undefined : { ...tracked.status, ...detailsOf(tracked) };
  }

  statuses(): ServiceSummary[] {
    return [...this.#services.values()].map((tracked) => tracked.status).filter((status) => status !== undefined);
  }

  /** The processes that wrote the last usable reports, as far as these tell, without those that said that they end. */
  processes(): ServiceProcess[] {
    return [...this.#services.values()].flatMap(({ service, lastReport }) => {
      const run = lastReport?.facts?.run;
      if (lastReport === undefined || run === undefined || run.stopped !== null) return [];
      const { pid, processStart: start, host } = run;
      return [{ service, pid, start, host, reportedAt: lastReport.reportedAt }];
    });
  }

  /** Takes a service out of the list that is missing and not expected. @returns whether it was. */
  forget(service: string): boolean {
    const tracked = this.#services.get(service);
    if (tracked?.status?.reason !== 'missing' || tracked.expected) return false;
    const update: EngineUpdate = { changed: [], removed: [], transitions: [] };
    this.#remove(tracked, update);
    this.options.onUpdate(update);
    return true;
  }

  #expect(): Tracked[] {
    for (const tracked of this.#services.values()) tracked.expected = this.#expected.has(tracked.service);
    return [...this.#expected].map((service) => this.#track(service, true));
  }

  #track(service: string, expected: boolean): Tracked {
    let tracked = this.#services.get(service);
    if (tracked === undefined) {
      tracked = { service, expected, sources: new Map(), lastReport: undefined, status: undefined, goneAt: undefined };
      this.#services.set(service, tracked);
      for (const other of this.#instances.add(service)) this.#moved.add(other);
    }
    return tracked;
  }

  #remove({ service }: Tracked, update: EngineUpdate): void {
    this.#services.delete(service);
    update.removed.push(service);
    for (const other of this.#instances.remove(service)) {
      const alone = this.#services.get(other);
      if (alone !== undefined) this.#review(alone, update);
    }
  }

  #take(observation: Observation): Tracked | undefined {
    const { service, source } = observation;
    if (observation.results?.length === 0) {
      const known = this.#services.get(service);
      known?.sources.delete(source);
      return known;
    }
    const tracked = this.#track(service, this.#expected.has(service));
    const before = tracked.sources.get(source);
    if (before !== undefined && observation.observedAt < before.observedAt) return undefined;
    const held = hold(readObservation(observation), this.#time.awake, (wall) => this.#time.since(wall));
    tracked.sources.set(source, held);
    if (observation.report !== undefined) {
      tracked.lastReport = held;
      this.#due = Math.min(this.#due, held.bornAt + this.#timeoutOf(service, held), nextExpiry(held, this.#time.awake));
    }
    if (observation.results === undefined) {
      tracked.goneAt = observation.problem?.kind === 'missing' ? (tracked.goneAt ?? this.#time.awake) : undefined;
    }
    return tracked;
  }

  /** How old a report may be, in ms: as the settings say of its service, else as its writer says, but never less than usual. */
  #timeoutOf(service: string, { facts }: Held): number {
    const own = Object.hasOwn(this.#settings.service_timeouts, service)
      ? this.#settings.service_timeouts[service]
      : undefined;
    if (own !== undefined) return own * 1000;
    return Math.max(this.#settings.service_timeout * 1000, facts?.validFor ?? 0);
  }

  get #graceEnd(): number {
    return this.#settings.startup_grace_period * 1000;
  }

  /** One step: time moves on, `change` says which services it touched, those and whatever is due are judged again. */
  #step(change: () => Tracked[]): void {
    const setBack = this.#time.advance();
    if (setBack > 0) this.#shift(-setBack);
    const touched = new Set(change());
    for (const service of this.#moved) {
      const tracked = this.#services.get(service);
      if (tracked !== undefined) touched.add(tracked);
    }
    this.#moved.clear();
    if (this.#time.awake >= this.#due) for (const tracked of this.#services.values()) touched.add(tracked);
    const update: EngineUpdate = { changed: [], removed: [], transitions: [] };
    for (const tracked of touched) this.#review(tracked, update);
    if (this.#time.awake >= this.#due) this.#due = this.#nextDue();
    if (this.#cancelTimer !== undefined && this.#due < this.#timerDue) this.#arm();
    if (update.changed.length + update.removed.length > 0) this.options.onUpdate(update);
  }

  /** After the wall clock was set back: what was seen before must not count as newer than what will be. */
  #shift(by: number): void {
    for (const tracked of this.#services.values()) {
      for (const held of tracked.sources.values()) {
        held.observedAt += by;
      }
    }
  }

  #review(tracked: Tracked, update: EngineUpdate): void {
    const { awake } = this.#time;
    if (!tracked.expected && this.#isOver(tracked)) {
      this.#remove(tracked, update);
      return;
    }
    const now = this.options.clock.now();
    const inGrace = awake < this.#graceEnd;
    for (const held of tracked.sources.values()) lapse(held, awake, now);
    // Of two that are as bad, what the service says itself is told.
    const reporting = [...tracked.sources.values()].filter(({ results }) => results === undefined);
    const checking = [...tracked.sources.values()].filter(({ results }) => results !== undefined);
    const verdicts = [...reporting, ...checking].map((held) =>
      judge(held, { age: awake - held.bornAt, timeout: this.#timeoutOf(tracked.service, held), inGrace }),
    );
    // What active checks say is no report: an expected service is to be heard of by itself.
    if (tracked.expected && reporting.length === 0) verdicts.push(this.#unseen(tracked, inGrace));
    const verdict = worstVerdict(verdicts) ?? this.#unseen(tracked, inGrace);
    const before = tracked.status;
    const after = describe(tracked, verdict, {
      host: this.options.host,
      since: sinceWhen(before, verdict, now),
      place: this.#instances.place(tracked.service, tracked.lastReport?.facts?.run),
    });
    tracked.status = after;
    if (before !== undefined && same(before, after)) return;
    update.changed.push(after);
    // What is said while it is too early to tell is not a status yet: a service is new until then.
    const known = before?.reason === 'grace' ? undefined : before;
    if (after.reason !== 'grace' && known?.status !== after.status) {
      update.transitions.push({
        service: after.service,
        name: after.name,
        from: known?.status ?? null,
        to: after.status,
        at: now,
        reason: after.reason,
        fromReason: known?.reason ?? null,
        message: after.message,
      });
    }
  }

  /** Whether nothing is left of a service: its file has been gone for long, and no check looks at it. */
  #isOver({ sources, goneAt, status }: Tracked): boolean {
    const checked = [...sources.values()].some(({ results }) => results !== undefined);
    if (checked) return false;
    if (sources.size === 0) return status !== undefined;
    return goneAt !== undefined && this.#time.awake - goneAt > this.#settings.max_health_file_age * 1000;
  }

  #unseen(tracked: Tracked, inGrace: boolean): Verdict {
    const since = tracked.status?.since ?? this.options.clock.now();
    const shared = { status: 'unknown', fault: null, since } as const;
    return inGrace
      ? { ...shared, reason: 'grace', message: 'Waiting for its first report: the monitor has only just started.' }
      : {
          ...shared,
          reason: 'never-seen',
          message: `It is expected, but ${tracked.service}.json has not appeared since the monitor started. Does the service run?`,
        };
  }

  #nextDue(): number {
    const { awake } = this.#time;
    let due = awake < this.#graceEnd ? this.#graceEnd : Infinity;
    for (const tracked of this.#services.values()) {
      for (const held of tracked.sources.values()) {
        const deadline = held.bornAt + this.#timeoutOf(tracked.service, held);
        // A report is stale once it is older than the time-out, not at the very moment.
        if (held.facts !== undefined && deadline >= awake) due = Math.min(due, deadline + 1);
        due = Math.min(due, nextExpiry(held, awake));
      }
      if (tracked.goneAt !== undefined) {
        const forgotten = tracked.goneAt + this.#settings.max_health_file_age * 1000 + 1;
        if (forgotten > awake) due = Math.min(due, forgotten);
      }
    }
    return due;
  }

  #arm(): void {
    this.#cancelTimer?.();
    if (this.#due === Infinity || this.#due <= this.#time.awake) this.#due = this.#nextDue();
    const wait = Math.min(HEARTBEAT, Math.max(0, this.#due - this.#time.awake));
    this.#timerDue = this.#time.awake + wait;
    this.#cancelTimer = this.options.clock.after(wait, () => {
      this.#step(() => []);
      this.#arm();
    });
  }
}
