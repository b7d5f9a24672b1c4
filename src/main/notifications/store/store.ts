import { join } from 'node:path';
import type { Clock } from '../../../shared/clock.ts';
import { type Decision, type DecisionRecord, Decisions, findDecision, findTrace } from './decisions.ts';
import { DATABASE_FILE } from './database.ts';
import { Documents, type StagedItem } from './documents.ts';
import { type DeliveryPage, type DeliveryQuery, DeliveryLog } from './log.ts';
import { Queue } from './queue.ts';
import { createTrim } from './retention.ts';
import { Steady } from './steady.ts';
import { findUndelivered, type Undelivered } from './undelivered.ts';

export interface StoreOptions {
  /** The folder for `notifications.db`. It is made where it does not exist. */
  dataDir: string;
  clock: Clock;
  /** What is wrong with keeping things on disk, as sentences for a person; null once nothing is any more. */
  onTrouble: (message: string | null) => void;
}

/**
 * What notifications must not forget: one SQLite file, written by one process (`acquireLock`).
 *
 * Nothing here throws for what a disk can do. Where it is full, read-only, unreadable or gone, everything goes on in memory,
 * `onTrouble` says so, and what has come in meanwhile is written once the disk takes it again. What may throw is a mistake in
 * this program, such as a value that JSON cannot carry.
 */
export interface Store {
  /** Where it is kept right now. */
  readonly place: 'disk' | 'memory';
  /**
   * All of it or nothing: where `act` throws, none of what it stored is kept, and its error is passed on. `act` is called
   * exactly once, also where the disk fails in the middle of it. It must not be asynchronous. A transaction within another
   * one is part of the outer one.
   */
  transaction<T>(act: () => T): T;

  /** The policy's state of every service, as it was saved. What cannot be read any more is left out and set aside. */
  loadStates(): Map<string, unknown>;
  /** @param json a JSON document. */
  saveState(service: string, json: unknown): void;
  deleteState(service: string): void;
  /** Undefined where there is none. */
  getMeta(key: string): unknown;
  /** @param value a JSON document; null removes the key. */
  setMeta(key: string, value: unknown): void;

  /** Keeps an item that is decided but still being grouped. @returns its id; a later one has a higher id. */
  stage(handler: string, service: string, item: unknown): number;
  /** All of them, oldest first. */
  staged(): StagedItem[];
  unstage(ids: readonly number[]): void;

  /** Keeps why something was told, held back or not told; the newest 20,000 are kept. @returns its id. */
  recordDecision(decision: DecisionRecord): number;
  /** One decision with all that was recorded of it. */
  decision(id: number): Decision | undefined;
  /** The trace of an entry of the delivery log: a decision's own, a message's of what led to it; undefined for none. */
  traceOf(id: number): unknown;

  /** What no server has accepted: all that waits, and the newest of what has failed. */
  undelivered(): Undelivered[];
  /** Messages and what was not told, newest first. */
  deliveries(query: DeliveryQuery): DeliveryPage;

  /** What the outbox works with. Others enqueue through the outbox. */
  readonly queue: Queue;
  /**
   * Calls `listener` whenever the file is in use again after a time in memory: messages of an earlier run may have come
   * with it. @returns a function that ends it.
   */
  onReturn(listener: () => void): () => void;
  /** Tries once more to write what is only in memory, and closes the file. */
  close(): void;
}

/**
 * Opens `<dataDir>/notifications.db`, or makes it. A damaged file is set aside under another name and what can still be read
 * from it taken over; one of a newer version is left alone. Either is said through `onTrouble`, before this returns.
 */
export function openStore({ dataDir, clock, onTrouble }: StoreOptions): Store {
  const steady = new Steady({ file: join(dataDir, DATABASE_FILE), clock, onTrouble });
  const trim = createTrim(steady, clock);
  const documents = new Documents(steady);
  const decisions = new Decisions(steady, trim);
  const queue = new Queue(steady, clock, trim);
  const log = new DeliveryLog(steady, queue.sending);
  return {
    get place() {
      return steady.place;
    },
    transaction: (act) => steady.transaction(act),
    loadStates: () => documents.loadStates(),
    saveState: (service, json) => documents.saveState(service, json),
    deleteState: (service) => documents.deleteState(service),
    getMeta: (key) => documents.getMeta(key),
    setMeta: (key, value) => documents.setMeta(key, value),
    stage: (handler, service, item) => documents.stage(handler, service, item),
    staged: () => documents.staged(),
    unstage: (ids) => documents.unstage(ids),
    recordDecision: (decision) => decisions.record(decision),
    decision: (id) => findDecision(steady, id),
    traceOf: (id) => findTrace(steady, id),
    undelivered: () => findUndelivered(steady),
    deliveries: (query) => log.deliveries(query),
    queue,
    onReturn: (listener) => steady.onReturn(listener),
    close: () => steady.close(),
  };
}
