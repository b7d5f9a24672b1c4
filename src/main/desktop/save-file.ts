import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SaveDialogOptions, SaveDialogReturnValue } from 'electron';
import type { Handlers } from '../../shared/api.ts';

export interface SaveFileParts {
  /** Shows the system's dialog, above the program's window where there is one. */
  ask(options: SaveDialogOptions): Promise<SaveDialogReturnValue>;
  /** The folder that the dialog begins in. */
  folder(): string;
}

const LONGEST = 120;
const KINDS: Readonly<Record<string, string>> = { csv: 'Table', json: 'JSON', html: 'Web page' };

/**
 * A proposed name for a file, as every system takes it: no folder, no sign that Windows or a shell has a use for, not hidden,
 * none of the names that are devices there.
 */
export function safeName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  const plain = last
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069:*?"<>|]+/g, '-')
    .replace(/^[\s.]+|[\s.]+$/g, '');
  const cut = plain.length > LONGEST ? `${plain.slice(0, LONGEST - 10)}${plain.slice(-10)}` : plain;
  if (cut === '') return 'export';
  return /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(cut) ? `_${cut}` : cut;
}

/** Asks the person where to keep a file and writes it there, whole or not at all. One at a time. */
export function createSaveFile({ ask, folder }: SaveFileParts): Handlers['saveFile'] {
  let asking = false;
  return async ({ name, text }) => {
    if (asking) throw new Error('There is a question already where to save a file. Answer that one first.');
    asking = true;
    try {
      const safe = safeName(name);
      const kind = /\.(\w+)$/.exec(safe)?.[1]?.toLowerCase() ?? '';
      const { canceled, filePath } = await ask({
        defaultPath: join(folder(), safe),
        filters: [
          ...(KINDS[kind] === undefined ? [] : [{ name: KINDS[kind], extensions: [kind] }]),
          { name: 'All files', extensions: ['*'] },
        ],
        properties: ['createDirectory', 'showOverwriteConfirmation'],
      });
      if (canceled || filePath === '') return { saved: false, path: null };
      await writeWhole(filePath, text);
      return { saved: true, path: filePath };
    } finally {
      asking = false;
    }
  };
}

/** @throws Error with a sentence that names the file. */
async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = join(dirname(path), `.${randomUUID()}.tmp`);
  try {
    // Only its owner reads what an installation tells of itself.
    await writeFile(temporary, text, { mode: 0o600, flag: 'wx', flush: true });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw new Error(`${path} could not be written: ${error instanceof Error ? error.message : String(error)}.`, {
      cause: error,
    });
  }
}
