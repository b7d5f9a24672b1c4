import type { ServiceUptime, StatusSeconds, Uptime } from '../../../shared/history.ts';
import type { Span } from '../days.ts';
import { sumSpan, type Sums } from '../sums.ts';
import { Selection, type Source } from './selection.ts';

const DAY = 86_400_000;
const SPANS = [
  ['h24', 1],
  ['d7', 7],
  ['d30', 30],
  ['d90', 90],
] as const;

/** For how many milliseconds each service had each status in a span, with what goes on at this moment. */
export function sumWithTail(source: Source, selection: Selection, span: Span): Sums {
  const sums: Sums = new Map();
  if (span.from >= span.to) return sums;
  selection.eachRead((service) => {
    for (const [id, row] of sumSpan(source.database, span, service)) if (selection.has(id)) sums.set(id, row);
  });
  selection.eachTail(span, ({ id }, from, to, status) => {
    const row = sums.get(id) ?? [0, 0, 0, 0, 0];
    row[status] = (row[status] ?? 0) + to - from;
    sums.set(id, row);
  });
  return sums;
}

/** How long each service had each status in the last 24 hours, 7, 30 and 90 days before `at`. */
export function findUptime(source: Source, at: number, services: readonly string[] | undefined): Uptime {
  const selection = new Selection(source, services);
  const totals = new Map<
    number,
    { sums: number[]; spans: Partial<Record<(typeof SPANS)[number][0], StatusSeconds>> }
  >();
  let to = at;
  for (const [name, days] of SPANS) {
    const from = Math.max(0, at - days * DAY);
    // Each span holds the one before: only what is older is read.
    const sums = sumWithTail(source, selection, { from, to });
    for (const { id } of selection.services) {
      const total = totals.get(id) ?? { sums: [0, 0, 0, 0, 0], spans: {} };
      sums.get(id)?.forEach((ms, status) => (total.sums[status] = (total.sums[status] ?? 0) + ms));
      total.spans[name] = secondsOf(total.sums, days * DAY);
      totals.set(id, total);
    }
    to = from;
  }
  const found = selection.services.flatMap(({ id, service }): ServiceUptime[] => {
    const total = totals.get(id);
    const { h24, d7, d30, d90 } = total?.spans ?? {};
    if (h24 === undefined || d7 === undefined || d30 === undefined || d90 === undefined) return [];
    if (selection.all && total?.sums.every((ms) => ms === 0) === true) return [];
    return [{ service, h24, d7, d30, d90 }];
  });
  return { at, services: found };
}

/** @param length of the span, in ms. */
export function secondsOf(sums: readonly number[], length: number): StatusSeconds {
  const [healthy = 0, warning = 0, error = 0, fatal = 0, unknown = 0] = sums.map((ms) => Math.round(ms) / 1000);
  const observed = sums.reduce((sum, ms) => sum + ms, 0);
  const unobserved = Math.round(Math.max(0, length - observed)) / 1000;
  return { healthy, warning, error, fatal, unknown, unobserved };
}
