import type { Message } from '../../../shared/notification-message.ts';
import { plural } from '../../../shared/text.ts';
import type { OutboxOptions } from './outbox.ts';

/** Messages kept for one handler. */
const MOST_QUEUED = 50_000;
const FULL = 'The queue of the handler was full.';

/** Keeps the queue of each handler bounded, and says where that cost a message. */
export class Reservoir {
  /** How many messages of each handler had to go. */
  readonly #dropped = new Map<string, number>();
  #told: string | null = null;

  constructor(private readonly options: Pick<OutboxOptions, 'store' | 'maxQueued' | 'onTrouble'>) {}

  /** @returns the message's id; where everything that waits is more urgent, it has failed already. */
  add(handler: string, message: Message): number {
    const { store, maxQueued = MOST_QUEUED } = this.options;
    const { queue } = store;
    return store.transaction(() => {
      const full = queue.handlers.queued(handler) >= maxQueued;
      const room = !full || queue.makeRoom(handler, message.priority, FULL);
      const id = queue.enqueue(handler, message);
      if (!room) queue.fail(id, FULL);
      if (full) this.#dropped.set(handler, (this.#dropped.get(handler) ?? 0) + 1);
      return id;
    });
  }

  /**
   * Says what there is to say, and takes it back once a queue is half empty.
   * @param fault what else is wrong, a sentence; the store is left alone then.
   */
  tell(fault: string | null = null): void {
    const { store, maxQueued = MOST_QUEUED, onTrouble } = this.options;
    for (const handler of fault === null ? this.#dropped.keys() : []) {
      if (store.queue.handlers.queued(handler) <= maxQueued / 2) this.#dropped.delete(handler);
    }
    const sentences = [...this.#dropped].map(
      ([handler, count]) =>
        `More than ${maxQueued} messages wait for ${handler}: ${plural(count, 'message')} had to be dropped.`,
    );
    if (fault !== null) sentences.unshift(fault);
    const message = sentences.length === 0 ? null : sentences.join('\n');
    if (message === this.#told) return;
    this.#told = message;
    onTrouble(message);
  }
}
