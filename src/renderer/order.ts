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

/** Several instances of one service, as the list's label above them shows them. */
export interface Group {
  name: string;
  /** All of them, also those that a filter leaves out. */
  members: readonly ServiceSummary[];
}

/** Always the same, so that nothing is drawn again where there are no groups: a list can have a thousand rows. */
const NO_GROUPS: ReadonlyMap<string, Group> = new Map();

/** Every group that has several members, by its name. */
export function groupsOf(services: readonly ServiceSummary[]): ReadonlyMap<string, Group> {
  const groups = new Map<string, { name: string; members: ServiceSummary[] }>();
  for (const service of services) {
    if (service.group === null) continue;
    const group = groups.get(service.group);
    if (group === undefined) groups.set(service.group, { name: service.group, members: [service] });
    else group.members.push(service);
  }
  for (const [name, { members }] of groups) if (members.length === 1) groups.delete(name);
  return groups.size === 0 ? NO_GROUPS : groups;
}

/**
 * Puts the instances of one group beside each other, where the first of them stands: a list that is sorted worst first stays
 * so, by the worst of each group and then within it.
 */
export function besideEachOther(
  services: readonly ServiceSummary[],
  groups: ReadonlyMap<string, Group>,
): readonly ServiceSummary[] {
  if (groups.size === 0) return services;
  const members = groupsOf(services);
  const begun = new Set<string>();
  return services.flatMap((service) => {
    const group = service.group === null ? undefined : members.get(service.group);
    if (group === undefined) return [service];
    if (begun.has(group.name)) return [];
    begun.add(group.name);
    return group.members;
  });
}

/** The groups that are to have a label, by the service whose row it stands above: those of which several are shown. */
export function groupLabels(
  listed: readonly ServiceSummary[],
  groups: ReadonlyMap<string, Group>,
): ReadonlyMap<string, Group> {
  if (groups.size === 0) return NO_GROUPS;
  const labels = new Map<string, Group>();
  listed.forEach(({ service, group }, index) => {
    const known = group === null ? undefined : groups.get(group);
    if (known === undefined || listed[index - 1]?.group === group || listed[index + 1]?.group !== group) return;
    labels.set(service, known);
  });
  return labels;
}
