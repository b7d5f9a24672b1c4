import type { MuteWindow, Weekday } from '../../shared/notification-settings.ts';
import { WORST_FIRST } from '../../shared/status.ts';
import { patternList } from './rules.ts';
import { andList } from './words.ts';

/*
 * When a window is open, for the form that is being edited. The monitor decides by its own clock and its own reckoning
 * (the same, and tested to be); this is so that a person sees at once what the times mean that they enter.
 */

export interface WindowTimes {
  open: boolean;
  /** When it closes, where it is open; milliseconds since the epoch, both. */
  until: number | null;
  /** When it opens next; null where it never does. */
  next: number | null;
}

interface Span {
  from: number;
  to: number;
}

const DAY = 86_400_000;
const MINUTE = 60_000;
export const DAYS: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
export const DAY_WORDS: Readonly<Record<Weekday, string>> = {
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
};
const SHORT: Readonly<Record<Weekday, string>> = {
  mon: 'Mon',
  tue: 'Tue',
  wed: 'Wed',
  thu: 'Thu',
  fri: 'Fri',
  sat: 'Sat',
  sun: 'Sun',
};

const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en', {
      timeZone: zone,
      hourCycle: 'h23',
      ...({ year: 'numeric', month: 'numeric', day: 'numeric' } as const),
      ...({ hour: 'numeric', minute: 'numeric', second: 'numeric' } as const),
    });
    formats.set(zone, format);
  }
  return format;
}

/** What clocks in a zone show at a moment, as if they showed UTC. */
function wallTime(moment: number, zone: string): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatFor(zone).formatToParts(moment)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

const offsetAt = (moment: number, zone: string): number => wallTime(moment, zone) - Math.floor(moment / 1000) * 1000;

/**
 * The moment at which clocks in a zone show a time (given as if it were UTC). A time that the clocks skip is taken for as
 * much later, one that they show twice for the first of the two.
 */
function momentOf(wall: number, zone: string): number {
  // Offsets a day before and after: what changes on that day lies between them.
  const [before, after] = [offsetAt(wall - DAY, zone), offsetAt(wall + DAY, zone)];
  const early = wall - before;
  if (offsetAt(early, zone) === before) return early;
  const late = wall - after;
  return offsetAt(late, zone) === after ? late : early;
}

/** `2026-12-24T18:00` as if it were UTC. */
const readMoment = (text: string): number => Date.parse(`${text}:00Z`);

function minutesOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return hour * 60 + minute;
}

function spansAround(schedule: MuteWindow['schedule'], now: number, zone: string): Span[] {
  if (schedule.repeat === 'once') {
    const [from, to] = [readMoment(schedule.starts), readMoment(schedule.ends)];
    if (Number.isNaN(from) || Number.isNaN(to)) return [];
    return [{ from: momentOf(from, zone), to: momentOf(to, zone) }];
  }
  const [from, to] = [minutesOf(schedule.from), minutesOf(schedule.to)];
  const wall = wallTime(now, zone);
  const today = wall - (((wall % DAY) + DAY) % DAY);
  const spans: Span[] = [];
  // From yesterday's, which may reach over midnight, to this day of next week.
  for (let offset = -1; offset <= 7; offset += 1) {
    const day = today + offset * DAY;
    const name = DAYS[(new Date(day).getUTCDay() + 6) % 7];
    if (name === undefined || !schedule.days.includes(name)) continue;
    const end = (to <= from ? day + DAY : day) + to * MINUTE;
    spans.push({ from: momentOf(day + from * MINUTE, zone), to: momentOf(end, zone) });
  }
  return spans;
}

/** This computer's time zone. */
export function localZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/**
 * Whether a window is open at `now`, and when that changes.
 *
 * @param zone what holds where the window names none.
 */
export function windowTimes(
  { schedule, time_zone, enabled }: Pick<MuteWindow, 'schedule' | 'time_zone' | 'enabled'>,
  now: number,
  zone = localZone(),
): WindowTimes {
  if (!enabled) return { open: false, until: null, next: null };
  let spans: Span[];
  try {
    spans = spansAround(schedule, now, time_zone ?? zone);
  } catch {
    // A time zone that is half typed in: nothing can be said of it yet.
    return { open: false, until: null, next: null };
  }
  const open = spans.filter(({ from, to }) => from <= now && now < to);
  const later = spans.filter(({ from }) => from > now);
  return {
    open: open.length > 0,
    until: open.length > 0 ? Math.max(...open.map(({ to }) => to)) : null,
    next: later.length > 0 ? Math.min(...later.map(({ from }) => from)) : null,
  };
}

/** A moment as a field for date and time has it, in a time zone: `2026-12-24T18:00`. */
export function localMoment(moment: number, zone = localZone()): string {
  return new Date(wallTime(moment, zone)).toISOString().slice(0, 16);
}

/**
 * A maintenance window from now on. It names the time zone that its times are in, so that it holds even where the monitor
 * runs in another one.
 */
export function maintenanceFor(minutes: number, services: string[], now: number, zone = localZone()): MuteWindow {
  const starts = Math.floor(now / MINUTE) * MINUTE;
  // It began with the minute, so it ends with the next one: never shorter than what was asked for.
  const ends = Math.ceil(now / MINUTE) * MINUTE + minutes * MINUTE;
  // In the hour that clocks show twice no time of theirs says which of the two is meant.
  const clear = [starts, ends].every((moment) => momentOf(wallTime(moment, zone), zone) === moment);
  const said = clear ? zone : 'UTC';
  return {
    name: `Maintenance${services.length === 0 ? '' : ` of ${andList(services.slice(0, 3))}`}`.slice(0, 80),
    enabled: true,
    services,
    tags: [],
    except: [],
    time_zone: said,
    schedule: { repeat: 'once', starts: localMoment(starts, said), ends: localMoment(ends, said) },
  };
}

/** `Mon–Fri`, `Sat and Sun`, `every day`. */
export function daysInWords(days: readonly Weekday[]): string {
  const chosen = DAYS.filter((day) => days.includes(day));
  const [first, last] = [chosen[0], chosen.at(-1)];
  if (first === undefined || last === undefined) return 'on no day';
  if (chosen.length === 7) return 'every day';
  const inARow = DAYS.indexOf(last) - DAYS.indexOf(first) === chosen.length - 1;
  if (inARow && chosen.length > 2) return `${SHORT[first]}–${SHORT[last]}`;
  return andList(chosen.map((day) => SHORT[day]));
}

/** When, in plain words: `Mon–Fri from 22:00 until 07:00 the next morning`. */
export function scheduleInWords(schedule: MuteWindow['schedule']): string {
  if (schedule.repeat === 'once') {
    return `Once, from ${schedule.starts.replace('T', ' ')} until ${schedule.ends.replace('T', ' ')}`;
  }
  const { days, from, to } = schedule;
  const when = daysInWords(days);
  const next = to <= from ? ` the next ${to <= '12:00' ? 'morning' : 'day'}` : '';
  return `${when.charAt(0).toUpperCase()}${when.slice(1)} from ${from} until ${to}${next}`;
}

/** What a window does, in plain words. */
export function windowSentence(window: MuteWindow): string {
  const except = WORST_FIRST.filter((status) => window.except.includes(status));
  const who = patternList(window.services, window.tags) || 'any service';
  const unless = except.length === 0 ? '' : `, except when it is ${andList(except, 'or')}`;
  const zone = window.time_zone === undefined ? '' : ` (${window.time_zone})`;
  return `${scheduleInWords(window.schedule)}${zone}, nobody is told of ${who}${unless}. What happens is told when it is over.`;
}
