/** So long after the last row came or went it is told, in ms. */
const SETTLED = 120;

/** Which rows are on the screen, or nearly: what they show is fetched then, and not before. */
export class VisibleSet {
  readonly #rows = new Set<string>();
  readonly #ids = new WeakMap<Element, string>();
  readonly #observer: IntersectionObserver;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param onsettled told when rows have come or gone, a moment after the last one. */
  constructor(onsettled: () => void) {
    this.#observer = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          const id = this.#ids.get(target);
          if (id === undefined) continue;
          if (isIntersecting) this.#rows.add(id);
          else this.#rows.delete(id);
        }
        clearTimeout(this.#timer);
        this.#timer = setTimeout(onsettled, SETTLED);
      },
      { rootMargin: '200px 0px' },
    );
  }

  get ids(): readonly string[] {
    return [...this.#rows];
  }

  /** Watches a row. @returns a function that ends it. */
  watch(id: string, element: Element): () => void {
    this.#ids.set(element, id);
    this.#observer.observe(element);
    return () => {
      this.#observer.unobserve(element);
      this.#rows.delete(id);
    };
  }

  close(): void {
    this.#observer.disconnect();
    clearTimeout(this.#timer);
  }
}
