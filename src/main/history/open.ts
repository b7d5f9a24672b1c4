import { randomUUID } from 'node:crypto';
import type * as contract from '../../shared/history.ts';
import type { Clock } from '../../shared/clock.ts';
import type { ServiceStatus, ServiceSummary, Transition } from '../../shared/service-status.ts';
import type { Extent } from './archive.ts';
import { Asking } from './asking.ts';
import type { History } from './history.ts';
import { boundedTransition, CheckAllowance, checksOf, momentOf, Sampler } from './intake.ts';
import { Mailbox } from './mailbox.ts';
import { DATABASE_FILE, type FromWorker } from './protocol.ts';
import type { Answer, QuestionInput, QuestionName } from './queries/queries.ts';
import { startThread, type Thread, workerFile } from './thread.ts';
import type { Limits } from './upkeep.ts';

export interface HistoryOptions {
  /** The folder for `history.db`. It is made where it does not exist. */
  dataDir: string;
  clock: Clock;
  limits: Limits;
  /** Told whenever it is not as it was: state or message. */
  onState: (state: contract.HistoryState) => void;
  /**
   * Sentences for a person: why it does not record, and for a day that a damaged file was set aside. Null where there is
   * nothing (any more) to be said. Another process that records is no trouble.
   */
  onTrouble: (message: string | null) => void;
  /** The file of the thread, where it is not where the build puts it. */
  worker?: string;
}

export interface OpenedHistory extends History {
  /** New limits apply at once. */
  configure(limits: Limits): void;
}

/** How long changes wait for each other before they are written, in ms. */
const GATHER = 250;
/** How often the history is told that the monitor is there, in ms. */
const ALIVE_EVERY = 10_000;
/** How long until what failed is tried again, in ms: writing, opening, the thread. */
const TRY_AGAIN = 5_000;
/** How often a process that does not write finds out whether it can, in ms. */
const TAKE_OVER_EVERY = 15_000;
/** How long closing waits for what is still to be written, in ms. */
const PATIENCE = 5_000;
const NOTICE_FOR = 86_400_000;
const MOST_DEATHS = 3;
/** A machine that gives so many signs of life while it is said to sleep does not. */
const AWAKE_AFTER = 6;

/** Opens the history of a data folder in a thread of its own. It goes on by itself where that or the disk fails. */
export function openHistory(options: HistoryOptions): OpenedHistory {
  return new Recorder(options);
}

class Recorder implements OpenedHistory {
  readonly #clock: Clock;
  readonly #session: string = randomUUID();
  readonly #mailbox: Mailbox;
  readonly #asking: Asking;
  readonly #sampler = new Sampler();
  readonly #allowance = new CheckAllowance();
  readonly #notes = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #nextNote = -1;
  #thread: Thread | undefined;
  #role: 'writer' | 'reader' | undefined;
  #message = '';
  #told = '';
  #notice = '';
  #extent: Extent = { oldest: null, bytes: 0 };
  /** The number of the batch that the thread has. */
  #inFlight: number | undefined;
  #distrust = false;
  /** Whether the last attempt to write failed. */
  #stuck = false;
  /** How often the thread ended over the batch that it had. */
  #deaths = 0;
  #limits: Limits;
  #closed = false;
  #aliveAt: number;
  /** Signs of life since `pause`; undefined while nothing pauses. */
  #paused: number | undefined;
  #cancelGather: (() => void) | undefined;
  #cancelRetry: (() => void) | undefined;
  #cancelNotice: (() => void) | undefined;
  #cancelAlive: () => void;
  #drained: (() => void) | undefined;

  constructor(private readonly options: HistoryOptions) {
    this.#clock = options.clock;
    this.#limits = options.limits;
    this.#mailbox = new Mailbox(this.#session);
    this.#asking = new Asking((id, question) => this.#thread?.send({ type: 'ask', id, question, now: this.#now() }));
    this.#aliveAt = this.#now();
    this.#mailbox.begin(this.#aliveAt);
    this.#cancelAlive = this.#clock.after(ALIVE_EVERY, () => this.#alive());
    this.#start();
  }

