import type { Finding } from '../../shared/checks/check.ts';

/** What a check may use while it runs. */
export interface CheckContext {
  /** Aborted once its time limit is over, or nobody wants its result any more: it must then let go of everything. */
  signal: AbortSignal;
  /** Milliseconds, for messages. */
  timeLimit: number;
  /** Milliseconds since the epoch. */
  now: number;
}

/**
 * Carries out one check. It resolves for whatever it finds; what it throws is told as `unknown`, "the check itself failed".
 */
export type Probe<Config> = (config: Config, context: CheckContext) => Promise<Finding>;
