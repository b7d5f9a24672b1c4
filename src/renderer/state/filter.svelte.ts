import { SvelteSet } from 'svelte/reactivity';
import type { ServiceSummary } from '../../shared/service-status.ts';
import type { HealthStatus } from '../../shared/status.ts';
import { matches, words } from '../order.ts';

/** Which services the list shows: all words found, and one of the statuses where any is chosen. */
export class Filter {
  text = $state('');
  readonly statuses = new SvelteSet<HealthStatus>();
  readonly #words = $derived(words(this.text));
  readonly active = $derived(this.#words.length > 0 || this.statuses.size > 0);

  toggle(status: HealthStatus): void {
    if (!this.statuses.delete(status)) this.statuses.add(status);
  }

  clear(): void {
    this.text = '';
    this.statuses.clear();
  }

  shows(service: ServiceSummary): boolean {
    return (this.statuses.size === 0 || this.statuses.has(service.status)) && matches(service, this.#words);
  }
}