  record(transitions: readonly Transition[], details: (service: string) => ServiceStatus | null): void {
    const now = this.#now();
    for (const transition of transitions) {
      const bounded = boundedTransition(transition, now);
      const status = this.#allowance.take(bounded.service, bounded.at) ? details(bounded.service) : null;
      const checks = status === null ? {} : { checks: checksOf(status) };
      this.#mailbox.add({ kind: 'change', transition: bounded, ...checks });
    }
    this.#gather();
  }

  reported(services: readonly Pick<ServiceSummary, 'service' | 'lastCheck'>[]): void {
    this.#sampler.reported(services);
  }

  sample(status: ServiceStatus, at: number): void {
    const moment = momentOf(at, this.#now());
    const values = this.#sampler.take(status, moment);
    if (values === undefined || values.length === 0) return;
    this.#mailbox.add({ kind: 'samples', service: status.service, at: moment, values });
    this.#gather();
  }

  pause(at: number): void {
    this.#paused = 0;
    this.#mailbox.add({ kind: 'pause', at: momentOf(at, this.#now()) });
    this.#gather();
  }

  resume(at: number): void {
    if (this.#paused === undefined) return;
    this.#paused = undefined;
    this.#aliveAt = momentOf(at, this.#now());
    this.#mailbox.add({ kind: 'resume', at: this.#aliveAt });
    this.#gather();
  }

  forget(service: string, at: number): void {
    this.#sampler.forget(service);
    this.#allowance.forget(service);
    this.#mailbox.add({ kind: 'forget', service, at: momentOf(at, this.#now()) });
    this.#gather();
  }

  acknowledged(service: string, note: contract.IncidentNote): void {
    this.#mailbox.add({ kind: 'acknowledged', service, note: { ...note, at: momentOf(note.at, this.#now()) } });
    this.#gather();
  }

  addNote(incident: number, note: contract.IncidentNote): Promise<contract.IncidentNote | null> {
    // What waits to be written may be what makes the incident known.
    this.#write();
    const added = new Promise<unknown>((resolve, reject) => {
      if (this.#thread === undefined || this.#role === undefined) {
        reject(new Error(`The note was not added: ${this.#message || 'the history is only just being opened.'}`));
        return;
      }
      const id = this.#nextNote;
      this.#nextNote -= 1;
      this.#notes.set(id, { resolve, reject });
      this.#thread.send({ type: 'note', id, incident, note });
    });
    return added as Promise<contract.IncidentNote | null>;
  }

  state(): Promise<contract.HistoryState> {
    return Promise.resolve(this.#state());
  }

  bars(query: contract.BarsQuery): Promise<contract.Bars> {
    return this.#ask('bars', query, query.view);
  }

  uptime(query: contract.UptimeQuery): Promise<contract.Uptime> {
    return this.#ask('uptime', { ...query, at: query.at ?? this.#now() }, query.view);
  }

  incidents(query: contract.IncidentsQuery): Promise<contract.IncidentsPage> {
    return this.#ask('incidents', query, query.view);
  }

  incident(id: number): Promise<Omit<contract.IncidentDetails, 'notifications'> | null> {
    return this.#ask('incident', id, undefined);
  }

  transitions(query: contract.TransitionsQuery): Promise<contract.TransitionsPage> {
    return this.#ask('transitions', query, query.view);
  }

  metrics(service: string | undefined): Promise<contract.MetricInfo[]> {
    return this.#ask('metrics', service, undefined);
  }

  series(query: contract.SeriesQuery): Promise<contract.Series> {
    return this.#ask('series', query, query.view);
  }

  sparks(query: contract.SparksQuery): Promise<contract.Sparks> {
    return this.#ask('sparks', query, query.view);
  }

  compare(query: contract.CompareQuery): Promise<contract.Comparison> {
    return this.#ask('compare', query, query.view);
  }

  trends(service: string | undefined): Promise<contract.Trend[]> {
    return this.#ask('trends', service, undefined);
  }

  configure(limits: Limits): void {
    this.#limits = limits;
    this.#thread?.send({ type: 'configure', limits });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#cancelAlive();
    this.#alive({ last: true });
    await this.#drain();
    this.#closed = true;
    for (const cancel of [this.#cancelGather, this.#cancelRetry, this.#cancelNotice]) cancel?.();
    this.#asking.refuse('The history is closed.');
    await this.#end();
  }

  #now(): number {
    return momentOf(this.#clock.now(), 0);
  }

  async #ask<N extends QuestionName>(name: N, input: QuestionInput<N>, view: string | undefined): Promise<Answer<N>> {
    // The name and what it takes belong together, which the compiler cannot follow through a queue.
    const question = { name, input } as unknown as Parameters<Asking['ask']>[0];
    return (await this.#asking.ask(question, view)) as Answer<N>;
  }

  #state(): contract.HistoryState {
    const state = this.#role === 'reader' ? 'standby' : this.#message === '' ? 'recording' : 'paused';
    return { state, message: this.#message, ...this.#extent };
  }

  /** @param message why it does not record; empty where it does. */
  #say(message: string): void {
    this.#message = message;
    this.#tell();
  }

  #tell(): void {
    const state = this.#state();
    const trouble = [state.state === 'paused' ? state.message : '', this.#notice]
      .filter((part) => part !== '')
      .join(' ');
    const told = JSON.stringify([state.state, state.message, trouble]);
    if (told === this.#told) return;
    this.#told = told;
    this.options.onState(state);
    this.options.onTrouble(trouble === '' ? null : trouble);
  }

  #alive({ last = false } = {}): void {
    const from = this.#aliveAt;
    this.#aliveAt = this.#now();
    if (this.#paused !== undefined) {
      this.#paused += 1;
      if (this.#paused >= AWAKE_AFTER) this.resume(this.#aliveAt);
    } else {
      // A machine that slept, or a clock that was set: the two moments are not connected.
      const passed = this.#aliveAt - from;
      const to = this.#aliveAt;
      const connected = passed >= 0 && passed <= ALIVE_EVERY * 2;
      this.#mailbox.add({ kind: 'alive', from: connected ? from : to, to });
    }
    if (last) return;
    this.#gather();
    this.#cancelAlive = this.#clock.after(ALIVE_EVERY, () => this.#alive());
  }

  #gather(): void {
    this.#cancelGather ??= this.#clock.after(GATHER, () => {
      this.#cancelGather = undefined;
      this.#write();
    });
  }

  #write(): void {
    if (this.#role !== 'writer' || this.#inFlight !== undefined) return;
    const batch = this.#mailbox.next();
    if (batch === undefined) {
      this.#drained?.();
      return;
    }
    this.#inFlight = batch.number;
    this.#thread?.send({ type: 'batch', batch });
  }

  #start(): void {
    const file = this.options.worker ?? workerFile();
    const data = { dataDir: this.options.dataDir, limits: this.#limits };
    this.#thread = startThread(
      file,
      data,
      (message) => this.#take(message),
      (error) => this.#ended(error),
    );
    this.#thread.send({ type: 'open', distrust: this.#distrust });
  }

  #take(message: FromWorker): void {
    if ('extent' in message) this.#extent = message.extent;
    if (message.type === 'writer') this.#canWrite(message.written);
    else if (message.type === 'reader') this.#canRead(message.message);
    else if (message.type === 'unusable') this.#cannot(message.message);
    else if (message.type === 'written') this.#written(message.number);
    else if (message.type === 'unwritten') this.#unwritten(message.message);
    else if (message.type === 'answer') this.#answered(message.id, message.value);
    else if (message.type === 'failed') this.#failed(message.id, message.message);
    else if (message.type === 'notice') this.#note(message.message);
    else this.#distrust = true;
  }

