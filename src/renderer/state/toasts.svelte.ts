export interface Toast {
  id: number;
  kind: 'done' | 'failed';
  message: string;
}

/** Good news goes away by itself, in ms; a failure stays until somebody has read it. */
const SHOWN = 6_000;
const MOST = 4;

/** What came of the things that a person did. */
export class Toasts {
  list = $state.raw<readonly Toast[]>([]);
  #next = 1;

  done(message: string): void {
    const id = this.#add('done', message);
    setTimeout(() => this.dismiss(id), SHOWN);
  }

  failed(message: string): void {
    this.#add('failed', message);
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  #add(kind: Toast['kind'], message: string): number {
    const id = this.#next++;
    // The same sentence twice says no more than once.
    this.list = [...this.list.filter((toast) => toast.message !== message), { id, kind, message }].slice(-MOST);
    return id;
  }
}
