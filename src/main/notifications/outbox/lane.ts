import type { Clock } from '../../../shared/clock.ts';
import type { Outcome } from '../../../shared/handlers/handler.ts';
import type { QueuedMessage } from '../store/queue.ts';
import { askedFor, backoff } from './backoff.ts';

/** Messages on their way to one handler at a time. They concern different services. */
const AT_ONCE = 4;
/** Where so many different messages have failed and none was accepted, the handler as a whole is taken to be unwell. */
const UNWELL = 8;

/** An attempt on its way. */
export interface Attempt {
  id: number;
  /** When it began, monotonic ms. */
  began: number;
  /** @param reason one sentence. */
  abort: (reason: string) => void;
}

/**
 * What is known of one handler while this process runs: whether it may be tried now, and how often at once. A handler that
 * cannot be reached is tried with one message, not with all that wait. Moments are monotonic: setting the clock moves none.
 */
export class Lane {
  enabled = true;
  /** Its messages fail: it is no longer among the handlers. */
  removed = false;
  readonly attempts = new Map<number, Attempt>();
  #blockedUntil = -Infinity;
  /** What of that its server asked for (Retry-After). */
  #askedUntil = -Infinity;
  #blockedAt = -Infinity;
  /** Times in a row that the handler as a whole failed. */
  #failures = 0;
  /** Messages that failed since one was accepted, so many at most as it takes. */
  readonly #failing = new Set<number>();
  /** Since the last failure of the whole, only one message at a time is tried. */
  #probing = false;
  /** What later messages waited for, and until when it lasted (wall clock). */
  #outage: { reason: string; until: number } | undefined;

  constructor(
    readonly handler: string,
    private readonly clock: Clock,
    private readonly random: () => number,
  ) {}

  /** How many more messages may be sent now. */
  get room(): number {
    if (!this.enabled || this.removed || this.wait > 0) return 0;
    return Math.max(0, (this.#probing ? 1 : AT_ONCE) - this.attempts.size);
  }

  /** Until it may be tried again, ms; 0 where it may be now. */
  get wait(): number {
    return Math.max(0, this.#blockedUntil - this.clock.monotonic());
  }

  /**
   * The next attempt is made at once, with one message where the handler has failed.
   * @param anew also where its server has asked for patience: it may be another server now, or a person wants it.
   */
  unblock({ anew }: { anew: boolean }): void {
    if (anew) this.#askedUntil = -Infinity;
    this.#blockedUntil = this.#askedUntil;
  }

  /** An earlier run could not reach it: it is tried with one message. */
  distrust(): void {
    this.#probing = true;
  }

  setEnabled(enabled: boolean): void {
    if (enabled && !this.enabled) this.#outage = { reason: 'the handler was switched off', until: this.clock.now() };
    this.enabled = enabled;
  }

  /** What a message waited for. @param startedAt when this process began to send, milliseconds since the epoch. */
  whyLate({ reason, enqueuedAt }: QueuedMessage, startedAt: number): string | undefined {
    if (reason !== null) return reason;
    if (this.#outage !== undefined && enqueuedAt <= this.#outage.until) return this.#outage.reason;
    return enqueuedAt < startedAt ? 'the monitor was stopped before it could be sent' : undefined;
  }

  /** The server has answered, whatever it thinks of the message. */
  worked(): void {
    if (this.#outage?.until === Infinity) this.#outage.until = this.clock.now();
    this.#failures = 0;
    this.#failing.clear();
    // A message that was on its way before the server asked for patience takes nothing of that back.
    this.#blockedUntil = this.#askedUntil;
    this.#probing = this.wait > 0;
  }

  /** @param attempts failures of this message, this one included. @returns until its next attempt, ms. */
  failed(outcome: Extract<Outcome, { outcome: 'temporary' }>, attempts: number, { id, began }: Attempt): number {
    const asked = askedFor(outcome.retryAfter);
    const own = Math.max(backoff(attempts, this.random), asked);
    if (this.#failing.size < UNWELL) this.#failing.add(id);
    const whole = outcome.unreachable === true || this.#failing.size >= UNWELL;
    if (!whole && asked === 0) return own;
    // Of several that were on their way together, the first one has told it.
    const known = began <= this.#blockedAt;
    if (whole && !known) this.#failures += 1;
    const now = this.clock.monotonic();
    const wait = Math.max(asked, whole ? backoff(Math.max(1, this.#failures), this.random) : 0);
    if (!known || asked > 0) this.#blockedUntil = Math.max(this.#blockedUntil, now + wait);
    if (asked > 0) this.#askedUntil = Math.max(this.#askedUntil, now + asked);
    this.#blockedAt = now;
    this.#probing = true;
    this.#outage = { reason: outcome.message, until: Infinity };
    // With the handler, not after it: it makes as good a first one as any other.
    return outcome.unreachable === true ? this.wait : Math.max(own, this.wait);
  }
}
