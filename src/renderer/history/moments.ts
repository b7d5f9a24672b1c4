import { DAY, MINUTE, type Span } from './spans.ts';

const local = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => new Intl.DateTimeFormat(undefined, options);
const date = local({ weekday: 'short', day: 'numeric', month: 'short' });
const dateAndYear = local({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
const clock = local({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const exactClock = local({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const zoneName = local({ timeZoneName: 'short' });

/** The zone's short name at a moment: `CET`, `GMT+1`. */
export function zoneAt(time: number): string {
  return zoneName.formatToParts(time).find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

/** The zone that all times here are told in: `Europe/Berlin`. */
export function zone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Whether the clock is set between two moments: a time of day alone may then mean two of them. */
export function clockIsSet({ from, to }: Span): boolean {
  const first = new Date(from).getTimezoneOffset();
  // It is set twice a year: where both ends agree, half a year between them may still hide it.
  for (let at = from; at < to; at += 30 * DAY) if (new Date(at).getTimezoneOffset() !== first) return true;
  return new Date(to).getTimezoneOffset() !== first;
}

const sameDay = (a: number, b: number): boolean => new Date(a).toDateString() === new Date(b).toDateString();
const sameYear = (a: number, b: number): boolean => new Date(a).getFullYear() === new Date(b).getFullYear();

/** `Tue, 24 Nov`, with the year where it is another one than now. */
export function dayText(time: number, now: number): string {
  return (sameYear(time, now) ? date : dateAndYear).format(time);
}

/** `14:03`, or `Tue, 24 Nov, 14:03` on another day than now. */
export function momentText(time: number, now: number): string {
  return sameDay(time, now) ? clock.format(time) : `${dayText(time, now)}, ${clock.format(time)}`;
}

/** A part of an axis in words: `Tue, 24 Nov, 14:00–14:30`; with the zone where the clock is set nearby. */
export function partText({ from, to }: Span, now: number): string {
  const format = to - from < 2 * MINUTE ? exactClock : clock;
  const whole = to - from >= DAY - 2 * 60 * MINUTE && new Date(from).getHours() === 0 && new Date(to).getHours() === 0;
  if (whole && sameDay(from, to - 1)) return dayText(from, now);
  const named = clockIsSet({ from: from - DAY / 4, to: to + DAY / 4 });
  const name = named ? ` ${zoneAt(from)}` : '';
  const endName = named && zoneAt(to) !== zoneAt(from) ? ` ${zoneAt(to)}` : '';
  if (sameDay(from, to)) {
    return `${dayText(from, now)}, ${format.format(from)}${endName === '' ? '' : name}–${format.format(to)}${endName || name}`;
  }
  return `${dayText(from, now)}, ${format.format(from)}${name} – ${dayText(to, now)}, ${format.format(to)}${endName || name}`;
}

/** A time of day, with seconds where what is told apart is that close; with the zone where the clock is set nearby. */
export function clockText(time: number, step: number): string {
  const named = clockIsSet({ from: time - DAY / 4, to: time + DAY / 4 });
  return `${(step < 2 * MINUTE ? exactClock : clock).format(time)}${named ? ` ${zoneAt(time)}` : ''}`;
}

/** One moment of a chart: `Tue, 24 Nov, 14:03:20`. */
export function pointText(time: number, step: number, now: number): string {
  return `${dayText(time, now)}, ${clockText(time, step)}`;
}
