import { DiskTrouble } from '../sqlite/trouble.ts';

/*
 * What comes out of the database is checked column by column. The tables are STRICT, so nothing else should ever come; if it
 * does, that is no reason to set the file aside. Thousands of rows are read for one answer, which is why no schema library
 * does it.
 */

const damaged = (what: string): never => {
  throw new DiskTrouble('unavailable', `it holds ${what} where there must be something else`);
};

export function integer(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : damaged(typeof value);
}

export function real(value: unknown): number {
  return typeof value === 'number' ? value : damaged(typeof value);
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : damaged(typeof value);
}

export function bytes(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : damaged(typeof value);
}

/** Null stays null. */
export function maybe<T>(value: unknown, read: (value: unknown) => T): T | null {
  return value === null || value === undefined ? null : read(value);
}
