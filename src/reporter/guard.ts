import { type HealthStatus, parseStatus, STATUSES } from '../shared/status-order.ts';
import type { QuietLog } from './call-safely.ts';
import { cutText, LONGEST_NAME, messageOf, textOf } from './safe-data.ts';

/** Stands between the callers and the report: wrong arguments are put right, and nothing that fails inside gets out. */
export class Guard {
  /** What was thrown last for a wrong argument, in development. */
  #misuse: TypeError | undefined;

  /** @param development whether a wrong argument is thrown at its caller. */
  constructor(
    private readonly log: QuietLog,
    private readonly development: boolean,
  ) {}

  /**
   * Whatever goes wrong in here is ours, and must not become the caller's.
   * @throws TypeError in development, for wrong arguments.
   */
  safely(action: () => void): void {
    try {
      action();
    } catch (error) {
      // By identity: even to ask what kind of thing somebody threw can throw.
      if (error !== undefined && error === this.#misuse) throw error;
      this.log.error('internal', `Something could not be recorded: ${messageOf(error)}`);
    }
  }

  /** @throws TypeError in development. */
  misuse(what: string): void {
    if (this.development) throw (this.#misuse = new TypeError(what));
    this.log.warn('misuse', what);
  }

  /** @returns `unknown` for what is no status, and a note that says so. */
  status(status: unknown): { status: HealthStatus; note?: string } {
    const known = typeof status === 'string' ? parseStatus(status) : undefined;
    if (known !== undefined) return { status: known };
    const word = JSON.stringify(cutText(textOf(status), LONGEST_NAME));
    this.misuse(`${word} is not a status of a check.`);
    return { status: 'unknown', note: `(recorded with the status ${word}, which is none)` };
  }

  name(name: unknown): string {
    if (typeof name === 'string' && name.trim() !== '') return name;
    this.misuse('A check must have a name.');
    return typeof name === 'string' || name === undefined || name === null ? '(no name)' : textOf(name);
  }

  /** @returns undefined for what is no length of time. */
  ttl(seconds: unknown): number | undefined {
    if (seconds === undefined) return undefined;
    if (typeof seconds === 'number' && seconds > 0 && seconds < Infinity) return seconds;
    this.misuse('ttlSeconds must be more than 0.');
    return undefined;
  }

  /** @returns undefined for what is no list of statuses. */
  statuses(values: unknown): readonly HealthStatus[] | undefined {
    if (values === undefined) return undefined;
    if (Array.isArray(values) && values.every(isStatus)) return values;
    this.misuse('statuses must be a list of statuses.');
    return undefined;
  }

  /** @returns undefined for what is no cooldown. */
  cooldown(seconds: unknown): number | undefined {
    if (seconds === undefined || (typeof seconds === 'number' && seconds >= 0)) return seconds;
    this.misuse('cooldownSeconds must be a number from 0.');
    return undefined;
  }

  /** @returns undefined for what is no counter. */
  count(value: unknown): number | undefined {
    if (typeof value === 'number' && value >= 0 && value < Infinity) return value;
    if (value !== undefined && value !== null) this.misuse('A counter must be a number from 0.');
    return undefined;
  }
}

function isStatus(value: unknown): value is HealthStatus {
  return STATUSES.some((status) => status === value);
}
