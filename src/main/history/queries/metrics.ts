import type { MetricInfo } from '../../../shared/history.ts';
import type { BulkReadable } from '../../sqlite/connection.ts';
import { PER_HOUR } from '../form.ts';
import { bytes, integer, text } from '../rows.ts';
import { decodeChunk, decodeDay, HOURS_A_DAY } from '../sample-codec.ts';

/** A service's own counters, in the order in which they are listed. */
const OWN: Readonly<Record<string, { label: string; unit: string }>> = {
  errors: { label: 'Errors', unit: '' },
  restarts: { label: 'Restarts', unit: '' },
  uptime: { label: 'Uptime', unit: 's' },
  messages_sent: { label: 'Messages sent', unit: '' },
  messages_received: { label: 'Messages received', unit: '' },
  report_interval: { label: 'Time between reports', unit: 's' },
};

/** What the end of a key says of its unit. */
const UNITS: readonly [RegExp, string][] = [
  [/(^|_)(percent|pct|percentage)$|%$/i, '%'],
  [/(^|_)(ms|millis|milliseconds)$/i, 'ms'],
  [/(^|_)(s|sec|secs|seconds)$/i, 's'],
  [/(^|_)bytes$/i, 'B'],
];

export function unitOf(metric: string): string {
  const own = Object.hasOwn(OWN, metric) ? OWN[metric]?.unit : undefined;
  return own ?? UNITS.find(([pattern]) => pattern.test(metric))?.[1] ?? '';
}

function labelOf(metric: string): string {
  const own = Object.hasOwn(OWN, metric) ? OWN[metric]?.label : undefined;
  return own ?? metric.replaceAll('_', ' ').replace('/', ': ');
}

/** What there is to chart of a service; of all of them where none is named, each metric once. */
export function findMetrics(database: BulkReadable, service: string | undefined): MetricInfo[] {
  const rows =
    service === undefined
      ? database.rows('SELECT metric, -1, -1 FROM series GROUP BY metric')
      : database.rows(
          'SELECT metric, id, hour FROM series WHERE service = (SELECT id FROM service WHERE service = ?)',
          service,
        );
  const order = Object.keys(OWN);
  const place = (metric: string): number => (order.includes(metric) ? order.indexOf(metric) : order.length);
  return rows
    .map(([name, id, hour]) => {
      const metric = text(name);
      const last = service === undefined ? null : lastOf(database, integer(id), integer(hour));
      return { metric, label: labelOf(metric), unit: unitOf(metric), last };
    })
    .sort((a, b) => place(a.metric) - place(b.metric) || (a.metric < b.metric ? -1 : 1));
}

function lastOf(database: BulkReadable, series: number, hour: number): number | null {
  if (hour < 0) return null;
  const [raw] = database.rows('SELECT raw FROM sample_hour WHERE id = ?', hour * PER_HOUR + series);
  if (raw !== undefined) return decodeChunk(bytes(raw[0])).values.at(-1) ?? null;
  const day = Math.floor(hour / HOURS_A_DAY);
  const [body] = database.rows('SELECT body FROM sample_day WHERE id = ?', day * PER_HOUR + series);
  return body === undefined ? null : (decodeDay(bytes(body[0])).get(hour % HOURS_A_DAY)?.avg ?? null);
}
