import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeWhole } from './edit.ts';
import type { Loaded } from './load.ts';

const FILE = 'settings-last-good.json';
const Kept = z.object({ file: z.string(), text: z.string() });

/**
 * Keeps the settings file as it is, where nothing is wrong with it: a monitor that is started while the file is wrong goes
 * on with what was right before. Without that, its handlers would be gone, and with them all that waits to be sent.
 *
 * @throws Error where the data folder cannot be written to.
 */
export function keepLastGood(dataDir: string, settingsFile: string, { text, problems }: Loaded): void {
  if (problems.length > 0) return;
  const target = join(dataDir, FILE);
  if (text === undefined) rmSync(target, { force: true });
  else if (readLastGood(dataDir, settingsFile) !== text) {
    writeWhole(target, JSON.stringify({ file: settingsFile, text } satisfies z.infer<typeof Kept>));
  }
}

/** The text of this settings file when it was last right; undefined where none is kept. */
export function readLastGood(dataDir: string, settingsFile: string): string | undefined {
  try {
    const kept = Kept.parse(JSON.parse(readFileSync(join(dataDir, FILE), 'utf8')));
    return kept.file === settingsFile ? kept.text : undefined;
  } catch {
    // It is a copy: one that is not there or cannot be read is as good as none.
    return undefined;
  }
}
