import type { MetricInfo, Series, Trend } from '../../shared/history.ts';
import { formatDuration, plural } from '../../shared/text.ts';
import { median, type Point, slopeOf } from './slope.ts';

/*
 * What gets worse slowly. A hint costs a person's attention and nobody is woken by one, so each rule rather says nothing than
 * something that is not so: it wants enough hours that were observed, a change that matters, and one that chance does not make.
 */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** How far back a trend is looked for: a week has every weekday once, so that a busy Saturday is none. In ms. */
export const TREND_SPAN = 7 * DAY;
/** The series behind a trend has one part for each hour of it. */
export const TREND_POINTS = TREND_SPAN / HOUR;

/** Fewer hours than this say too little, and so do hours that are all of the last day. */
const LEAST_HOURS = 30;
const LEAST_SPAN = 2 * DAY;
/** In standard deviations of chance. Neighbouring hours resemble each other, which three or four would not allow for. */
const CERTAIN = 5;
/** The rise must be so many times what the points scatter: a slope that the eye sees at once. */
const CLEAR = 4;
/** Each third must be above the one before by this share of the rise: one step is a changed setting, not a trend. */
const STEADY = 0.15;

/** Reports that come so much later than a week ago: as a share, and in seconds. Less is a matter of load. */
const SLOWER_SHARE = 0.2;
const SLOWER_SECONDS = 1;

/** A disk that is full within so many days is worth a look; a line is not to be trusted for longer than that. */
const FULL_WITHIN = 30;
/** A slope of less than a point in all is rounding. */
const LEAST_RISE = 1;

/** The least of the last day, and how many times the days before: a few more than usual are usual. */
const LEAST_ERRORS = 5;
/** As the installation's own health check counts restarts. */
const LEAST_RESTARTS = 3;
const TIMES = 2;
/** In standard deviations of a count that is the same every day (Poisson). */
const UNUSUAL = 3;
/** So much of the days before must have been observed to know what is usual, in hours. */
const LEAST_BASELINE = 24;

export type Hours = Pick<Series, 'at' | 'min' | 'avg' | 'max'>;

/** Whether a metric has a rule here, so that the others need not be read. */
export function hasTrend({ metric, unit }: Pick<MetricInfo, 'metric' | 'unit'>): boolean {
  return metric === 'report_interval' || metric === 'errors' || metric === 'restarts' || isDiskUse(metric, unit);
}

/** `resources/disk_percent`, `disk/used`: how full a disk is, in per cent. What is free or inactive goes the other way. */
function isDiskUse(metric: string, unit: string): boolean {
  return (
    (unit === '%' || /percent/i.test(metric)) &&
    /disk|storage|filesystem/i.test(metric) &&
    !/free|avail|inode|busy|io/i.test(metric)
  );
}

/**
 * The trend of one metric of a service, if there is one.
 *
 * @param hours its values by hour, oldest first: `TREND_POINTS` parts of `TREND_SPAN`, null where nothing was sampled.
 * @param now milliseconds since the epoch: the end of the series.
 */
export function trendOf(
  service: string,
  info: Pick<MetricInfo, 'metric' | 'label' | 'unit'>,
  hours: Hours,
  now: number,
): Trend | null {
  const { metric } = info;
  const found =
    metric === 'report_interval'
      ? slowerReports(pointsOf(hours))
      : metric === 'errors'
        ? moreOften(hours, now, LEAST_ERRORS)
        : metric === 'restarts'
          ? moreOften(hours, now, LEAST_RESTARTS)
          : isDiskUse(metric, info.unit)
            ? diskFull(info.label, pointsOf(hours))
            : null;
  if (found === null) return null;
  const kind =
    metric === 'report_interval'
      ? 'slower-reports'
      : metric === 'errors'
        ? 'more-errors'
        : metric === 'restarts'
          ? 'more-restarts'
          : 'disk-full';
  return { service, kind, message: found.say(NOUNS[kind]), metric, from: found.from, to: now };
}

interface Found {
  from: number;
  say(noun: string): string;
}

const NOUNS = {
  'more-errors': 'error',
  'more-restarts': 'restart',
  'slower-reports': 'report',
  'disk-full': 'disk',
} as const;

