import { DAY, dayStart, type Span, spanBefore } from './spans.ts';

export const PAIRS = ['today', '7d', '30d', 'month'] as const;
export type Pair = (typeof PAIRS)[number];

export const PAIR_WORDS: Readonly<Record<Pair, string>> = {
  today: 'Today and yesterday',
  '7d': '7 days and the 7 before',
  '30d': '30 days and the 30 before',
  month: 'This month and the last',
};

/** Two spans that are compared: `a` is the later one. */
export interface Periods {
  a: Span;
  b: Span;
}

/** The month that begins `back` months before the one of `time`. */
function month(time: number, back: number): Span {
  const date = new Date(time);
  const begin = (months: number): number => new Date(date.getFullYear(), date.getMonth() - months, 1).getTime();
  return { from: begin(back), to: begin(back - 1) };
}

/** What a pair means at this moment. A day or month that is not over is compared with as much of the one before. */
export function resolvePair(pair: Pair, now: number): Periods {
  switch (pair) {
    case 'today': {
      const [today, yesterday] = [dayStart(now), dayStart(now, 1)];
      const a = { from: today, to: Math.max(now, today + 60_000) };
      return { a, b: { from: yesterday, to: Math.min(today, yesterday + (a.to - a.from)) } };
    }
    case 'month': {
      const [current, last] = [month(now, 0), month(now, 1)];
      const a = { from: current.from, to: Math.max(now, current.from + 60_000) };
      return { a, b: { from: last.from, to: Math.min(last.to, last.from + (a.to - a.from)) } };
    }
    default: {
      const a = { from: now - Number.parseInt(pair) * DAY, to: now };
      return { a, b: spanBefore(a) };
    }
  }
}
