import type { Series } from '../../shared/history.ts';
import type { Span } from './spans.ts';

export interface SeriesRow extends Span {
  min: number | null;
  avg: number | null;
  max: number | null;
}

const known = (values: readonly (number | null | undefined)[]): number[] =>
  values.filter((value) => value !== null && value !== undefined);

/** A series as the rows of a table, several parts in one where there are more than `most`. */
export function seriesRows({ at, min, avg, max }: Series, { from, to }: Span, most: number): SeriesRow[] {
  const parts = at.length;
  const together = Math.max(1, Math.ceil(parts / most));
  const length = (to - from) / Math.max(1, parts);
  const rows: SeriesRow[] = [];
  for (let start = 0; start < parts; start += together) {
    const end = Math.min(parts, start + together);
    const means = known(avg.slice(start, end));
    const none = means.length === 0;
    rows.push({
      from: from + start * length,
      to: from + end * length,
      min: none ? null : Math.min(...known(min.slice(start, end)), ...means),
      avg: none ? null : means.reduce((a, b) => a + b, 0) / means.length,
      max: none ? null : Math.max(...known(max.slice(start, end)), ...means),
    });
  }
  return rows;
}
