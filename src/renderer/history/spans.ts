/** A span of time, ms since the epoch; it does not hold `to`. */
export interface Span {
  from: number;
  to: number;
}

/** What a person chose: a length up to now, which goes on with the clock, or a span that stands still. */
export type SpanChoice = { kind: Preset } | ({ kind: 'custom' } & Span);

export const PRESETS = ['today', '24h', '7d', '30d', '90d', 'month'] as const;
export type Preset = (typeof PRESETS)[number];

export const PRESET_WORDS: Readonly<Record<Preset, string>> = {
  today: 'Today',
  '24h': '24 hours',
  '7d': '7 days',
  '30d': '30 days',
  '90d': '90 days',
  month: 'This month',
};

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Closer than this there is nothing more to see: a status is judged by the second. */
export const SHORTEST = 2 * MINUTE;
/** No history goes back further, and no axis has to show more. */
export const LONGEST = 10 * 366 * DAY;

/** Local midnight of the day that is `days` before the one of `time`: a day may have 23 or 25 hours. */
export function dayStart(time: number, days = 0): number {
  const date = new Date(time);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() - days).getTime();
}

/** The span that a choice means at this moment. */
export function resolveSpan(choice: SpanChoice, now: number): Span {
  switch (choice.kind) {
    case 'custom':
      return { from: choice.from, to: choice.to };
    case 'today':
      // Just after midnight there would be nothing to see.
      return { from: Math.min(dayStart(now), now - SHORTEST), to: now };
    case 'month': {
      const date = new Date(now);
      return { from: Math.min(new Date(date.getFullYear(), date.getMonth(), 1).getTime(), now - SHORTEST), to: now };
    }
    case '24h':
      return { from: now - DAY, to: now };
    default:
      return { from: now - Number.parseInt(choice.kind) * DAY, to: now };
  }
}

/** Whether a choice goes on with the clock. */
export function isLive(choice: SpanChoice): boolean {
  return choice.kind !== 'custom';
}

/** Keeps a span between the beginning of time and a little after now, and its length within bounds. */
export function clampSpan({ from, to }: Span, now: number): Span {
  const length = Math.min(LONGEST, Math.max(SHORTEST, to - from));
  const middle = (from + to) / 2;
  const end = Math.min(Math.round(middle + length / 2), now);
  const start = Math.max(0, end - Math.round(length));
  return { from: start, to: start + Math.round(length) };
}

/**
 * Makes a span longer or shorter around a moment that stays where it is.
 *
 * @param factor less than 1 shows less time, in more detail.
 */
export function zoomSpan({ from, to }: Span, factor: number, around: number, now: number): Span {
  const length = to - from;
  const wanted = Math.min(LONGEST, Math.max(SHORTEST, length * factor));
  const scale = wanted / length;
  return clampSpan({ from: around - (around - from) * scale, to: around + (to - around) * scale }, now);
}

/** Moves a span by a share of its length: -0.5 goes half of it back. It never leads into the future. */
export function panSpan({ from, to }: Span, share: number, now: number): Span {
  const by = (to - from) * share;
  return clampSpan({ from: from + by, to: to + by }, now);
}

/** The span of the same length that ends where this one begins. */
export function spanBefore({ from, to }: Span): Span {
  const start = Math.max(0, from - (to - from));
  return { from: start, to: Math.max(from, start + 1) };
}

/** Into how many parts a span is cut for so many pixels; each is at least a second. */
export function partsFor(width: number, pixels: number, { from, to }: Span): number {
  const parts = Math.round(width / pixels);
  return Math.max(1, Math.min(2000, parts, Math.floor((to - from) / 1000)));
}

/** A moment as the field of a form has it, in local time: `2026-11-24T14:03`. */
export function fieldTime(time: number): string {
  const date = new Date(time);
  const two = (value: number): string => String(value).padStart(2, '0');
  const year = String(date.getFullYear()).padStart(4, '0');
  return `${year}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/**
 * The span that two fields of a form name.
 * @returns a sentence where they name none.
 */
export function spanOfFields(from: string, to: string, now: number): Span | string {
  // Without a zone the parser takes it as local time, which is what the field shows.
  const [start, end] = [Date.parse(from), Date.parse(to)];
  if (Number.isNaN(start) || Number.isNaN(end)) return 'Both times must be filled in.';
  if (start < 0) return 'There is no history from before 1970.';
  if (start >= now) return 'It begins in the future.';
  if (end - start < SHORTEST) return 'The end must be at least 2 minutes after the beginning.';
  if (end - start > LONGEST) return 'That is more than 10 years.';
  return { from: start, to: end };
}
