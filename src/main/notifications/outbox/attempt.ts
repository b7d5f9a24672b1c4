import type { Clock } from '../../../shared/clock.ts';
import type { Outcome } from '../../../shared/handlers/handler.ts';
import type { Attempt } from './lane.ts';

/** An attempt that takes longer has failed, in ms: transports have shorter limits of their own. */
const LONGEST_ATTEMPT = 120_000;

export interface AttemptOptions {
  id: number;
  clock: Clock;
  /** When the message expires, milliseconds since the epoch: it must not arrive after that. */
  expiresAt: number;
  deliver: (signal: AbortSignal) => Promise<Outcome>;
}

/**
 * Begins one attempt. `outcome` always comes, and is never rejected: an attempt that is aborted is over at once, whether or
 * not `deliver` heeds its signal.
 */
export function beginAttempt(options: AttemptOptions): { attempt: Attempt; outcome: Promise<Outcome> } {
  const { id, clock, expiresAt, deliver } = options;
  const controller = new AbortController();
  let aborted: (outcome: Outcome) => void = () => undefined;
  const ended = new Promise<Outcome>((resolve) => (aborted = resolve));
  const abort = (reason: string): void => {
    aborted({ outcome: 'temporary', message: reason });
    controller.abort(new Error(reason));
  };
  const limit = Math.min(LONGEST_ATTEMPT, Math.max(0, expiresAt - clock.now()));
  const cancel = clock.after(limit, () => abort('It took too long.'));
  const answered = attempt(() => deliver(controller.signal));
  const outcome = Promise.race([answered, ended]).finally(cancel);
  return { attempt: { id, began: clock.monotonic(), abort }, outcome };
}

async function attempt(deliver: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await deliver();
  } catch (error) {
    return { outcome: 'temporary', message: error instanceof Error ? error.message : String(error) };
  }
}
