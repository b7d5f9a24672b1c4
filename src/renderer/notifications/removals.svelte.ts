import { tick } from 'svelte';

/** What was taken out of a list last, to be put back where it was. */
export class Removals<T extends { name: string }> {
  last = $state.raw<{ item: T; index: number }>();
  readonly #list: () => T[];

  constructor(list: () => T[]) {
    this.#list = list;
  }

  remove(item: T): void {
    const index = this.#list().indexOf(item);
    if (index < 0) return;
    this.#list().splice(index, 1);
    this.last = { item, index };
  }

  /** @returns what was put back, to be given the focus. */
  undo(): T | undefined {
    const { last } = this;
    if (last === undefined) return undefined;
    this.#list().splice(Math.min(last.index, this.#list().length), 0, last.item);
    this.last = undefined;
    return last.item;
  }
}

/** Gives the focus to what a selector finds within an element, once it is drawn. */
export async function focusWithin(element: HTMLElement | undefined, selector: string): Promise<void> {
  await tick();
  const found = element?.querySelector<HTMLElement>(selector);
  found?.focus();
  found?.scrollIntoView({ block: 'nearest' });
}
