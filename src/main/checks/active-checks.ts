import type { CheckEntry } from '../../shared/check-settings.ts';
import type { CheckType, Finding } from '../../shared/checks/check.ts';
import type { Clock } from '../../shared/clock.ts';
import type { ActiveResult, Observation, ServiceProcess } from '../../shared/observation.ts';
import { PidWatch } from './pid-watch.ts';
import type { CheckContext } from './probe.ts';
import { Results } from './results.ts';
import { type Found, type Job, Scheduler } from './scheduler.ts';

/** A few at once: a check waits for others nearly all of its time, and none of them is in a hurry. */
const AT_ONCE = 8;
/** How often processes are looked at, in ms: a killed one is to be seen within five seconds. */
const PIDS_EVERY = 2_000;
const PIDS = 'pids';

/** A check that can be carried out. */
export interface RunnableCheck {
  usual: CheckType['usual'];
  run(context: CheckContext): Promise<Finding>;
}

/** What is looked at: units and processes, ZeroMQ endpoints, the machine, or what is reached by TCP. */
export type JobKind = 'services' | 'zmq' | 'resources' | 'http';

export interface ActiveChecksOptions {
  clock: Clock;
  /** This machine's name, as health files have it. */
  host: string;
  random: () => number;
  /** Undefined for one that cannot be carried out: the settings are checked before, so it is of a newer version. */
  prepare: (entry: CheckEntry) => RunnableCheck | undefined;
  onObservations: (observations: Observation[]) => void;
  /** The processes that services last reported of. */
  processes: () => ServiceProcess[];
  isAlive: (pid: number, start: number | undefined) => boolean;
  /** Further jobs, which look at this machine: units, processes, resources. */
  hostJobs: () => Job[];
  /** Processes whose end is a reason to carry out one of those jobs at once. */
  watched: () => readonly { pid: number; start: number | undefined }[];
  /** The key of that job. */
  whenGone: string;
}

export interface ActiveCheckSettings {
  active_checks: boolean;
  checks: readonly CheckEntry[];
}

/** What one look found, and what kind of thing was looked at. */
export interface Looked extends Found {
  kind: JobKind;
}

/** Everything that is looked at from outside, as a source of observations beside health files. */
export class ActiveChecks {
  readonly #results = new Results();
  readonly #scheduler: Scheduler;
  readonly #pids: PidWatch;

  constructor(private readonly options: ActiveChecksOptions) {
    const { clock, random, host, isAlive } = options;
    this.#pids = new PidWatch(host, isAlive);
    this.#scheduler = new Scheduler({
      clock,
      random,
      atOnce: AT_ONCE,
      onFound: (key, found) => {
        const observations = this.#results.take(key, found, clock.now());
        if (observations.length > 0) options.onObservations(observations);
      },
    });
  }

  /** These checks from now on; those that stay go on in their rhythm. */
  configure({ active_checks, checks }: ActiveCheckSettings): void {
    this.#scheduler.set(this.#jobs({ active_checks, checks }));
  }

  /**
   * Carries out all of these once, a few at a time, and takes in what they find. Resolves when each has answered or its time
   * is over.
   *
   * @param wanted which of them, by the kind of what is looked at.
   */
  async once(settings: ActiveCheckSettings, wanted: (kind: JobKind) => boolean): Promise<Looked[]> {
    const { clock, onObservations } = this.options;
    const jobs = this.#jobs(settings).filter(({ key }) => wanted(this.#kindOf(key, settings)));
    const missing = new Set(jobs.map(({ key }) => key));
    const looked: Looked[] = [];
    if (missing.size === 0) return looked;
    await new Promise<void>((resolve) => {
      const scheduler = new Scheduler({
        clock,
        atOnce: AT_ONCE,
        random: () => 0,
        onFound: (key, found) => {
          if (!missing.delete(key)) return;
          const kind = this.#kindOf(key, settings);
          looked.push(...found.map((one) => ({ ...one, kind })));
          const observations = this.#results.take(key, found, clock.now());
          if (observations.length > 0) onObservations(observations);
          if (missing.size > 0) return;
          resolve();
          scheduler.close();
        },
      });
      scheduler.set(jobs);
      scheduler.now();
    });
    return looked;
  }

  #jobs({ active_checks, checks }: ActiveCheckSettings): Job[] {
    const own = checks.filter(({ enabled }) => enabled).flatMap((entry) => this.#jobOf(entry) ?? []);
    const automatic = active_checks ? [this.#pidJob(), ...this.options.hostJobs()] : [];
    return [...automatic, ...own];
  }

  #kindOf(key: string, { checks }: ActiveCheckSettings): JobKind {
    const type = checks.find(({ id }) => jobKey(id) === key)?.type ?? key;
    if (type === 'zmq') return 'zmq';
    if (type === 'machine') return 'resources';
    return type === 'http' || type === 'tcp' ? 'http' : 'services';
  }

  /** What a check found last; undefined where it has not run yet. */
  latest(id: string): ActiveResult | undefined {
    return this.#results.ofJob(jobKey(id))[0];
  }

  /** Runs all checks as soon as may be. */
  now(): void {
    this.#scheduler.now();
  }

  suspended(): void {
    this.#scheduler.pause();
  }

  resumed(): void {
    this.#scheduler.resume();
  }

  close(): void {
    this.#scheduler.close();
  }

  #jobOf(entry: CheckEntry): Job | undefined {
    const { id, service, name, interval, time_limit } = entry;
    const check = this.options.prepare(entry);
    if (check === undefined) return undefined;
    const { usual } = check;
    const called = name ?? id;
    return {
      key: jobKey(id),
      interval: (interval ?? usual.interval) * 1_000,
      timeLimit: (time_limit ?? usual.timeLimit) * 1_000,
      about: [{ service, name: called }],
      run: async (context) => [{ service, name: called, finding: await check.run(context) }],
    };
  }

  #pidJob(): Job {
    return {
      key: PIDS,
      interval: PIDS_EVERY,
      timeLimit: PIDS_EVERY,
      about: [],
      run: ({ now }) => {
        const { watched, isAlive, whenGone, processes } = this.options;
        if (watched().some(({ pid, start }) => !isAlive(pid, start))) this.#scheduler.now(whenGone);
        return Promise.resolve(this.#pids.look(processes(), now));
      },
    };
  }
}

function jobKey(id: string): string {
  return `check ${id}`;
}
