/** Units as they are written and read, the largest first. */
const UNITS: readonly [unit: string, seconds: number][] = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
];

/** What a person may write for each unit. */
const WORDS: ReadonlyMap<string, number> = new Map(
  (
    [
      [604_800, ['w', 'wk', 'week', 'weeks']],
      [86_400, ['d', 'day', 'days']],
      [3_600, ['h', 'hr', 'hrs', 'hour', 'hours']],
      [60, ['m', 'min', 'mins', 'minute', 'minutes']],
      [1, ['s', 'sec', 'secs', 'second', 'seconds']],
      [0.001, ['ms', 'millisecond', 'milliseconds']],
    ] as const
  ).flatMap(([seconds, words]) => words.map((word): [string, number] => [word, seconds])),
);

const PART = /(\d+(?:[.,]\d+)?)\s*([a-z]*)/gy;

/**
 * Reads a length of time: `5 min`, `1 h 30 min`, `1h30m`, `1.5 hours`, `90` (seconds).
 *
 * @returns seconds; undefined for what is none.
 */
export function parseDuration(text: string): number | undefined {
  const rest = text
    .trim()
    .toLowerCase()
    .replace(/\band\b/g, ' ');
  if (rest === 'never' || rest === 'none' || rest === 'off') return 0;
  let [total, at, last] = [0, 0, Infinity];
  const parts = rest.split(/(?<=[a-z])(?=\d)|\s+(?=\d)/);
  for (const part of parts) {
    PART.lastIndex = 0;
    const match = PART.exec(part.trim());
    if (match === null || match[0].length !== part.trim().length) return undefined;
    const [, amount = '', word = ''] = match;
    // A bare number is seconds, and only where nothing else stands.
    const seconds = word === '' ? (parts.length === 1 ? 1 : undefined) : WORDS.get(word);
    if (seconds === undefined || seconds >= last) return undefined;
    last = seconds;
    total += Number(amount.replace(',', '.')) * seconds;
    at += 1;
  }
  if (at === 0 || !Number.isFinite(total)) return undefined;
  // 0.1 h is 360 s, not 360.00000000000006.
  return Number(total.toFixed(6));
}

/** Seconds as a person reads them, with nothing left out: `1 d 2 h 3 min 4 s`, `1.5 s`. What it writes `parseDuration` reads. */
export function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return String(seconds);
  let rest = seconds;
  const parts: string[] = [];
  for (const [unit, length] of UNITS) {
    const count = unit === 's' ? Number(rest.toFixed(6)) : Math.floor(rest / length);
    rest -= count * length;
    if (count > 0) parts.push(`${count} ${unit}`);
  }
  return parts.length === 0 ? '0 s' : parts.join(' ');
}
