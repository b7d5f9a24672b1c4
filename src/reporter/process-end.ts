import type { Ending } from './process-hooks.ts';
import type { Recording } from './recording.ts';
import { messageOf, typeOfError } from './safe-data.ts';

/** By convention a program that a signal asked to end says so in its exit code. */
const EXIT_CODES: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143 };
/** So long a host may take to end after what made it, in ms. */
const LATELY = 60_000;

/** Says in a report how its process ends. */
export class ProcessEnd {
  #signal: NodeJS.Signals | undefined;
  /** What the process may be about to end by, and when that came, in monotonic ms. */
  #cause: { what: string; at: number } | undefined;

  constructor(
    private readonly recording: Recording,
    private readonly monotonic: () => number,
    private readonly recordError: (error: unknown, options: { fatal: boolean }) => void,
  ) {}

  tell(ending: Ending): void {
    const { recording } = this;
    const { run } = recording;
    if (ending.kind === 'survived') {
      // Told with what is recorded next: until then the last that is known is that it was to end.
      if (run.stopped?.reason === ending.signal) run.goOn();
      this.#signal = undefined;
      this.#cause = undefined;
      return;
    }
    // What was said first counts; an exit follows an exception, for one.
    if (run.stopped !== null) return void recording.flush();
    if (ending.kind === 'exception') {
      this.recordError(ending.error, { fatal: ending.final });
      const what = `uncaught ${typeOfError(ending.error)}: ${messageOf(ending.error)}`;
      this.#cause = { what, at: this.monotonic() };
      if (ending.final) recording.end(false, what);
    } else if (ending.kind === 'signal') {
      this.#signal = ending.signal;
      this.#cause = { what: ending.signal, at: this.monotonic() };
      if (ending.final) recording.end(true, ending.signal);
      else recording.flush();
    } else {
      this.#exits(ending.code);
    }
  }

  #exits(code: number): void {
    const signal = this.#signal;
    if (code === 0 || (signal !== undefined && EXIT_CODES[signal] === code)) {
      this.recording.end(true, signal ?? `exit code ${code}`);
      return;
    }
    const cause = this.#cause;
    // What the host got over long ago has nothing to do with it.
    const lately = cause !== undefined && this.monotonic() - cause.at < LATELY;
    this.recording.end(false, `exit code ${code}${lately ? ` after ${cause.what}` : ''}`);
  }
}
