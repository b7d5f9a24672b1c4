import { SvelteSet } from 'svelte/reactivity';

const KEY = 'experimance-health.read-notes';

function load(): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(stored) ? stored.filter((id) => typeof id === 'string') : [];
  } catch {
    // No storage in this browser, or not what this wrote: nothing has been read yet.
    return [];
  }
}

/** Which notes were read and put away, remembered beyond this visit. */
export class ReadNotes {
  readonly #ids = new SvelteSet(load());

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  add(id: string): void {
    this.#ids.add(id);
    try {
      localStorage.setItem(KEY, JSON.stringify([...this.#ids].slice(-100)));
    } catch {
      // Without storage it is put away for this visit only, which is what can be done.
      return;
    }
  }
}
