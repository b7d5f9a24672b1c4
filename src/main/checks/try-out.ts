import type { CheckEntry } from '../../shared/check-settings.ts';
import type { CheckTrial } from '../../shared/check-state.ts';
import type { Clock } from '../../shared/clock.ts';
import { formatDuration } from '../../shared/text.ts';
import type { RunnableCheck } from './active-checks.ts';

/** How long a check that is told to end has to say what it knows, in ms. */
const LAST_WORD = 500;

/** Carries out a check once, as the form has it, whether it is saved or not. Never rejects. */
export async function tryOut({ time_limit }: CheckEntry, check: RunnableCheck, clock: Clock): Promise<CheckTrial> {
  const timeLimit = (time_limit ?? check.usual.timeLimit) * 1_000;
  const began = clock.monotonic();
  const abort = new AbortController();
  const late = new Promise<CheckTrial['outcome']>((resolve) => {
    const cancel = clock.after(timeLimit, () => {
      abort.abort();
      // Told to end, a check can mostly say how far it came.
      clock.after(LAST_WORD, () =>
        resolve({ status: 'unknown', message: `It gave no answer within ${formatDuration(timeLimit)}.`, metadata: {} }),
      );
    });
    abort.signal.addEventListener('abort', cancel);
  });
  const found = Promise.resolve()
    .then(() => check.run({ signal: abort.signal, timeLimit, now: clock.now() }))
    .catch((error: unknown) => ({
      status: 'unknown' as const,
      message: `The check could not be carried out: ${error instanceof Error ? error.message : String(error)}`,
      metadata: {},
    }));
  const outcome = await Promise.race([found, late]);
  abort.abort();
  return { outcome, took: Math.round(clock.monotonic() - began), faults: [] };
}
