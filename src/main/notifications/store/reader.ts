import { join } from 'node:path';
import { inWords, openToRead } from '../../sqlite/reader.ts';
import { DATABASE_FILE, FORM } from './database.ts';
import { findDecision, findTrace } from './decisions.ts';
import { DocumentReader } from './documents.ts';
import { DeliveryLog } from './log.ts';
import { type HandlerRecord, handlerRecords } from './handler-records.ts';
import type { Store } from './store.ts';

/**
 * What another process may look at while the monitor writes. Each of these throws an Error with a sentence where the file
 * cannot be read any more.
 */
export interface ReadOnlyStore extends Pick<Store, 'deliveries' | 'decision' | 'traceOf' | 'loadStates' | 'getMeta'> {
  handlers(): HandlerRecord[];
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
  const connection = openToRead(file, FORM);
  if (connection === undefined) return undefined;
  const log = new DeliveryLog(connection);
  const documents = new DocumentReader(connection);
  return {
    deliveries: (query) => inWords(file, () => log.deliveries(query)),
    decision: (id) => inWords(file, () => findDecision(connection, id)),
    traceOf: (id) => inWords(file, () => findTrace(connection, id)),
    loadStates: () => inWords(file, () => documents.loadStates()),
    handlers: () => inWords(file, () => handlerRecords(connection)),
    getMeta: (key) => inWords(file, () => documents.getMeta(key)),
    close: () => connection.close(),
  };
}
