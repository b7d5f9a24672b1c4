import type { Clock } from '../../../shared/clock.ts';
import type { Outcome } from '../../../shared/handlers/handler.ts';
import type { Message } from '../../../shared/notification-message.ts';
import type { Store } from '../store/store.ts';
import { Sender } from './sender.ts';

export interface DeliveryContext {
  /** What the channel answered to the message before about exactly the same incidents. */
  receipt: string | undefined;
  /** Aborted when the attempt takes too long, the message expires, or the outbox closes. */
  signal: AbortSignal;
}

export interface OutboxOptions {
  store: Store;
  clock: Clock;
  /** At least 0 and below 1, for jitter. */
  random: () => number;
  /** Makes one attempt. A rejected promise counts as a temporary failure of that message. */
  deliver: (handler: string, message: Message, context: DeliveryContext) => Promise<Outcome>;
  /** Something that `states()` tells has changed; at most once in a turn of the event loop. */
  onChange: () => void;
  /** What is wrong with the outbox itself, as a sentence for a person; null once nothing is any more. */
  onTrouble: (message: string | null) => void;
  /** Messages kept for one handler, 50,000 where it is not given. */
  maxQueued?: number;
}

/** A handler as far as the outbox needs to know it. */
export interface HandlerSwitch {
  id: string;
  /** Messages for one that is switched off wait until it is switched on, or expire. */
  enabled: boolean;
}

/** How it goes with one handler. Times are milliseconds since the epoch. */
export interface HandlerQueueState {
  handler: string;
  enabled: boolean;
  /** Messages that wait, with those on their way. */
  queued: number;
  sending: number;
  /** Since when nothing was delivered although it was tried; null where the last attempt went well. */
  failingSince: number | null;
  /** Why the last attempt failed; null where it went well. */
  lastError: string | null;
  lastDeliveredAt: number | null;
  /** When the next attempt is due; null where nothing waits, or the handler is switched off. */
  nextAttemptAt: number | null;
  /** How many were delivered, ever. */
  delivered: number;
}

export type Retried = { ok: true; id: number } | { ok: false; reason: string };

export interface Outbox {
  /** Begins to send. Call `setHandlers` as well: nothing is sent for a handler that was never named. */
  start(): void;
  /**
   * Says which handlers there are. Messages for one that was removed fail with that reason, those for one that is switched
   * off wait. Until the first call, messages of earlier runs wait.
   */
  setHandlers(handlers: readonly HandlerSwitch[]): void;
  /**
   * Keeps a message for each of these handlers. Call it inside `store.transaction`, together with the decision that led to
   * it: once that has returned, the message is not lost any more. @returns one id for each handler.
   */
  enqueue(handlers: readonly string[], message: Message): number[];
  /**
   * What was in the way may be gone: tries at once. For all handlers, as the network is back or the machine awake: but not
   * one whose server has asked for patience (Retry-After). For one that was configured anew: even then.
   */
  wake(handler?: string): void;
  /** A person wants this message sent after all, or now. It goes to the end of its queue under a new id. */
  retry(id: number): Retried;
  states(): HandlerQueueState[];
  /** Sends what is due, for at most so many milliseconds, then stops. What was not sent is kept. */
  close(flushMs: number): Promise<void>;
}

/**
 * Sends every message to every handler that it is for, at least once: what a server has accepted is known only when its
 * answer has been written down, and where the process ends between the two, the message is sent again by the next one.
 *
 * Of one handler, messages about the same service keep their order; others pass each other, four at a time. A handler that
 * cannot be reached delays no other one, and is tried with one message at a time.
 */
export function createOutbox(options: OutboxOptions): Outbox {
  const sender = new Sender(options);
  return {
    start: () => sender.start(),
    setHandlers: (handlers) => sender.setHandlers(handlers),
    enqueue: (handlers, message) => sender.enqueue(handlers, message),
    wake: (handler) => sender.wake(handler),
    retry: (id) => sender.retry(id),
    states: () => sender.states(),
    close: (flushMs) => sender.close(flushMs),
  };
}
