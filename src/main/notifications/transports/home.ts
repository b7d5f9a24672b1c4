import { homedir } from 'node:os';
import { join } from 'node:path';

/** A path as a person writes it: `~/` is their own folder. */
export function atHome(path: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
}
