import type { ServiceSummary } from '../shared/service-status.ts';
import { SYSTEM_ORDER } from '../shared/status.ts';

const names = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** Worst first, then the most recent change, then by name: the order of the list. */
export function compareServices(a: ServiceSummary, b: ServiceSummary): number {
  return (
    SYSTEM_ORDER[b.status] - SYSTEM_ORDER[a.status] ||
    b.since - a.since ||
    names.compare(a.service, b.service) ||
    // Names that only differ by case are still two services, always in the same order.
    (a.service < b.service ? -1 : 1)
  );
}

/** A message can be 100 kB; what is beyond this is not searched. */
const SEARCHED = 2_000;
const searchTexts = new WeakMap<ServiceSummary, string>();

function searchText(service: ServiceSummary): string {
  let text = searchTexts.get(service);
  if (text === undefined) {
    const { name, host, status, reason, message } = service;
    text = [service.service, name, host, status, reason, message.slice(0, SEARCHED)].join('\n').toLowerCase();
    searchTexts.set(service, text);
  }
  return text;
}

/** What a person typed into the filter, as words to look for. */
export function words(filter: string): string[] {
  return filter.toLowerCase().split(/\s+/).filter(Boolean);
}

/** Whether every word stands somewhere in the service's names, status, reason or message. */
export function matches(service: ServiceSummary, wanted: readonly string[]): boolean {
  if (wanted.length === 0) return true;
  const text = searchText(service);
  return wanted.every((word) => text.includes(word));
}
