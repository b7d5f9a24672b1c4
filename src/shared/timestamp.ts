const HOUR = 3_600_000;
/** A writer stamps a file before the file system does; a second covers that and coarse file times. */
const SAME_INSTANT = 1_000;
const DATE = /^\d{4}-\d\d-\d\d$/;
const DATE_TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?) ?(?:([zZ])|([+-]\d\d)(?::?(\d\d))?)?$/;

/**
 * Reads an ISO 8601 time as the services write it. Without a zone it is this machine's local time (COMPATIBILITY,
 * "Timestamps"); with one, that zone's.
 *
 * A local time in the hour that the end of summer time repeats names two moments. `near` (usually when the file was
 * written, in milliseconds since the epoch) decides between them: the later of the two that is not after `near`.
 *
 * @returns milliseconds since the epoch, or undefined where the text is not a time.
 */
export function parseTimestamp(text: string, near?: number): number | undefined {
  const trimmed = text.trim();
  // A date alone would be read as UTC by Date.parse, but here it is local like every other time without a zone.
  if (DATE.test(trimmed)) return valid(Date.parse(`${trimmed}T00:00:00`));
  const match = DATE_TIME.exec(trimmed);
  if (match === null) return undefined;
  const [, day = '', clock = '', utc, hours, minutes] = match;
  const zone = utc === undefined ? (hours === undefined ? '' : `${hours}:${minutes ?? '00'}`) : 'Z';
  const time = valid(Date.parse(`${day}T${clock.replace(',', '.')}${zone}`));
  return time === undefined || zone !== '' || near === undefined ? time : ofRepeatedHour(time, near);
}

function valid(time: number): number | undefined {
  return Number.isNaN(time) ? undefined : time;
}

/** Date.parse takes the first of two equal local times; this takes the second where it fits `near`. */
function ofRepeatedHour(time: number, near: number): number {
  // Lord Howe Island's clocks move by half an hour, everybody else's by a whole one.
  for (const later of [time + HOUR, time + HOUR / 2]) {
    if (later <= near + SAME_INSTANT && sameWallClock(new Date(time), new Date(later))) return later;
  }
  return time;
}

function sameWallClock(a: Date, b: Date): boolean {
  return a.getHours() === b.getHours() && a.getMinutes() === b.getMinutes() && a.getDate() === b.getDate();
}

/**
 * Writes a time as Python's `datetime.now().isoformat()` does: local, no zone, microseconds (whose last three digits
 * are always 0 here, since the clock gives milliseconds).
 *
 * @param time milliseconds since the epoch.
 */
export function formatNaiveLocal(time: number): string {
  const date = new Date(time);
  const digits = (value: number, width = 2): string => String(value).padStart(width, '0');
  const day = `${digits(date.getFullYear(), 4)}-${digits(date.getMonth() + 1)}-${digits(date.getDate())}`;
  const clock = `${digits(date.getHours())}:${digits(date.getMinutes())}:${digits(date.getSeconds())}`;
  return `${day}T${clock}.${digits(date.getMilliseconds(), 3)}000`;
}
