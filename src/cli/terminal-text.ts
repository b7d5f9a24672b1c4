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

/** JSON that means the same and is safe to print: `JSON.stringify` leaves some control characters as they are. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
