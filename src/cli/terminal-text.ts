import { stripVTControlCharacters } from 'node:util';

/**
 * Text from a file, safe to print: one line, without escape sequences, control characters or marks that turn the direction
 * of writing, so that a service's message cannot pretend to be output of ours.
 */
export function printable(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ')
    .trim();
}
