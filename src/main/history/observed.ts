/** A time in which the monitor ran and was awake, in milliseconds since the epoch. */
export interface Run {
  id: number;
  begins: number;
  ends: number;
}

/**
 * So long nothing may be heard of the monitor before the time counts as not observed, in ms: it gives a sign of life every
 * ten seconds, and a busy machine may delay one.
 */
export const LONGEST_SILENCE = 30_000;
/** A clock that goes back by no more than this is only being adjusted: time stands still until it has caught up. In ms. */
const ADJUSTED = 5_000;

/** Told before a run ends, while it still is the current one, and after one has begun. */
export interface RunListener {
  ending(run: Run): void;
  begun(run: Run): void;
  /** Time did not go on from where it was: it was not observed, or the clock was set. */
  jumped(from: number, to: number): void;
}

/**
 * Which moments of wall-clock time were observed. Each counts once: where the clock is set back, the time that passes again
 * is not counted again, since it already has its seconds. So no hour ever has more than 3,600 of them, and what is kept is
 * never taken back by a clock that was wrong for a moment.
 */
export class Observed {
  /** In order of their beginning. None overlaps another. */
  readonly #runs: Run[];
  readonly #listener: RunListener;
  #current: Run | undefined;
  /** Where the current run would meet the next one: after a clock was set back. */
  #limit = Infinity;
  #position: number | undefined;
  #paused = false;
  #nextId: number;

  /** @param runs those that are kept. */
  constructor(runs: readonly Run[], listener: RunListener) {
    this.#runs = [...runs].sort((a, b) => a.begins - b.begins);
    this.#listener = listener;
    this.#nextId = runs.reduce((last, { id }) => Math.max(last, id), 0) + 1;
  }

  /** The run that goes on; undefined while nothing is observed, and while time passes that already counts. */
  get current(): Run | undefined {
    return this.#current;
  }

  /** The same, with the moment in which somebody asks: where there is somebody to ask, time is observed. */
  currentAt(now: number): Run | undefined {
    const run = this.#current;
    if (run === undefined || now <= run.ends || now > run.ends + LONGEST_SILENCE) return run;
    return { ...run, ends: Math.min(now, this.#limit) };
  }

  /** The latest moment that was told; undefined before the first. */
  get position(): number | undefined {
    return this.#position;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Goes on from what was kept, as if the process had never ended. @param current the id of the run that went on. */
  restore({ position, paused, current }: { position: number; paused: boolean; current: number | null }): void {
    this.#position = position;
    this.#paused = paused;
    const run = this.#runs.find(({ id }) => id === current);
    if (run !== undefined) this.#setCurrent(run);
  }

  /** Whether time merely goes on within the current run. */
  goesOn(from: number, to: number): boolean {
    const before = this.#position;
    if (this.#current === undefined || before === undefined) return false;
    return from <= before + LONGEST_SILENCE && before <= to && to < this.#limit;
  }

  /** Time moves on to `at`. @returns the moment that it is: `at`, or a little later where the clock is being adjusted. */
  advance(at: number): number {
    const before = this.#position;
    if (before === undefined || this.#paused) {
      this.#position = at;
      if (before === undefined && !this.#paused) this.#beginAt(at);
      return at;
    }
    if (at < before - ADJUSTED || at > before + LONGEST_SILENCE) {
      this.#end();
      this.#position = at;
      this.#listener.jumped(before, at);
      this.#beginAt(at);
      return at;
    }
    if (at > before) this.#walk(before, at);
    return Math.max(before, at);
  }

  /** The monitor was there all the while from one moment to another. Something may have been told in between. */
  alive(from: number, to: number): void {
    const before = this.#position;
    const at = before !== undefined && from <= before && before <= to ? before : this.advance(from);
    if (!this.#paused && to > at) this.#walk(at, to);
  }

  pause(at: number): void {
    if (this.#paused) return;
    this.advance(at);
    this.#end();
    this.#paused = true;
  }

  resume(at: number): void {
    if (!this.#paused) return;
    const before = this.#position ?? at;
    this.#paused = false;
    this.#position = at;
    this.#listener.jumped(before, at);
    this.#beginAt(at);
  }

  /** What comes next is not connected with what was. */
  break(): void {
    this.#end();
    this.#paused = false;
    this.#position = undefined;
  }

  /** Every time that was observed within a span. */
  within(from: number, to: number): Run[] {
    return this.#runs.filter(({ begins, ends }) => begins < to && ends > from);
  }

  /** Forgets what ended before `time`. @returns the ids. */
  forget(time: number): number[] {
    const old = this.#runs.filter((run) => run.ends < time && run !== this.#current);
    for (const run of old) this.#runs.splice(this.#runs.indexOf(run), 1);
    return old.map(({ id }) => id);
  }

  #walk(from: number, to: number): void {
    this.#position = to;
    let at = from;
    while (at < to) {
      const border = Math.min(to, this.#nextBorder(at));
      if (this.#current !== undefined) {
        this.#current.ends = border;
        if (border < to) this.#end();
      } else if (border < to) {
        this.#beginAt(border);
      }
      at = border;
    }
  }

  /** Where the current run meets another one; outside of a run, where the one that holds `at` ends. */
  #nextBorder(at: number): number {
    return this.#current === undefined ? (this.#holding(at)?.ends ?? at) : this.#limit;
  }

  #holding(at: number): Run | undefined {
    return this.#runs.find(({ begins, ends }) => begins <= at && at < ends);
  }

  #beginAt(at: number): void {
    if (this.#current !== undefined || this.#holding(at) !== undefined) return;
    const run = { id: this.#nextId, begins: at, ends: at };
    this.#nextId += 1;
    const index = this.#runs.findIndex(({ begins }) => begins >= at);
    this.#runs.splice(index === -1 ? this.#runs.length : index, 0, run);
    this.#setCurrent(run);
    this.#listener.begun(run);
  }

  #setCurrent(run: Run): void {
    this.#current = run;
    this.#limit = this.#runs.find(({ begins }) => begins > run.begins)?.begins ?? Infinity;
  }

  #end(): void {
    const run = this.#current;
    if (run === undefined) return;
    this.#listener.ending(run);
    this.#current = undefined;
    // It is of no use to anybody, and would be in the way of others.
    if (run.ends === run.begins) this.#runs.splice(this.#runs.indexOf(run), 1);
  }
}
