import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Clock } from '../../shared/clock.ts';

/** How often a folder that is not there is looked for, in ms. Nothing is looked for while it is. */
const LOOK_AGAIN = 500;
/** How often a folder is read that is there and cannot be watched, and watching it is tried again, in ms. */
const UNWATCHED = 2_000;

export interface FolderWatchOptions {
  path: string;
  clock: Clock;
  /** A name in the folder appeared, changed or vanished. */
  onName: (name: string) => void;
  /** The folder is there (again): everything in it may have changed. */
  onThere: () => void;
  /** Told why a folder that is there cannot be watched (the system's limit, say), null once it is watched. */
  onUnwatched: (error: Error | null) => void;
  /** The folder is gone, or is none. */
  onGone: (error: NodeJS.ErrnoException) => void;
}

/**
 * Watches a folder, never the files in it: they are replaced by rename. It follows the folder through being removed and
 * made again, or replaced by another of its name.
 */
export class FolderWatch {
  #watcher: FSWatcher | undefined;
  #inode: number | undefined;
  #cancel: (() => void) | undefined;
  #closed = false;
  #looking: Promise<void> | undefined;

  constructor(private readonly options: FolderWatchOptions) {}

  /** Watches if the folder is there, and goes on looking for it if not. Resolves when that is known. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  async #look(): Promise<void> {
    this.#cancel?.();
    try {
      const stats = await stat(this.options.path);
      if (this.#closed) return;
      if (!stats.isDirectory()) throw Object.assign(new Error('it is not a folder'), { code: 'ENOTDIR' });
      if (this.#watcher !== undefined && this.#inode === stats.ino) return;
      this.#watcher?.close();
      this.#inode = stats.ino;
      this.#watchOrPoll();
      this.options.onThere();
    } catch (error) {
      if (!this.#closed) this.#gone(error as NodeJS.ErrnoException);
    }
  }

  /** A folder that can be read is never called gone because it cannot be watched: it is read every so often. */
  #watchOrPoll(): void {
    try {
      this.#watcher = this.#open();
      this.options.onUnwatched(null);
    } catch (error) {
      this.#watcher = undefined;
      this.options.onUnwatched(error instanceof Error ? error : new Error(String(error)));
      this.#cancel = this.options.clock.after(UNWATCHED, () => void this.look());
    }
  }

  #open(): FSWatcher {
    const name = basename(this.options.path);
    const watcher = watch(this.options.path, { persistent: true }, (_event, changed) => {
      // The folder's own removal or renaming comes as an event with its own name.
      if (changed === null || changed === name) void this.look();
      if (changed !== null) this.options.onName(changed);
    });
    watcher.on('error', () => {
      this.#watcher?.close();
      this.#watcher = undefined;
      void this.look();
    });
    return watcher;
  }

  #gone(error: NodeJS.ErrnoException): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    this.options.onGone(error);
    this.#cancel = this.options.clock.after(LOOK_AGAIN, () => void this.look());
  }
}
