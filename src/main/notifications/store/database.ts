import type { Connection } from '../../sqlite/connection.ts';
import { type Form, openOnDisk as open } from '../../sqlite/database.ts';
import { refusalOf } from '../../sqlite/trouble.ts';
import { bringIntoOrder } from './copy.ts';
import { APPLICATION_ID, COLUMNS, MIGRATIONS } from './schema.ts';

/** The name of the file in the data folder. */
export const DATABASE_FILE = 'notifications.db';

export const FORM: Form = {
  applicationId: APPLICATION_ID,
  migrations: MIGRATIONS,
  columns: COLUMNS,
  alwaysChecked: ['state', 'meta', 'staged', 'handler'],
};

/**
 * Opens or makes the database, checks it and brings it to this version. After a power failure its last commits may be
 * missing. That costs nothing that matters: the policy's state is in the same commits as the messages that follow from it,
 * so what was forgotten is decided again, and told.
 *
 * @throws DiskTrouble, or what SQLite throws where this program is at fault.
 */
export function openOnDisk(file: string): Connection {
  const connection = open(file, FORM);
  try {
    bringIntoOrder(connection);
    return connection;
  } catch (error) {
    connection.close();
    throw refusalOf(error) ?? error;
  }
}
