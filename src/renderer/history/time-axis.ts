import { DAY, HOUR, MINUTE, type Span } from './spans.ts';

export interface Tick {
  at: number;
  label: string;
  /** A new day, month or year begins with it: it is drawn stronger. */
  major: boolean;
}

const CLOCK_STEPS = [
  ...[1000, 2000, 5000, 10_000, 15_000, 30_000],
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  HOUR,
];
const HOUR_STEPS = [2, 3, 6, 12];
const DAY_STEPS = [1, 2, 7, 14];
const MONTH_STEPS = [1, 3, 6, 12, 24, 60];

const local = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => new Intl.DateTimeFormat(undefined, options);
const clock = local({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const clockSeconds = local({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const day = local({ day: 'numeric', month: 'short' });
const month = local({ month: 'short' });

const offset = (time: number): number => new Date(time).getTimezoneOffset() * MINUTE;
const isMidnight = (time: number): boolean => {
  const date = new Date(time);
  return date.getHours() === 0 && date.getMinutes() === 0 && date.getSeconds() === 0;
};

/** Steps of an hour or less keep their distance where the clock is set: an hour that comes twice has both its ticks. */
function* evenTicks({ from, to }: Span, step: number): Generator<number> {
  const shift = offset(from);
  for (let at = Math.ceil((from - shift) / step) * step + shift; at < to; at += step) yield at;
}

/** Longer steps go by the calendar: a day's ticks stand at the same hours whatever its length. */
function* calendarTicks({ from, to }: Span, part: (date: Date, index: number) => Date): Generator<number> {
  const begin = new Date(from);
  let last = -Infinity;
  for (let index = 0; ; index += 1) {
    const at = part(begin, index).getTime();
    if (at >= to) return;
    // An hour that is left out by the clock is the next one's tick, too.
    if (at >= from && at > last) yield at;
    last = Math.max(last, at);
  }
}

function clockTicks(span: Span, step: number): Tick[] {
  const format = step < MINUTE ? clockSeconds : clock;
  return [...evenTicks(span, step)].map((at) => {
    const major = isMidnight(at);
    return { at, label: (major ? day : format).format(at), major };
  });
}

function hourTicks(span: Span, hours: number): Tick[] {
  const part = (begin: Date, index: number): Date =>
    new Date(begin.getFullYear(), begin.getMonth(), begin.getDate(), index * hours);
  return [...calendarTicks(span, part)].map((at) => {
    const major = isMidnight(at);
    return { at, label: (major ? day : clock).format(at), major };
  });
}

function dayTicks(span: Span, days: number): Tick[] {
  // Weeks begin on Monday; every second day is counted from a Monday, too, so that ticks stay when the span moves.
  const part = (begin: Date, index: number): Date => {
    const since = Math.floor((Date.UTC(begin.getFullYear(), begin.getMonth(), begin.getDate()) / DAY - 4) % days);
    return new Date(begin.getFullYear(), begin.getMonth(), begin.getDate() - (since + days) + index * days);
  };
  return [...calendarTicks(span, part)].map((at) => ({
    at,
    label: day.format(at),
    major: new Date(at).getDay() === 1 && days < 7,
  }));
}

function monthTicks(span: Span, months: number): Tick[] {
  const part = (begin: Date, index: number): Date => {
    const first = begin.getFullYear() * 12 + begin.getMonth();
    return new Date(0, first - (first % months) + index * months - 1900 * 12, 1);
  };
  return [...calendarTicks(span, part)].map((at) => {
    const date = new Date(at);
    const major = date.getMonth() === 0;
    return { at, label: major ? String(date.getFullYear()) : month.format(at), major };
  });
}

/**
 * The ticks of an axis in local time: at round times, days and months, right where the clock is set back or forward.
 *
 * @param most how many fit.
 */
export function timeTicks(span: Span, most: number): Tick[] {
  const length = span.to - span.from;
  if (!(length > 0) || most < 1) return [];
  const even = CLOCK_STEPS.find((step) => length / step <= most);
  if (even !== undefined) return clockTicks(span, even);
  const hours = HOUR_STEPS.find((step) => length / (step * HOUR) <= most);
  if (hours !== undefined) return hourTicks(span, hours);
  const days = DAY_STEPS.find((step) => length / (step * DAY) <= most);
  if (days !== undefined) return dayTicks(span, days);
  const months = MONTH_STEPS.find((step) => length / (step * 30 * DAY) <= most) ?? 120;
  return monthTicks(span, months);
}
