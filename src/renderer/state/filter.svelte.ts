import { SvelteSet } from 'svelte/reactivity';
import type { ServiceSummary } from '../../shared/service-status.ts';
import type { HealthStatus } from '../../shared/status.ts';
import { matches, words } from '../order.ts';

/** Which services the list shows: all words found, and one of the statuses where any is chosen. */
export class Filter {
  text = $state('');
  readonly statuses = new SvelteSet<HealthStatus>();
  readonly active = $derived(this.text.trim() !== '' || this.statuses.size > 0);

  toggle(status: HealthStatus): void {
    if (!this.statuses.delete(status)) this.statuses.add(status);
  }

  clear(): void {
    this.text = '';
    this.statuses.clear();
  }

  apply(services: readonly ServiceSummary[]): readonly ServiceSummary[] {
    const wanted = words(this.text);
    const { statuses } = this;
    if (wanted.length === 0 && statuses.size === 0) return services;
    return services.filter(
      (service) => (statuses.size === 0 || statuses.has(service.status)) && matches(service, wanted),
    );
  }
}
