/** A moment in milliseconds since the epoch, and a number. */
export interface Point {
  at: number;
  value: number;
}

export interface Slope {
  /** Change in a millisecond: the median of the slopes between any two points (Theil–Sen), which outliers do not move. */
  perMs: number;
  /** Where its line is at the first point, and at the last. */
  first: number;
  last: number;
  /** How far points lie from the line, as a standard deviation by their median distance. */
  scatter: number;
  /** How surely it rises or falls, in standard deviations of chance (Mann–Kendall, corrected for ties). */
  certainty: number;
}

export function median(values: readonly number[]): number {
  // Numbers by themselves sort ten times as fast.
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/**
 * The robust slope of points in order of time. It looks at all pairs: of a few hundred points, no more.
 *
 * @returns undefined for fewer than three.
 */
export function slopeOf(points: readonly Point[]): Slope | undefined {
  const [begin] = points;
  const end = points.at(-1);
  if (begin === undefined || end === undefined || points.length < 3) return undefined;
  const slopes: number[] = [];
  let rises = 0;
  points.forEach((earlier, index) => {
    for (const later of points.slice(index + 1)) {
      if (later.at > earlier.at) slopes.push((later.value - earlier.value) / (later.at - earlier.at));
      rises += Math.sign(later.value - earlier.value);
    }
  });
  if (slopes.length === 0) return undefined;
  const perMs = median(slopes);
  const base = median(points.map(({ at, value }) => value - perMs * (at - begin.at)));
  const line = (at: number): number => base + perMs * (at - begin.at);
  return {
    perMs,
    first: base,
    last: line(end.at),
    scatter: 1.4826 * median(points.map(({ at, value }) => Math.abs(value - line(at)))),
    certainty: rises === 0 ? 0 : (rises - Math.sign(rises)) / Math.sqrt(chance(points)),
  };
}

/** The variance of Mann and Kendall's count of rises, where there is no trend. */
function chance(points: readonly Point[]): number {
  const counts = new Map<number, number>();
  for (const { value } of points) counts.set(value, (counts.get(value) ?? 0) + 1);
  const term = (n: number): number => n * (n - 1) * (2 * n + 5);
  const ties = [...counts.values()].reduce((sum, count) => sum + term(count), 0);
  return Math.max(1, (term(points.length) - ties) / 18);
}