  #canWrite(written: { session: string; number: number } | undefined): void {
    this.#role = 'writer';
    this.#distrust = false;
    if (written?.session === this.#session) this.#mailbox.done(written.number);
    if (this.#mailbox.isGone) this.#mailbox.begin(this.#now());
    this.#inFlight = undefined;
    // A full disk can still be opened.
    if (!this.#stuck) this.#say('');
    this.#asking.open();
    this.#write();
  }

  #canRead(message: string): void {
    this.#role = 'reader';
    this.#mailbox.discard();
    this.#say(message);
    this.#asking.open();
    this.#drained?.();
    this.#retry(TAKE_OVER_EVERY);
  }

  #cannot(message: string): void {
    this.#role = undefined;
    this.#inFlight = undefined;
    this.#say(`The history is paused: ${message}`);
    this.#asking.refuse(message);
    this.#drained?.();
    this.#retry(TRY_AGAIN);
  }

  #written(number: number): void {
    this.#inFlight = undefined;
    this.#stuck = false;
    this.#deaths = 0;
    this.#mailbox.done(number);
    this.#say('');
    if (this.#mailbox.isEmpty) this.#drained?.();
    // What has come meanwhile is written at once only where it is a lot, or nothing more will come.
    else if (this.#drained !== undefined || this.#mailbox.isLong) this.#write();
    else this.#gather();
  }

  #unwritten(message: string): void {
    this.#inFlight = undefined;
    this.#stuck = true;
    this.#say(`The history is paused, and goes on by itself: ${DATABASE_FILE} cannot be written: ${message}.`);
    this.#drained?.();
    this.#role = undefined;
    this.#retry(TRY_AGAIN);
  }