function pointsOf({ at, avg }: Hours): Point[] {
  return at.flatMap((time, index) => {
    const value = avg[index] ?? null;
    return value === null ? [] : [{ at: time, value }];
  });
}

/** The slope of points that rise enough, steadily enough and not by chance. */
function climb(points: readonly Point[]): { from: Point; perMs: number; first: number; last: number } | null {
  const [from] = points;
  const to = points.at(-1);
  if (from === undefined || to === undefined || points.length < LEAST_HOURS || to.at - from.at < LEAST_SPAN)
    return null;
  const third = (part: number): number => {
    const inside = points.slice(Math.floor((points.length * part) / 3), Math.floor((points.length * (part + 1)) / 3));
    return median(inside.map(({ value }) => value));
  };
  const [low, middle, high] = [third(0), third(1), third(2)];
  // Most of what there is ends here, before all pairs are looked at.
  if (!(low < middle && middle < high)) return null;
  const slope = slopeOf(points);
  if (slope === undefined) return null;
  const rise = slope.last - slope.first;
  if (rise <= 0 || slope.certainty < CERTAIN || rise < CLEAR * slope.scatter) return null;
  if (middle - low < STEADY * rise || high - middle < STEADY * rise) return null;
  return { from, perMs: slope.perMs, first: slope.first, last: slope.last };
}

function slowerReports(points: readonly Point[]): Found | null {
  const climbs = climb(points);
  if (climbs === null) return null;
  const { from, first, last } = climbs;
  if (last - first < Math.max(SLOWER_SECONDS, SLOWER_SHARE * first)) return null;
  const to = points.at(-1)?.at ?? from.at;
  return {
    from: from.at,
    say: () =>
      `Its reports come every ${number(last)} s; ${formatDuration(to - from.at)} earlier they came every ${number(first)} s.`,
  };
}

function diskFull(label: string, points: readonly Point[]): Found | null {
  const climbs = climb(points);
  if (climbs === null) return null;
  const { from, perMs, first, last } = climbs;
  const now = points.at(-1)?.value ?? last;
  const days = (100 - Math.max(now, last)) / (perMs * DAY);
  if (last - first < LEAST_RISE || days > FULL_WITHIN) return null;
  const when = days < 1 ? 'within a day' : `in about ${plural(Math.round(days), 'day')}`;
  return {
    from: from.at,
    say: () =>
      `The disk is ${number(now)} % full (${label}) and gains ${number(perMs * DAY)} points a day: full ${when}.`,
  };
}

/** A count that rose more in the last day than in the days before. */
function moreOften(hours: Hours, now: number, least: number): Found | null {
  const counts = risesOf(hours);
  const recent = counts.filter(({ at }) => at > now - DAY);
  const before = counts.filter(({ at }) => at <= now - DAY);
  if (before.length < LEAST_BASELINE || recent.length === 0) return null;
  const sum = (all: readonly Point[]): number => all.reduce((total, { value }) => total + value, 0);
  const last = sum(recent);
  // Per hour that was observed: a monitor that was off half of the week has seen half of what happened.
  const usual = (sum(before) / before.length) * recent.length;
  if (last < least || last < TIMES * usual || last < usual + UNUSUAL * Math.sqrt(usual + 1)) return null;
  const from = before[0]?.at ?? now;
  const daily = (sum(before) / before.length) * 24;
  return {
    from,
    say: (noun) =>
      `${plural(last, noun)} in the last 24 hours; in the ${formatDuration(now - DAY - from)} before it was ${number(daily)} a day.`,
  };
}

/**
 * By how much a count rose in each hour. Where it is much smaller than before it has begun again at zero, a little less was
 * taken back; what rose over a gap may have done so at any time in it, and is left out.
 */
function risesOf({ at, max }: Hours): Point[] {
  const rises: Point[] = [];
  max.forEach((value, index) => {
    const before = max[index - 1] ?? null;
    const time = at[index];
    if (value === null || before === null || time === undefined) return;
    rises.push({ at: time, value: value >= before ? value - before : value > before / 2 ? 0 : value });
  });
  return rises;
}

/** Two significant digits where it is small, none behind the point where it is not. */
function number(value: number): string {
  return String(
    Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(2 + (Math.abs(value) >= 10 ? 1 : 0))),
  );
}
