import { stringify } from 'csv-stringify/sync';
import type { Row } from './export-rows.ts';

/**
 * A table as spreadsheets read it: RFC 4180, with a header. Text of others that a spreadsheet would calculate (`=HYPERLINK(…)`)
 * gets an apostrophe before it; numbers stay numbers.
 *
 * @param bom whether it begins with the mark by which spreadsheets know UTF-8. A program that reads it would rather not have it.
 */
export function toCsv(columns: readonly string[], rows: readonly Row[], { bom = false } = {}): string {
  return stringify([...rows], {
    header: true,
    columns: [...columns],
    bom,
    escape_formulas: true,
    record_delimiter: 'windows',
    cast: { boolean: (value) => (value ? 'yes' : 'no') },
  });
}