  /** Opens again, in the same thread or a new one: what was not written is then tried again. */
  #retry(after: number): void {
    this.#cancelRetry?.();
    if (this.#closed) return;
    this.#cancelRetry = this.#clock.after(after, () => {
      if (this.#thread === undefined) this.#start();
      else this.#thread.send({ type: 'open', distrust: this.#distrust });
    });
  }

  #answered(id: number, value: unknown): void {
    if (id > 0) this.#asking.answered(id, value);
    else this.#notes.get(id)?.resolve(value);
    this.#notes.delete(id);
  }

  #failed(id: number, message: string): void {
    if (id > 0) this.#asking.failed(id, message);
    else this.#notes.get(id)?.reject(new Error(message));
    this.#notes.delete(id);
  }

  #note(message: string): void {
    this.#notice = message;
    this.#cancelNotice?.();
    this.#cancelNotice = this.#clock.after(NOTICE_FOR, () => {
      this.#notice = '';
      this.#tell();
    });
    this.#tell();
  }

  #ended(error: Error | undefined): void {
    this.#thread = undefined;
    this.#role = undefined;
    if (this.#inFlight !== undefined) this.#deaths += 1;
    // What ends the thread again and again must not do so for ever.
    if (this.#deaths >= MOST_DEATHS) this.#mailbox.discard();
    this.#inFlight = undefined;
    for (const { reject } of this.#notes.values())
      reject(new Error('The note was not added: the history had to be opened anew.'));
    this.#notes.clear();
    this.#drained?.();
    if (this.#closed) return;
    this.#asking.lost();
    if (error !== undefined) {
      const message = `its thread could not go on: ${error.message}`;
      this.#say(`The history is paused, and is tried again: ${message}`);
      this.#asking.refuse(`The history cannot be asked now: ${message}`);
    }
    // A damaged file is not waited for, it is replaced.
    this.#retry(this.#distrust ? 0 : TRY_AGAIN);
  }

  /** Resolves when all is written, or cannot be. */
  async #drain(): Promise<void> {
    if (this.#role !== 'writer' || this.#mailbox.isEmpty) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(PATIENCE, resolve);
      this.#drained = () => {
        cancel();
        resolve();
      };
      this.#write();
    });
  }

  async #end(): Promise<void> {
    const thread = this.#thread;
    if (thread === undefined) return;
    thread.send({ type: 'close' });
    const cancel = this.#clock.after(PATIENCE, () => {
      thread.terminate().catch(() => undefined);
    });
    await thread.ended;
    cancel();
  }
}
