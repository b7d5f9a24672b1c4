import type { Clock } from '../../../shared/clock.ts';
import type { Steady } from './steady.ts';

/** Changes to how long messages wait for their next attempt. One that may be tried at any time has no moment, 0. */
export class Waits {
  constructor(
    private readonly steady: Steady,
    private readonly clock: Clock,
  ) {}

  /** Lets the messages of a handler, or all, be due now. */
  end(handler?: string): void {
    const sql = "UPDATE outbox SET next_at = 0 WHERE state = 'queued' AND next_at > 0";
    if (handler === undefined) this.steady.write(sql);
    else this.steady.write(`${sql} AND handler = ?`, handler);
  }

  /** The wall clock was set: waits take as long as they would have. @param by milliseconds, negative where it went back. */
  shift(by: number): void {
    this.steady.write(
      "UPDATE outbox SET next_at = max(0, next_at + ?) WHERE state = 'queued' AND next_at > 0",
      Math.round(by),
    );
  }

  /**
   * Ends waits that were written while the clock was wrong: longer ones than there are, or begun in the future.
   * @param longest milliseconds.
   */
  cap(longest: number): void {
    const now = Math.round(this.clock.now());
    this.steady.write(
      "UPDATE outbox SET next_at = 0 WHERE state = 'queued' AND (next_at > ? OR (next_at > 0 AND tried_at > ?))",
      now + longest,
      now,
    );
  }
}
