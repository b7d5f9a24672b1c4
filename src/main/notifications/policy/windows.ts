import { DateTime } from 'luxon';
import type { MuteWindow, Weekday } from '../../../shared/notification-settings.ts';

/** Luxon's weekday numbers, Monday first. */
const DAYS: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** How a window stands at a moment. Times are milliseconds since the epoch. */
export interface WindowTimes {
  open: boolean;
  /** When it closes, where it is open. */
  until: number | null;
  /** When it opens next; null where it never does. */
  next: number | null;
}

/**
 * Whether a window is open at `now`, in its own time zone or else this machine's. On the days when clocks change, a time
 * of day that does not exist is taken for the one an hour later, and one that exists twice for the first of the two.
 */
export function windowTimes({ schedule, time_zone, enabled }: MuteWindow, now: number): WindowTimes {
  if (!enabled) return { open: false, until: null, next: null };
  const zone = time_zone ?? 'local';
  const spans =
    schedule.repeat === 'once'
      ? [[DateTime.fromISO(schedule.starts, { zone }), DateTime.fromISO(schedule.ends, { zone })] as const]
      : weekly(schedule, DateTime.fromMillis(now, { zone }));
  let until: number | null = null;
  let next: number | null = null;
  for (const [start, end] of spans) {
    const [from, to] = [start.toMillis(), end.toMillis()];
    if (from <= now && now < to) until = Math.max(until ?? 0, to);
    else if (from > now) next = Math.min(next ?? Infinity, from);
  }
  return { open: until !== null, until, next };
}

/** Every opening from yesterday's, which may reach over midnight, to this day of next week. */
function weekly(
  { days, from, to }: Extract<MuteWindow['schedule'], { repeat: 'weekly' }>,
  now: DateTime,
): (readonly [DateTime, DateTime])[] {
  const at = (day: DateTime, time: string): DateTime => {
    const [hour = 0, minute = 0] = time.split(':').map(Number);
    return day.set({ hour, minute });
  };
  const today = now.startOf('day');
  const spans: (readonly [DateTime, DateTime])[] = [];
  for (let offset = -1; offset <= 7; offset += 1) {
    const day = today.plus({ days: offset });
    const name = DAYS[day.weekday - 1];
    if (name === undefined || !days.includes(name)) continue;
    spans.push([at(day, from), at(to <= from ? day.plus({ days: 1 }) : day, to)]);
  }
  return spans;
}
