/** The list's rows by service, to give one of them the focus. Nothing is drawn from it, so it is not reactive. */
export class Rows {
  readonly #elements = new Map<string, HTMLElement>();

  /** @returns a function that takes it out again. */
  add(service: string, row: HTMLElement): () => void {
    this.#elements.set(service, row);
    return () => {
      this.#elements.delete(service);
    };
  }

  /** The service whose row has the focus. */
  focused(): string | undefined {
    const active = document.activeElement;
    const service = active instanceof HTMLElement ? active.dataset['service'] : undefined;
    return service !== undefined && this.#elements.get(service) === active ? service : undefined;
  }

  /** Gives a row the focus without scrolling. @returns whether it could: it may be gone, or hidden by the filter. */
  focus(service: string): boolean {
    const row = this.#elements.get(service);
    row?.focus({ preventScroll: true });
    return row !== undefined && document.activeElement === row;
  }

  /** Scrolls no further than it takes to see all of the row; not at all where it is in sight. */
  show(service: string): void {
    this.#elements.get(service)?.scrollIntoView({ block: 'nearest' });
  }
}
