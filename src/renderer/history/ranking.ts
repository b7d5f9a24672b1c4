import type { Comparison, MetricInfo, StatusSeconds } from '../../shared/history.ts';
import { downSeconds, uptimeChange } from './uptime.ts';

/** How a service was in each of two periods. */
export type Facts = Comparison['services'][number];

const names = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
export const byName = (a: { service: string }, b: { service: string }): number =>
  names.compare(a.service, b.service) || (a.service < b.service ? -1 : 1);

/** How troubled a service was: what did not work counts most, then what had a warning, then how often. */
function trouble({ seconds, incidents }: { seconds: StatusSeconds; incidents: number }): number {
  return (seconds.fatal * 2 + downSeconds(seconds)) * 10 + seconds.warning + incidents;
}

/** The most troubled service of period `a` first. */
export function mostTroubled(services: readonly Facts[]): Facts[] {
  return [...services].sort((a, b) => trouble(b.a) - trouble(a.a) || byName(a, b));
}

/** The facts of each service, by its name. */
export function byService(services: readonly Facts[]): ReadonlyMap<string, Facts> {
  return new Map(services.map((facts) => [facts.service, facts]));
}

/** An order of services as it was, without those that are gone; those that are new come last. */
export function keepOrder(before: readonly string[], now: readonly string[]): string[] {
  const [known, present] = [new Set(before), new Set(now)];
  return [...before.filter((service) => present.has(service)), ...now.filter((service) => !known.has(service))];
}

/** What got worse from period `b` to period `a` first; what cannot be compared last. */
export function mostWorsened(services: readonly Facts[]): Facts[] {
  const change = ({ a, b }: Facts): number => uptimeChange(a.seconds, b.seconds) ?? Infinity;
  return [...services].sort((one, other) => {
    const [x, y] = [change(one), change(other)];
    if (x !== y) return x < y ? -1 : 1;
    return trouble(other.a) - trouble(one.a) || byName(one, other);
  });
}

/** Metrics that say something about nearly every service, in this order. */
const TELLING = [/cpu/i, /mem|rss|heap/i, /disk/i, /latenc|response|duration|_ms$/i, /fps|frames/i, /queue/i];
/** They only ever grow, which makes a poor first picture. */
const COUNTERS = new Set(['uptime', 'messages_sent', 'messages_received', 'restarts']);

/**
 * The metrics that are charted at first.
 *
 * @param about what is known to be of interest: names of checks that failed.
 */
export function firstMetrics(
  metrics: readonly MetricInfo[],
  most: number,
  about: ReadonlySet<string> = new Set(),
): string[] {
  const weight = ({ metric }: MetricInfo): number => {
    const [check = ''] = metric.split('/', 1);
    const telling = TELLING.findIndex((pattern) => pattern.test(metric));
    return (
      (about.has(check) && metric.includes('/') ? -100 : 0) +
      (telling < 0 ? TELLING.length : telling) +
      (COUNTERS.has(metric) ? 50 : 0)
    );
  };
  const order = new Map(metrics.map((info, index) => [info, weight(info) * metrics.length + index]));
  return [...metrics]
    .sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0))
    .slice(0, most)
    .map(({ metric }) => metric);
}
