import { RECORDS_KEPT } from '../shared/health-report-format.ts';
import type { CurrentResult } from '../shared/run-fields.ts';
import { type HealthStatus, SERVICE_ORDER, STATUSES } from '../shared/status-order.ts';
import { cutText } from './safe-data.ts';

/** So many check names are followed; more are nearly always names with a number in them. */
export const NAMES_KEPT = 200;
/** How long a message is in `current`, in bytes as written: the record has the whole one. */
const CURRENT_MESSAGE = 500;
/** The check that says that there were more names than can be followed. */
const LIMITS = 'reporter_limits';
/** The Python services' names for an error of the service and for its end (COMPATIBILITY, "What a service records by itself"). */
export const SERVICE_ERROR = 'service_error';
export const ERROR_RECOVERY = 'error_recovery';
/** Never given up for another name. */
const RESERVED: ReadonlySet<string> = new Set([
  LIMITS,
  SERVICE_ERROR,
  ERROR_RECOVERY,
  'service_restart',
  'crash_loop',
  'duplicate_instance',
  'health_file',
]);

const BEST_FIRST = [...STATUSES].sort((a, b) => SERVICE_ORDER[a] - SERVICE_ORDER[b]);
const WORST_FIRST = [...BEST_FIRST].reverse();

/** What is recorded instead when a result has counted for so long without another. */
export interface Lapse {
  /** Milliseconds after it was recorded. */
  after: number;
  name: string;
  status: HealthStatus;
  message: string;
}

/** One result, already safe and bounded. */
export interface Result {
  name: string;
  status: HealthStatus;
  message: string | null;
  metadata: Record<string, unknown>;
  /** When, in milliseconds since the epoch. */
  at: number;
  /** Seconds that it counts for. */
  ttl?: number | undefined;
  lapse?: Lapse | undefined;
}

interface Current {
  result: Result;
  since: number;
  /** When its lapse is due, in monotonic milliseconds. */
  due: number;
}

/** What recording a result changed. */
export interface Change {
  before: HealthStatus;
  after: HealthStatus;
  /** Whether the check itself has another status than before, or is new and not well. */
  checkChanged: boolean;
}

/**
 * The last records and the current result of each check: the rules of a service's status, without files and without a clock.
 */
export class CheckBook {
  readonly #records: Result[] = [];
  readonly #current = new Map<string, Current>();
  /** The names at each status; the first is the one that was not heard of for longest. */
  readonly #names: Readonly<Record<HealthStatus, Set<string>>> = {
    healthy: new Set(),
    warning: new Set(),
    error: new Set(),
    fatal: new Set(),
    unknown: new Set(),
  };
  #nextDue = Infinity;
  #dropped = 0;

  /** The worst of the current results, in the order of the Python services. */
  get overall(): HealthStatus {
    return WORST_FIRST.find((status) => this.#names[status].size > 0) ?? 'unknown';
  }

  /** The last 50 records, oldest first. */
  get records(): readonly Result[] {
    return this.#records;
  }

  /** When the next result lapses, in monotonic milliseconds; may be too early, never too late. */
  get nextDue(): number {
    return this.#nextDue;
  }

  /** @param now monotonic milliseconds. */
  record(result: Result, now: number): Change {
    const before = this.overall;
    this.#records.push(result);
    if (this.#records.length > RECORDS_KEPT) this.#records.shift();
    const checkChanged = this.#settle(result, now);
    return { before, after: this.overall, checkChanged };
  }

  /**
   * What has counted for as long as it may.
   *
   * @param now monotonic milliseconds.
   * @returns what is to be recorded instead.
   */
  lapsed(now: number): Lapse[] {
    if (now < this.#nextDue) return [];
    const due: Lapse[] = [];
    this.#nextDue = Infinity;
    for (const entry of this.#current.values()) {
      if (entry.due > now) this.#nextDue = Math.min(this.#nextDue, entry.due);
      else if (entry.result.lapse !== undefined) {
        due.push(entry.result.lapse);
        entry.due = Infinity;
      }
    }
    return due;
  }

  status(name: string): HealthStatus | undefined {
    return this.#current.get(name)?.result.status;
  }

  /** The current results as they are written. */
  current(): CurrentResult[] {
    return [...this.#current.values()].map(({ result, since }) => ({
      name: result.name,
      status: result.status,
      message:
        result.name === LIMITS
          ? this.#limitsMessage()
          : result.message === null
            ? null
            : cutText(result.message, CURRENT_MESSAGE),
      at: new Date(result.at).toISOString(),
      since: new Date(since).toISOString(),
      ...(result.ttl === undefined ? {} : { ttl_seconds: result.ttl }),
    }));
  }

  /** @returns whether the check's own status changed. */
  #settle(result: Result, now: number): boolean {
    const known = this.#current.get(result.name);
    if (known === undefined && !this.#makeRoom(result, now)) return false;
    if (known !== undefined) this.#names[known.result.status].delete(result.name);
    this.#names[result.status].add(result.name);
    const due = result.lapse === undefined ? Infinity : now + result.lapse.after;
    this.#nextDue = Math.min(this.#nextDue, due);
    const before = known?.result.status;
    const since = known !== undefined && before === result.status ? known.since : result.at;
    this.#current.set(result.name, { result, since, due });
    // As `currentChecks` reads it from the records: a recovery ends the error.
    if (result.name === ERROR_RECOVERY && result.status === 'healthy') this.#remove(SERVICE_ERROR);
    return before === undefined ? SERVICE_ORDER[result.status] > SERVICE_ORDER.healthy : before !== result.status;
  }

  #remove(name: string): void {
    const entry = this.#current.get(name);
    if (entry === undefined) return;
    this.#names[entry.result.status].delete(name);
    this.#current.delete(name);
  }

  /** Lets go of the least of the checks for a new one. @returns whether there is room for it. */
  #makeRoom(result: Result, now: number): boolean {
    if (this.#current.size < NAMES_KEPT || RESERVED.has(result.name)) return true;
    const least = this.#leastName(result.status);
    this.#dropped += 1;
    if (least !== undefined) this.#remove(least);
    if (!this.#current.has(LIMITS)) {
      const { at } = result;
      this.record({ name: LIMITS, status: 'warning', message: this.#limitsMessage(), metadata: {}, at }, now);
    }
    return least !== undefined;
  }

  /** Of the best checks, none of them worse than `status`, the one that was not heard of for longest. */
  #leastName(status: HealthStatus): string | undefined {
    for (const candidate of BEST_FIRST) {
      if (SERVICE_ORDER[candidate] > SERVICE_ORDER[status]) return undefined;
      for (const name of this.#names[candidate]) if (!RESERVED.has(name)) return name;
    }
    return undefined;
  }

  #limitsMessage(): string {
    return `More than ${NAMES_KEPT} check names: ${this.#dropped} results of others were let go. Is there a number in the names?`;
  }
}
