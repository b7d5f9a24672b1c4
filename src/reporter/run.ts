import { join } from 'node:path';
import { type Restart, type RunEnd, type RunFields, SCHEMA_VERSION } from '../shared/run-fields.ts';
import { type PreviousRun, readPreviousRun } from './previous-run.ts';
import { isAlive, machine, processStart } from './process-identity.ts';
import { cutText } from './safe-data.ts';

/** So many unclean ends are remembered. */
const RESTARTS_KEPT = 20;
/** How long a restart's reason is kept, in bytes as written. */
const LONGEST_REASON = 300;
/** By so much an end may lie in the future, in ms: the clock may have been set back a little. */
const CLOCK_TOLERANCE = 5_000;

/** Health files that reporters of this thread write, and how many each. */
const open = new Map<string, number>();

export interface RunOptions {
  dir: string;
  stem: string;
  serviceType: string;
  instance: string | undefined;
  /** When it begins, in milliseconds since the epoch. */
  now: number;
}

/** One run of a service: what is said of its process, and what is known of the runs before it. */
export class Run {
  readonly previous: PreviousRun;
  readonly #path: string;
  readonly #fields: Omit<RunFields, 'written_at' | 'sequence' | 'current' | 'restarts' | 'stopped'>;
  #restarts: Restart[];
  #sequence = 0;
  #stopped: RunEnd | null = null;

  constructor({ dir, stem, serviceType, instance, now }: RunOptions) {
    this.#path = join(dir, `${stem}.json`);
    const start = processStart(process.pid);
    const { host, bootedAt } = machine(now);
    this.previous = readPreviousRun(this.#path, {
      host,
      pid: process.pid,
      processStart: start,
      now,
      bootedAt,
      openHere: open.has(this.#path),
    });
    open.set(this.#path, (open.get(this.#path) ?? 0) + 1);
    // Whoever wrote the file: what is taken over must not grow beyond what we would have written.
    this.#restarts = this.previous.restarts
      .slice(-RESTARTS_KEPT)
      .flatMap(({ at, reason }) => restart(Date.parse(at), reason));
    this.#fields = {
      schema_version: SCHEMA_VERSION,
      service_type: serviceType,
      ...(instance === undefined ? {} : { instance }),
      host,
      pid: process.pid,
      ...(start === undefined ? {} : { process_start: start }),
      started_at: new Date(now).toISOString(),
    };
  }

  get stopped(): RunEnd | null {
    return this.#stopped;
  }

  /** Remembers that the run before ended as it should not have. @param now milliseconds since the epoch. */
  addRestart(now: number, reason: string): void {
    this.#restarts = [...this.#restarts, ...restart(now, reason)].slice(-RESTARTS_KEPT);
  }

  /**
   * How many runs ended uncleanly between two moments, in milliseconds since the epoch. What lies after them was written
   * before the clock was set back, and may be long ago.
   */
  restartsBetween(since: number, now: number): number {
    const times = this.#restarts.map(({ at }) => Date.parse(at));
    return times.filter((time) => time >= since && time <= now + CLOCK_TOLERANCE).length;
  }

  /** Whether another writer of the same file, found at the start, still runs. */
  otherRuns(): boolean {
    const { pid, processStart: start } = this.previous;
    if (pid === undefined) return false;
    return pid === process.pid ? (open.get(this.#path) ?? 0) > 1 : isAlive(pid, start);
  }

  /** Notes how it ends; what is said first counts. */
  end(now: number, clean: boolean, reason: string): void {
    this.#stopped ??= { at: new Date(now).toISOString(), clean, reason: cutText(reason, LONGEST_REASON) };
  }

  /** It goes on, though it was about to end. */
  goOn(): void {
    this.#stopped = null;
  }

  /** A new version of the file is to be written. */
  nextVersion(): void {
    this.#sequence += 1;
  }

  /** The fields of our own for this version of the file. */
  fields(now: number, current: RunFields['current']): RunFields {
    return {
      ...this.#fields,
      written_at: new Date(now).toISOString(),
      sequence: this.#sequence,
      current,
      restarts: this.#restarts,
      stopped: this.#stopped,
    };
  }

  /** The file is no longer this run's. */
  release(): void {
    const others = (open.get(this.#path) ?? 1) - 1;
    if (others === 0) open.delete(this.#path);
    else open.set(this.#path, others);
  }
}

/** @param at milliseconds since the epoch; nothing is made of what is no time. */
function restart(at: number, reason: string): Restart[] {
  const time = new Date(at);
  return Number.isNaN(time.getTime()) ? [] : [{ at: time.toISOString(), reason: cutText(reason, LONGEST_REASON) }];
}
