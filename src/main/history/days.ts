/** A stretch of time, in milliseconds since the epoch; `to` is not part of it. */
export interface Span {
  from: number;
  to: number;
}

/** The local day that holds a moment: 23 or 25 hours where the clock changes. */
export function localDay(time: number): Span {
  const date = new Date(time);
  const [year, month, day] = [date.getFullYear(), date.getMonth(), date.getDate()];
  return { from: new Date(year, month, day).getTime(), to: new Date(year, month, day + 1).getTime() };
}

/** Local midnights lie on quarters of an hour in every zone; this numbers them. */
const QUARTER = 900_000;

/** What stands for a day in `day_sum.id`, in place of the hour. */
export function dayNumber(start: number): number {
  return Math.floor(start / QUARTER);
}
