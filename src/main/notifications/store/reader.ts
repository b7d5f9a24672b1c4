import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from './connection.ts';
import { DATABASE_FILE, examine } from './database.ts';
import { findDecision, findTrace } from './decisions.ts';
import { DocumentReader } from './documents.ts';
import { DeliveryLog } from './log.ts';
import { MIGRATIONS } from './schema.ts';
import type { Store } from './store.ts';
import { troubleOf } from './trouble.ts';

/**
 * What another process may look at while the monitor writes. Each of these throws an Error with a sentence where the file
 * cannot be read any more.
 */
export interface ReadOnlyStore extends Pick<Store, 'deliveries' | 'decision' | 'traceOf' | 'loadStates' | 'getMeta'> {
  close(): void;
}

/**
 * Opens the delivery log of a data folder for reading, without getting in the way of the process that writes it.
 *
 * @returns undefined where nothing has been notified yet.
 * @throws Error with a sentence for a person where it cannot be read.
 */
export function openReadOnly(dataDir: string): ReadOnlyStore | undefined {
  const file = join(dataDir, DATABASE_FILE);
  if (!existsSync(file)) return undefined;
  const connection = inWords(file, () => new Connection(file, { readOnly: true }));
  const close = (): void => connection.close();
  try {
    const version = inWords(file, () => examine(connection, file, { thorough: false }));
    if (version === 0) {
      close();
      return undefined;
    }
    if (version < MIGRATIONS.length) {
      throw new Error(`${file} is of an older version. Start the monitor once to bring it up to date.`);
    }
  } catch (error) {
    close();
    throw error;
  }
  const log = new DeliveryLog(connection);
  const documents = new DocumentReader(connection);
  return {
    deliveries: (query) => inWords(file, () => log.deliveries(query)),
    decision: (id) => inWords(file, () => findDecision(connection, id)),
    traceOf: (id) => inWords(file, () => findTrace(connection, id)),
    loadStates: () => inWords(file, () => documents.loadStates()),
    getMeta: (key) => inWords(file, () => documents.getMeta(key)),
    close,
  };
}

function inWords<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const trouble = troubleOf(error);
    throw trouble === undefined ? error : new Error(`${file} cannot be read: ${trouble.message}.`, { cause: error });
  }
}
