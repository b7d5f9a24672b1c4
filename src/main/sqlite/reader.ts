import { existsSync } from 'node:fs';
import { Connection } from './connection.ts';
import { examine, type Form } from './database.ts';
import { troubleOf } from './trouble.ts';

/**
 * Opens a database for reading, without getting in the way of the process that writes it.
 *
 * @returns undefined where there is none yet.
 * @throws Error with a sentence for a person where it cannot be read.
 */
export function openToRead(file: string, form: Form): Connection | undefined {
  if (!existsSync(file)) return undefined;
  const connection = inWords(file, () => new Connection(file, { readOnly: true }));
  try {
    const version = inWords(file, () => examine(connection, file, form, { thorough: false }));
    if (version === form.migrations.length) return connection;
    if (version > 0) throw new Error(`${file} is of an older version. Start the monitor once to bring it up to date.`);
  } catch (error) {
    connection.close();
    throw error;
  }
  connection.close();
  return undefined;
}

/** Carries out what reads `file`. @throws Error that names it, with the cause in words, where that fails. */
export function inWords<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const trouble = troubleOf(error);
    throw trouble === undefined ? error : new Error(`${file} cannot be read: ${trouble.message}.`, { cause: error });
  }
}
