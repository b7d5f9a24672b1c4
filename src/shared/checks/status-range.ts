/** HTTP statuses from one to another, both included. */
export type StatusRange = readonly [from: number, to: number];

const PIECE = /^([1-5])xx$|^([1-5]\d\d)(?:\s*-\s*([1-5]\d\d))?$/i;

/**
 * Reads which statuses are right: `200-299`, `200, 204, 301-302`, `2xx`.
 *
 * @returns undefined where it cannot be read.
 */
export function parseStatusRanges(text: string): StatusRange[] | undefined {
  const ranges: StatusRange[] = [];
  for (const piece of text.split(',')) {
    const [whole, hundreds, from, to = from] = PIECE.exec(piece.trim()) ?? [];
    if (whole === undefined) return undefined;
    const range: StatusRange =
      hundreds === undefined ? [Number(from), Number(to)] : [Number(hundreds) * 100, Number(hundreds) * 100 + 99];
    if (range[0] > range[1]) return undefined;
    ranges.push(range);
  }
  return ranges;
}

/** Whether a status is one of those that `text` names. */
export function isStatusIn(status: number, text: string): boolean {
  return (parseStatusRanges(text) ?? []).some(([from, to]) => status >= from && status <= to);
}
