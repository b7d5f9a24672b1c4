import type { Finding } from '../../shared/checks/check.ts';
import type { Clock } from '../../shared/clock.ts';
import { formatDuration } from '../../shared/text.ts';
import type { CheckContext } from './probe.ts';

/** What one run found of one service. */
export interface Found {
  service: string;
  /** The check's name. */
  name: string;
  finding: Finding;
}

/** Something to be looked at again and again. One look may tell of many services: all units at once, say. */
export interface Job {
  /** Identity: a job of the same key takes the place of the one before, and goes on in its rhythm. */
  key: string;
  /** Milliseconds between the beginnings of two runs. */
  interval: number;
  /** Milliseconds after which a run is given up. */
  timeLimit: number;
  /** What it is about, for the sentence that says that it gave no answer; empty where that cannot be said beforehand. */
  about: readonly { service: string; name: string }[];
  /** What it throws counts as "could not be carried out" for all that it is about. */
  run(context: CheckContext): Promise<readonly Found[]>;
}

export interface SchedulerOptions {
  clock: Clock;
  /** At most so many runs at once. */
  atOnce: number;
  /** From 0 to 1: spreads jobs of one interval over it. */
  random: () => number;
  /** What the latest run of a job found; it takes the place of what the job found before. */
  onFound: (key: string, found: readonly Found[]) => void;
}

/** How far a run may be from its interval, as a share of it: so that a hundred checks do not fall on one moment. */
const JITTER = 0.1;
/** How long a run that is told to end has to say what it knows, in ms. */
const LAST_WORD = 500;
/** The first runs of all jobs are spread over this, in ms: the first look is wanted soon. */
const FIRST_WITHIN = 1_000;

interface Planned {
  job: Job;
  state: 'waiting' | 'ready' | 'running';
  cancel: () => void;
  /** Of the run that goes on; it may outlast its time limit. */
  abort: AbortController | undefined;
  began: number;
  /** Asked for while it was running. */
  again: boolean;
}

/**
 * Carries out jobs: each in its own rhythm, a few at once, never two runs of one. A run that does not end within its time
 * limit is told to, gives its place to the next, and is not begun again before it really has ended: what hangs harms no other.
 */
export class Scheduler {
  readonly #jobs = new Map<string, Planned>();
  readonly #ready: Planned[] = [];
  #running = 0;
  #paused = false;

  constructor(private readonly options: SchedulerOptions) {}

  /** These jobs and no others. One whose key is known goes on in its rhythm. */
  set(jobs: readonly Job[]): void {
    const wanted = new Set(jobs.map(({ key }) => key));
    for (const [key, planned] of this.#jobs) if (!wanted.has(key)) this.#drop(key, planned);
    for (const job of jobs) {
      const known = this.#jobs.get(job.key);
      if (known === undefined) this.#add(job);
      else {
        const rhythm = known.job.interval !== job.interval;
        known.job = job;
        if (rhythm && known.state === 'waiting') this.#wait(known, this.#pauseOf(job));
      }
    }
  }

  /** Runs one job as soon as may be, or all of them. */
  now(key?: string): void {
    for (const planned of key === undefined ? this.#jobs.values() : [this.#jobs.get(key)]) {
      if (planned === undefined) continue;
      if (planned.state === 'running') planned.again = true;
      else if (planned.state === 'waiting') this.#enqueue(planned);
    }
    this.#next();
  }

  /** No run begins until `resume`; what the machine slept through is looked at then. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.now();
  }

  close(): void {
    for (const [key, planned] of this.#jobs) this.#drop(key, planned);
  }

  #add(job: Job): void {
    const planned: Planned = {
      job,
      state: 'waiting',
      cancel: () => undefined,
      abort: undefined,
      began: 0,
      again: false,
    };
    this.#jobs.set(job.key, planned);
    this.#wait(planned, this.options.random() * Math.min(FIRST_WITHIN, job.interval));
  }

  #drop(key: string, planned: Planned): void {
    planned.cancel();
    planned.abort?.abort();
    this.#jobs.delete(key);
    const index = this.#ready.indexOf(planned);
    if (index >= 0) this.#ready.splice(index, 1);
    this.options.onFound(key, []);
  }

  #pauseOf({ interval }: Job): number {
    return interval * (1 + JITTER * (2 * this.options.random() - 1));
  }

  #wait(planned: Planned, ms: number): void {
    planned.cancel();
    planned.state = 'waiting';
    planned.cancel = this.options.clock.after(ms, () => {
      this.#enqueue(planned);
      this.#next();
    });
  }

  #enqueue(planned: Planned): void {
    planned.cancel();
    planned.state = 'ready';
    this.#ready.push(planned);
  }

  #next(): void {
    while (!this.#paused && this.#running < this.options.atOnce) {
      const planned = this.#ready.shift();
      if (planned === undefined) return;
      this.#run(planned);
    }
  }

  #run(planned: Planned): void {
    const { clock } = this.options;
    const { job } = planned;
    const abort = new AbortController();
    planned.state = 'running';
    planned.abort = abort;
    planned.again = false;
    planned.began = clock.monotonic();
    this.#running += 1;
    let holds = true;
    // Its place is given back once: when it ends, or when its time is over.
    const giveBack = (): void => {
      if (!holds) return;
      holds = false;
      cancel();
      this.#running -= 1;
      this.#next();
    };
    let told = false;
    const tell = (found: readonly Found[]): void => {
      if (!told) this.#tell(planned, abort, found);
      told = true;
    };
    let cancel = clock.after(job.timeLimit, () => {
      abort.abort();
      // Told to end, a check can mostly say how far it came.
      cancel = clock.after(LAST_WORD, () => {
        tell(failed(job, `It gave no answer within ${formatLimit(job.timeLimit)}.`));
        giveBack();
      });
    });
    const started = Promise.resolve()
      .then(() => job.run({ signal: abort.signal, timeLimit: job.timeLimit, now: clock.now() }))
      .then(
        (found) => tell(found),
        (error: unknown) => tell(failed(job, reasonOf(error, abort.signal, job))),
      );
    void started.then(() => {
      giveBack();
      this.#ended(planned, abort);
    });
  }

  #ended(planned: Planned, abort: AbortController): void {
    if (planned.abort !== abort || !this.#jobs.has(planned.job.key)) return;
    planned.abort = undefined;
    const spent = this.options.clock.monotonic() - planned.began;
    this.#wait(planned, planned.again ? 0 : Math.max(0, this.#pauseOf(planned.job) - spent));
  }

  #tell(planned: Planned, abort: AbortController, found: readonly Found[]): void {
    // A job that was taken out meanwhile has nothing to say any more.
    if (this.#jobs.get(planned.job.key) !== planned || planned.abort !== abort) return;
    this.options.onFound(planned.job.key, found);
  }
}

function reasonOf(error: unknown, { aborted }: AbortSignal, { timeLimit }: Job): string {
  if (aborted) return `It gave no answer within ${formatLimit(timeLimit)}.`;
  return `The check could not be carried out: ${error instanceof Error ? error.message : String(error)}`;
}

function failed({ about }: Job, message: string): Found[] {
  return about.map(({ service, name }) => ({ service, name, finding: { status: 'unknown', message, metadata: {} } }));
}

function formatLimit(ms: number): string {
  return ms < 1_000 ? `${ms} ms` : ms % 1_000 === 0 ? formatDuration(ms) : `${(ms / 1_000).toFixed(1)} s`;
}
