import type { HandlerEntry, NotificationSettings, Rule } from '../../shared/notification-settings.ts';
import { type HealthStatus, WORST_FIRST } from '../../shared/status.ts';
import { andList, capital, handlerName } from './words.ts';

/** Names in a sentence; how many more there are where they are too many. */
function named(items: readonly string[], word: 'and' | 'or' = 'and'): string {
  const MOST = 6;
  return items.length <= MOST
    ? andList(items, word)
    : `${items.slice(0, MOST - 1).join(', ')} ${word} ${items.length - MOST + 1} more`;
}

/** Which services are meant: `display* and core, tagged gpu`; empty for all. */
export function patternList(services: readonly string[], tags: readonly string[]): string {
  const who = services.length === 0 ? (tags.length === 0 ? '' : 'every service') : named(services);
  return tags.length === 0 ? who : `${who} tagged ${named(tags, 'or')}`;
}

/** What a rule does, in plain words. */
export function ruleSentence(rule: Rule, handlers: readonly Pick<HandlerEntry, 'id' | 'name'>[]): string {
  const statuses = WORST_FIRST.filter((status) => rule.statuses.includes(status));
  const what = statuses.length === 0 || statuses.length === 5 ? 'everything' : andList(statuses);
  const who = patternList(rule.services, rule.tags);
  const subject = `${capital(what)} of ${who === '' ? 'every service' : who}`;
  const told = rule.handlers.map((id) => handlerName(handlers, id));
  const further = rule.go_on ? '; the rules below may add others' : '; nobody else';
  if (told.length === 0) {
    return `${subject}: told to nobody${rule.go_on ? ' by this rule; the rules below decide' : ''}.`;
  }
  return `${subject}: told to ${named(told)}${further}.`;
}

/** `*` stands for any characters. */
export function matchesPattern(pattern: string, service: string): boolean {
  if (!pattern.includes('*')) return pattern === service;
  const parts = pattern.split(/\*+/);
  const [first = '', last = ''] = [parts[0], parts.at(-1)];
  if (service.length < first.length + last.length || !service.startsWith(first) || !service.endsWith(last))
    return false;
  let at = first.length;
  const end = service.length - last.length;
  // The earliest place that will do leaves the most for what comes after it.
  for (const part of parts.slice(1, -1)) {
    const found = service.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

/** The tags that the settings give a service. */
export function tagsOf(service: string, tags: NotificationSettings['tags']): Set<string> {
  return new Set(Object.entries(tags).flatMap(([pattern, list]) => (matchesPattern(pattern, service) ? list : [])));
}

/** Whether a rule or a window is about a service. */
export function concerns(
  { services, tags }: Pick<Rule, 'services' | 'tags'>,
  service: string,
  allTags: NotificationSettings['tags'],
): boolean {
  if (services.length > 0 && !services.some((pattern) => matchesPattern(pattern, service))) return false;
  if (tags.length === 0) return true;
  const own = tagsOf(service, allTags);
  return tags.some((tag) => own.has(tag));
}

const ALL: readonly HealthStatus[] = WORST_FIRST;
const statusesOf = ({ statuses }: Rule): readonly HealthStatus[] => (statuses.length === 0 ? ALL : statuses);

/** Whether every service of one pattern is one of the other's, too. */
function patternCovers(general: string, special: string): boolean {
  // A star within `special` stands for anything; a star of `general` takes it like any other character.
  return general === special || matchesPattern(general, special);
}

/** Whether whatever `special` is about at a status, `general` is about, too. */
function covers(general: Rule, special: Rule): boolean {
  const services =
    general.services.length === 0 ||
    (special.services.length > 0 &&
      special.services.every((one) => general.services.some((other) => patternCovers(other, one))));
  const tags =
    general.tags.length === 0 || (special.tags.length > 0 && special.tags.every((tag) => general.tags.includes(tag)));
  return services && tags;
}

/**
 * Rules that nothing ever reaches: for each of their statuses an earlier rule takes all that they are about and does not
 * go on.
 *
 * @returns by the index of the rule, the index of the last of those that take everything from it.
 */
export function shadowedRules(rules: readonly Rule[]): Map<number, number> {
  const found = new Map<number, number>();
  rules.forEach((rule, index) => {
    if (!rule.enabled) return;
    const stoppers = statusesOf(rule).map((status) =>
      rules.findIndex(
        (other, at) =>
          at < index && other.enabled && !other.go_on && statusesOf(other).includes(status) && covers(other, rule),
      ),
    );
    if (stoppers.every((at) => at >= 0)) found.set(index, Math.max(...stoppers));
  });
  return found;
}

/** Enabled handlers that no rule and no escalation ever tells. None where there are no rules: then all are told. */
export function unreachedHandlers(
  settings: Pick<NotificationSettings, 'handlers' | 'rules' | 'escalate_to'>,
): HandlerEntry[] {
  const active = settings.rules.filter(({ enabled }) => enabled);
  if (active.length === 0) return [];
  const shadowed = shadowedRules(settings.rules);
  const reached = new Set<string>(settings.escalate_to);
  settings.rules.forEach((rule, index) => {
    if (!rule.enabled || shadowed.has(index)) return;
    for (const id of [...rule.handlers, ...(rule.escalate_to ?? [])]) reached.add(id);
  });
  return settings.handlers.filter(({ id, enabled }) => enabled && !reached.has(id));
}

/** Handlers that rules and escalations name and that are not set up. */
export function unknownHandlers(ids: readonly string[], handlers: readonly Pick<HandlerEntry, 'id'>[]): string[] {
  return ids.filter((id) => !handlers.some((handler) => handler.id === id));
}

/** A rule as a new one begins. */
export function newRule(name: string, handlers: string[]): Rule {
  return { name, enabled: true, services: [], tags: [], statuses: [], handlers, go_on: false };
}

/** The name, with a number where it is taken: `Rule`, `Rule 2`. */
export function freeName(wanted: string, taken: readonly { name: string }[]): string {
  const names = new Set(taken.map(({ name }) => name));
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? wanted : `${wanted} ${count}`;
    if (!names.has(name)) return name;
  }
}
