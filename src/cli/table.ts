import { printable } from './terminal-text.ts';

/** No column but the last becomes wider than this. */
const WIDEST = 40;

/**
 * Rows in columns, with a line of headings. Text of others is made safe to print.
 *
 * @param width of the terminal; what is wider is cut at the end of a line. Undefined where nobody looks at it: nothing is cut.
 */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  width: number | undefined,
): string {
  const safe = [headings, ...rows].map((row) => row.map(printable));
  const widths = headings.map((_heading, column) =>
    Math.min(WIDEST, Math.max(...safe.map((row) => row[column]?.length ?? 0))),
  );
  return safe
    .map((row) => {
      const last = row.length - 1;
      const line = row
        .map((cell, column) => (column === last ? cell : cell.padEnd(widths[column] ?? 0)))
        .join('  ')
        .trimEnd();
      return width !== undefined && line.length > width ? `${line.slice(0, Math.max(0, width - 1))}…` : line;
    })
    .join('\n');
}
