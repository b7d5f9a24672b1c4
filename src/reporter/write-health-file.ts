import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes `<type>.json` as one step for every reader: a temporary file of its own name in the same folder, then a rename.
 * The folder is made where it is missing.
 *
 * @throws the file system's error; the temporary file is gone by then.
 */
export function writeHealthFile(dir: string, type: string, text: string): void {
  mkdirSync(dir, { recursive: true });
  // Hidden and ending in .tmp: no reader takes it for a service, and no two writers share it.
  const temporary = join(dir, `.${type}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`);
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, join(dir, `${type}.json`));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
