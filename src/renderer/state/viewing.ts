import type { Client } from '../../shared/api.ts';

const SETTLED = 250;
/** What the contract takes. */
const MOST = 1000;

/** Tells the monitor which services are on the screen, so that nobody is alerted to what they are looking at. */
export class Viewing {
  readonly #client: Client;
  readonly #rows = new Set<string>();
  readonly #observer: IntersectionObserver;
  readonly #ids = new WeakMap<Element, string>();
  #told = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #detail: string | undefined;
  #listCovered = false;

  constructor(client: Client) {
    this.#client = client;
    this.#observer = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        const service = this.#ids.get(target);
        if (service === undefined) continue;
        if (isIntersecting) this.#rows.add(service);
        else this.#rows.delete(service);
      }
      this.#later();
    });
  }

  /** @returns a function that ends it. */
  start(): () => void {
    const later = (): void => this.#later();
    document.addEventListener('visibilitychange', later);
    return () => {
      document.removeEventListener('visibilitychange', later);
      this.#observer.disconnect();
      clearTimeout(this.#timer);
    };
  }

  /** Watches a service's row. @returns a function that ends it. */
  row(service: string, element: Element): () => void {
    this.#ids.set(element, service);
    this.#observer.observe(element);
    return () => {
      this.#observer.unobserve(element);
      this.#rows.delete(service);
      this.#later();
    };
  }

  /** Which service's details are shown, and whether they cover the list. */
  detail(service: string | undefined, listCovered: boolean): void {
    this.#detail = service;
    this.#listCovered = listCovered;
    this.#later();
  }

  /** The monitor may have been restarted and know nothing: it is told again. */
  reconnected(): void {
    this.#told = '';
    this.#later();
  }

  #later(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#tell(), SETTLED);
  }

  #onScreen(): string[] {
    if (document.visibilityState !== 'visible') return [];
    const shown = new Set(this.#listCovered ? [] : this.#rows);
    if (this.#detail !== undefined) shown.add(this.#detail);
    return [...shown].sort().slice(0, MOST);
  }

  async #tell(): Promise<void> {
    const services = this.#onScreen();
    const key = JSON.stringify(services);
    if (key === this.#told || (services.length === 0 && this.#told === '')) return;
    this.#told = key;
    try {
      await this.#client.viewing({ services });
    } catch {
      // Nobody asked for this call, and the session says when the monitor is gone; it is told again once it is back.
      this.#told = '';
    }
  }
}
