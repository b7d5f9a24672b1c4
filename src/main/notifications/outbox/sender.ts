import type { Outcome } from '../../../shared/handlers/handler.ts';
import type { Message } from '../../../shared/notification-message.ts';
import type { QueuedMessage } from '../store/queue.ts';
import { beginAttempt } from './attempt.ts';
import { LONGEST_WAIT } from './backoff.ts';
import { type Attempt, Lane } from './lane.ts';
import { asLate } from './late.ts';
import type { HandlerQueueState, HandlerSwitch, OutboxOptions, Retried } from './outbox.ts';
import { Reservoir } from './reservoir.ts';
import { handlerStates } from './states.ts';
import { WallClockWatch } from './wall-clock.ts';

/** Messages that one step expires or fails, so that thousands do not stop everything else. */
const STEP = 200;
/** Until the next try where this program itself is at fault, in ms. */
const AFTER_FAULT = 5_000;

/** What `createOutbox` returns. */
export class Sender {
  readonly #options: OutboxOptions;
  readonly #lanes = new Map<string, Lane>();
  readonly #reservoir: Reservoir;
  readonly #wallClock: WallClockWatch;
  #startedAt: number | undefined;
  #handlersKnown = false;
  #closing: Promise<void> | undefined;
  #closed = false;
  #scheduled = false;
  #changed = false;
  #cancelTimer: () => void = () => undefined;
  #stopListening: () => void = () => undefined;
  /** Called whenever there may be nothing left to send. */
  #settled: () => void = () => undefined;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#reservoir = new Reservoir(options);
    this.#wallClock = new WallClockWatch(options.clock);
  }

  start(): void {
    const { store, clock } = this.#options;
    this.#startedAt = clock.now();
    store.queue.waits.cap(LONGEST_WAIT);
    this.#stopListening = store.onReturn(() => {
      store.queue.waits.cap(LONGEST_WAIT);
      this.#soon();
    });
    this.#soon();
  }

  setHandlers(handlers: readonly HandlerSwitch[]): void {
    this.#handlersKnown = true;
    const { store } = this.#options;
    const failing = new Map(store.queue.handlers.all().map(({ handler, failingSince }) => [handler, failingSince]));
    const named = new Map(handlers.map(({ id, enabled }) => [id, enabled]));
    for (const [id, enabled] of named) {
      let lane = this.#lanes.get(id);
      if (lane === undefined || lane.removed) {
        lane = this.#newLane(id);
        if (typeof failing.get(id) === 'number') lane.distrust();
      }
      lane.setEnabled(enabled);
    }
    for (const lane of this.#lanes.values()) {
      if (named.has(lane.handler)) continue;
      lane.removed = true;
      for (const attempt of lane.attempts.values()) attempt.abort('The handler was removed.');
    }
    this.#soon();
    this.#change();
  }

  enqueue(handlers: readonly string[], message: Message): number[] {
    const ids = handlers.map((handler) => this.#reservoir.add(handler, message));
    // After the caller's transaction: it runs to its end before anything else does.
    this.#soon();
    this.#change();
    return ids;
  }

  wake(handler?: string): void {
    for (const lane of this.#lanes.values()) {
      if (handler === undefined || lane.handler === handler) lane.unblock({ anew: handler !== undefined });
    }
    this.#options.store.queue.waits.end(handler);
    this.#soon();
    this.#change();
  }

  retry(id: number): Retried {
    const requeued = this.#options.store.queue.requeue(id);
    if (!requeued.ok) return requeued;
    this.#lanes.get(requeued.handler)?.unblock({ anew: true });
    this.#soon();
    this.#change();
    return { ok: true, id: requeued.id };
  }

  states(): HandlerQueueState[] {
    return handlerStates(this.#options, this.#lanes.values());
  }

  close(flushMs: number): Promise<void> {
    this.#closing ??= this.#flush(flushMs).then(() => this.#stop());
    return this.#closing;
  }

  #flush(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(ms, resolve);
      this.#settled = () => {
        cancel();
        resolve();
      };
      this.#soon();
    });
  }

  #stop(): void {
    this.#closed = true;
    this.#cancelTimer();
    this.#stopListening();
    // Their messages are still in the queue: whether they arrived, nobody can know.
    for (const lane of this.#lanes.values()) {
      for (const attempt of lane.attempts.values()) attempt.abort('The monitor was stopped.');
      lane.attempts.clear();
    }
    this.#options.store.queue.sending.clear();
  }

  #newLane(handler: string): Lane {
    const lane = new Lane(handler, this.#options.clock, this.#options.random);
    this.#lanes.set(handler, lane);
    return lane;
  }

  /** Looks for something to do once the current code has run. */
  #soon(): void {
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#run();
    });
  }

  #run(): void {
    if (this.#closed || this.#startedAt === undefined) return this.#settled();
    try {
      this.#adjustWaits();
      const more = this.#clear();
      for (const lane of this.#lanes.values()) this.#fill(lane);
      if (this.#closing !== undefined && this.#idle()) this.#settled();
      this.#schedule(more ? 0 : this.#untilNext());
      this.#reservoir.tell();
    } catch (error) {
      this.#reservoir.tell(`Notifications cannot be sent: ${String(error)}`);
      this.#schedule(AFTER_FAULT);
    }
  }

  /** After the wall clock was set, waits would be too short or, which is worse, too long. */
  #adjustWaits(): void {
    const by = this.#wallClock.setBackBy();
    if (by > 0) this.#options.store.queue.waits.shift(-by);
  }

  /** Expires what has expired and fails what has no handler any more. @returns whether there is more to do. */
  #clear(): boolean {
    const { queue } = this.#options.store;
    const finished = [queue.expire(STEP)];
    for (const { handler } of this.#handlersKnown ? queue.handlers.all() : []) {
      const lane = this.#lanes.get(handler);
      if (lane !== undefined && !lane.removed) continue;
      const failed = queue.failAll(handler, 'The handler was removed.', STEP);
      finished.push(failed);
      if (failed === 0 && (lane?.attempts.size ?? 0) === 0) queue.handlers.remove(handler);
    }
    if (finished.some((count) => count > 0)) this.#change();
    return finished.includes(STEP);
  }

  #fill(lane: Lane): void {
    const { room } = lane;
    if (room === 0) return;
    for (const queued of this.#options.store.queue.due(lane.handler, room)) this.#send(lane, queued);
  }

  #send(lane: Lane, queued: QueuedMessage): void {
    const { clock, deliver, store } = this.#options;
    const now = clock.now();
    const { id, attempts } = queued;
    // It may have expired since the queue was cleared: reading many takes time.
    if (queued.message.expiresAt <= now) return this.#soon();
    const why = lane.whyLate(queued, this.#startedAt ?? now);
    const message = asLate(queued.message, { now, attempts, why });
    const receipt = store.queue.receipts.find(lane.handler, message);
    const { attempt, outcome } = beginAttempt({
      id,
      clock,
      expiresAt: queued.message.expiresAt,
      deliver: (signal) => deliver(lane.handler, message, { receipt, signal }),
    });
    lane.attempts.set(id, attempt);
    store.queue.sending.add(id);
    outcome
      .then((result) => this.#settle(lane, queued, attempt, result))
      .catch((error: unknown) => this.#reservoir.tell(`What became of a notification cannot be kept: ${String(error)}`))
      .finally(() => this.#soon());
  }

  #settle(lane: Lane, queued: QueuedMessage, attempt: Attempt, outcome: Outcome): void {
    if (this.#closed) return;
    lane.attempts.delete(attempt.id);
    this.#options.store.queue.sending.delete(attempt.id);
    this.#options.store.transaction(() => this.#record(lane, queued, attempt, outcome));
    this.#change();
  }

  #record(lane: Lane, { id, message, attempts }: QueuedMessage, attempt: Attempt, outcome: Outcome): void {
    const { clock, store } = this.#options;
    const { queue } = store;
    const now = clock.now();
    queue.countAttempt(id);
    if (outcome.outcome === 'delivered') {
      lane.worked();
      queue.deliver(id, outcome.answer);
      queue.handlers.worked(lane.handler, now);
      queue.receipts.keep(lane.handler, message, outcome.receipt, now);
      return;
    }
    queue.handlers.failed(lane.handler, outcome.message, now);
    if (outcome.outcome === 'permanent') {
      lane.worked();
      queue.fail(id, outcome.message);
    } else {
      if (outcome.receiptGone === true) queue.receipts.forget(lane.handler, message);
      queue.postpone(id, outcome.message, now + lane.failed(outcome, attempts + 1, attempt));
    }
  }

  /** Whether nothing is on its way and nothing can be sent now. */
  #idle(): boolean {
    return [...this.#lanes.values()].every((lane) => lane.attempts.size === 0);
  }

  /** Until there is something to do, ms; undefined where only something that happens can bring it. */
  #untilNext(): number | undefined {
    const { clock, store } = this.#options;
    const now = clock.now();
    const expiry = store.queue.nextExpiry();
    const waits = expiry === undefined ? [] : [expiry - now];
    for (const lane of this.#lanes.values()) {
      // One that is busy looks again whenever an attempt ends.
      if (!lane.enabled || lane.removed || (lane.wait === 0 && lane.room === 0)) continue;
      const due = store.queue.nextDue(lane.handler);
      if (due !== undefined) waits.push(Math.max(lane.wait, due - now));
    }
    return waits.length === 0 ? undefined : Math.max(0, Math.min(...waits));
  }

  #schedule(wait: number | undefined): void {
    this.#cancelTimer();
    this.#cancelTimer =
      wait === undefined ? (): void => undefined : this.#options.clock.after(Math.ceil(wait), () => this.#run());
  }

  #change(): void {
    if (this.#changed) return;
    this.#changed = true;
    queueMicrotask(() => {
      this.#changed = false;
      if (!this.#closed) this.#options.onChange();
    });
  }
}
