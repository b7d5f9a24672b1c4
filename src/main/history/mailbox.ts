import type { Transition } from '../../shared/service-status.ts';
import type { Batch, Entry } from './entries.ts';

/** What waits may take so much memory, in characters: a disk that is full for hours must not fill the memory as well. */
const MOST_WAITING = 16_000_000;
/** In one batch: a few ms of writing. */
const MOST_IN_A_BATCH = 500;
/** What an entry takes besides its texts. */
const OVERHEAD = 200;

/**
 * What waits to be written, in its order, and the last word on each service. Where too much waits, first the checks and
 * samples are given up, then everything: the history then goes on from how things are, and has a gap.
 */
export class Mailbox {
  readonly #current = new Map<string, Transition>();
  #entries: Entry[] = [];
  #size = 0;
  #batch: Batch | undefined;
  #number = 0;
  /** Set while nothing is taken in: what there is then is told as a beginning. */
  #gone = true;

  constructor(private readonly session: string) {}

  /** Begins, or begins anew after `discard`. */
  begin(at: number): void {
    this.#gone = false;
    this.#push({ kind: 'start', at, services: [...this.#current.values()] });
  }

  /** Forgets what waits, and takes nothing in until `begin`. */
  discard(): void {
    this.#entries = [];
    this.#batch = undefined;
    this.#size = 0;
    this.#gone = true;
  }

  get isGone(): boolean {
    return this.#gone;
  }

  /** Whether more than one batch waits. */
  get isLong(): boolean {
    return this.#entries.length >= MOST_IN_A_BATCH;
  }

  get isEmpty(): boolean {
    return this.#batch === undefined && this.#entries.length === 0;
  }

  add(entry: Entry): void {
    if (entry.kind === 'change') this.#current.set(entry.transition.service, entry.transition);
    else if (entry.kind === 'forget') this.#current.delete(entry.service);
    if (this.#gone) return;
    const last = this.#entries.at(-1);
    if (entry.kind === 'alive' && last?.kind === 'alive' && last.to === entry.from) last.to = entry.to;
    else this.#push(entry);
  }

  /** The batch to write next; the same one until it is `done`. Undefined where nothing waits. */
  next(): Batch | undefined {
    if (this.#batch === undefined && this.#entries.length > 0) {
      this.#number += 1;
      const entries = this.#entries.splice(0, MOST_IN_A_BATCH);
      this.#batch = { session: this.session, number: this.#number, entries };
    }
    return this.#batch;
  }

  /** Every batch up to that number is written. */
  done(number: number): void {
    if (this.#batch === undefined || this.#batch.number > number) return;
    for (const entry of this.#batch.entries) this.#size -= sizeOf(entry);
    this.#batch = undefined;
  }

  #push(entry: Entry): void {
    this.#entries.push(entry);
    this.#size += sizeOf(entry);
    if (this.#size <= MOST_WAITING) return;
    this.#entries = this.#entries.filter(({ kind }) => kind !== 'samples');
    for (const one of this.#entries) if (one.kind === 'change') delete one.checks;
    const waiting = [...(this.#batch?.entries ?? []), ...this.#entries];
    this.#size = waiting.reduce((sum, one) => sum + sizeOf(one), 0);
    if (this.#size > MOST_WAITING / 2) this.discard();
  }
}

function sizeOf(entry: Entry): number {
  if (entry.kind === 'samples') {
    return entry.values.reduce((sum, [metric]) => sum + metric.length + OVERHEAD / 4, OVERHEAD);
  }
  if (entry.kind === 'start') return OVERHEAD + entry.services.length * OVERHEAD * 2;
  if (entry.kind !== 'change') return OVERHEAD;
  return entry.transition.message.length + (entry.checks?.length ?? 0) + OVERHEAD;
}
