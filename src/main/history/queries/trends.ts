import type { Trend } from '../../../shared/history.ts';
import { hasTrend, TREND_POINTS, TREND_SPAN, trendOf } from '../trends.ts';
import { findMetrics } from './metrics.ts';
import { knownServices, type Source } from './selection.ts';
import { findSeries } from './series.ts';

/** What gets worse slowly, of one service or of all that are followed. */
export function findTrends(source: Source, service: string | undefined, now: number): Trend[] {
  const services = knownServices(source.database)
    .filter((one) => (service === undefined ? one.status !== null : one.service === service))
    .map((one) => one.service);
  const span = { from: now - TREND_SPAN, to: now };
  return services.flatMap((name) =>
    findMetrics(source.database, name)
      .filter(hasTrend)
      .flatMap((info) => {
        const { metric } = info;
        const hours = findSeries(source, { service: name, metric, ...span, points: TREND_POINTS });
        return trendOf(name, info, hours, now) ?? [];
      }),
  );
}
