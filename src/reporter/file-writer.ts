import type { Clock } from '../shared/clock.ts';
import type { QuietLog } from './call-safely.ts';
import { messageOf } from './safe-data.ts';
import { writeHealthFile } from './write-health-file.ts';

/** After a failure it is tried again after a second, then twice as long each time, at most this long, in ms. */
const FIRST_RETRY = 1_000;
const LONGEST_RETRY = 30_000;

/** A time in which nothing could be written, now over. */
export interface Outage {
  /** Milliseconds. */
  lasted: number;
  attempts: number;
  /** What was wrong, as the file system said it last. */
  error: string;
}

export interface FileWriterOptions {
  dir: string;
  stem: string;
  durable: boolean;
  /** How long repeated results wait for each other, in ms. */
  delay: number;
  clock: Clock;
  log: QuietLog;
  /** The file's text as it is to be now. */
  render: () => string;
  /** Told when writing works again. */
  onRecovered: (outage: Outage) => void;
}

/** Decides when the file is written, and goes on trying when that fails. Never throws. */
export class FileWriter {
  /** When something that has not been written must be, in monotonic ms; undefined where all is written. */
  #due: number | undefined;
  #cancel: (() => void) | undefined;
  #outage: { since: number; attempts: number } | undefined;
  #failures = 0;
  #lastError = '';
  #asked = false;

  constructor(private readonly options: FileWriterOptions) {}

  /** How often writing has failed so far. */
  get failures(): number {
    return this.#failures;
  }

  /** Whether it was tried at all. */
  get asked(): boolean {
    return this.#asked;
  }

  /** Has it written within the delay. @param now monotonic milliseconds. */
  soon(now: number): void {
    if (this.#due === undefined) this.#wait(now + this.options.delay, now);
    // A service that never returns to its event loop gets its file written all the same.
    else if (now >= this.#due) this.now();
  }

  /** Writes at once. @returns whether it is on disk. */
  now(): boolean {
    this.#stopWaiting();
    this.#asked = true;
    const { dir, stem, durable, render } = this.options;
    try {
      writeHealthFile(dir, stem, render(), { durable });
    } catch (error) {
      this.#failed(error);
      return false;
    }
    this.#recover();
    return true;
  }

  /** Writes what has not been written yet. @returns whether all of it is on disk. */
  flush(): boolean {
    return this.#due === undefined || this.now();
  }

  close(): void {
    this.#stopWaiting();
  }

  #wait(due: number, now: number): void {
    this.#due = due;
    this.#cancel = this.options.clock.after(due - now, () => this.now());
  }

  #stopWaiting(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#due = undefined;
  }

  #failed(error: unknown): void {
    const now = this.options.clock.monotonic();
    this.#failures += 1;
    this.#outage ??= { since: now, attempts: 0 };
    this.#outage.attempts += 1;
    this.#lastError = messageOf(error);
    this.options.log.error('write', `The health file cannot be written: ${this.#lastError}`);
    const pause = Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** Math.min(10, this.#outage.attempts - 1));
    this.#wait(now + pause, now);
  }

  #recover(): void {
    const outage = this.#outage;
    if (outage === undefined) return;
    this.#outage = undefined;
    const lasted = this.options.clock.monotonic() - outage.since;
    this.options.onRecovered({ lasted, attempts: outage.attempts, error: this.#lastError });
  }
}
