import { readFileSync } from 'node:fs';

/** A text file without its byte order mark; undefined where there is none, or it cannot be read, which is a problem. */
export function readIfThere(path: string, problems: string[]): string | undefined {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') problems.push(`The settings file cannot be read: ${message}.`);
    return undefined;
  }
}
