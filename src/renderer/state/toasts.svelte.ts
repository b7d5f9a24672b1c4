export interface Toast {
  id: number;
  kind: 'done' | 'failed';
  message: string;
  /** What takes back what was done. */
  undo?: () => void;
}

/** Good news goes away by itself, in ms; a failure stays until somebody has read it. */
const SHOWN = 6_000;
/** One that can be taken back stays long enough to think about it. */
const SHOWN_WITH_UNDO = 30_000;
const MOST = 4;

/** What came of the things that a person did. */
export class Toasts {
  list = $state.raw<readonly Toast[]>([]);
  #next = 1;

  /** @param undo takes it back: the toast then has a button for that. */
  done(message: string, undo?: () => void): void {
    const id = this.#add('done', message, undo);
    setTimeout(() => this.dismiss(id), undo === undefined ? SHOWN : SHOWN_WITH_UNDO);
  }

  failed(message: string): void {
    this.#add('failed', message);
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  #add(kind: Toast['kind'], message: string, undo?: () => void): number {
    const id = this.#next++;
    // The same sentence twice says no more than once; unless each of the two takes back something else.
    const others = this.list.filter((toast) => toast.message !== message || toast.undo !== undefined);
    this.list = [...others, { id, kind, message, ...(undo === undefined ? {} : { undo }) }].slice(-MOST);
    return id;
  }
}
