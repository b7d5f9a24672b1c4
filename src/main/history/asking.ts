import type { Question, QuestionName } from './queries/queries.ts';

/** More than these do not wait: whoever asks so much has lost count. */
const MOST_WAITING = 200;
const MOST_TRIES = 2;

interface Waiting {
  id: number;
  question: Question;
  view: string | undefined;
  /** How often it was put to a thread. */
  tries: number;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/**
 * Questions to the history's thread. Only one is given to it at a time, so that what has become superfluous meanwhile is never
 * worked out, and what is to be written has its turn in between.
 */
export class Asking {
  #waiting: Waiting[] = [];
  #asked: Waiting | undefined;
  #nextId = 1;
  /** Why nothing can be asked, in a sentence; undefined where it can, null where that is not known yet. */
  #refusal: string | undefined | null = null;

  /** @param send gives a question to the thread. */
  constructor(private readonly send: (id: number, question: Question) => void) {}

  ask(question: Question, view: string | undefined): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (typeof this.#refusal === 'string') {
        reject(new Error(this.#refusal));
        return;
      }
      if (view !== undefined) this.#supersede(question.name, view);
      if (this.#waiting.length >= MOST_WAITING) {
        reject(new Error('The history is asked too much at once. Try again in a moment.'));
        return;
      }
      this.#waiting.push({ id: this.#nextId, question, view, tries: 0, resolve, reject });
      this.#nextId += 1;
      this.#next();
    });
  }

  answered(id: number, value: unknown): void {
    this.#take(id)?.resolve(value);
    this.#next();
  }

  failed(id: number, message: string): void {
    this.#take(id)?.reject(new Error(message));
    this.#next();
  }

  /** The thread takes questions. */
  open(): void {
    this.#refusal = undefined;
    this.#next();
  }

  /** The thread is gone: what it was asked is put to the next one, unless that has been done before. */
  lost(): void {
    this.#refusal = null;
    const asked = this.#asked;
    this.#asked = undefined;
    if (asked === undefined) return;
    if (asked.tries < MOST_TRIES) this.#waiting.unshift(asked);
    else asked.reject(new Error('The history could not answer: its thread ended twice over it.'));
  }

  /** The thread takes none, and none will wait. @param message why, in a sentence. */
  refuse(message: string): void {
    this.#refusal = message;
    const all = [...(this.#asked === undefined ? [] : [this.#asked]), ...this.#waiting];
    this.#asked = undefined;
    this.#waiting = [];
    for (const { reject } of all) reject(new Error(message));
  }

  /** A question of a view that has asked the same thing for something newer. */
  #supersede(name: QuestionName, view: string): void {
    const superseded = this.#waiting.filter((one) => one.view === view && one.question.name === name);
    this.#waiting = this.#waiting.filter((one) => !superseded.includes(one));
    for (const { reject } of superseded) reject(new Error('superseded'));
  }

  #take(id: number): Waiting | undefined {
    if (this.#asked?.id !== id) return undefined;
    const asked = this.#asked;
    this.#asked = undefined;
    return asked;
  }

  #next(): void {
    if (this.#refusal !== undefined || this.#asked !== undefined) return;
    this.#asked = this.#waiting.shift();
    if (this.#asked === undefined) return;
    this.#asked.tries += 1;
    this.send(this.#asked.id, this.#asked.question);
  }
}
