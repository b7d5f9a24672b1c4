import type { StatsFs } from 'node:fs';
import { statfs } from 'node:fs/promises';
import type { Mount } from './mounts.ts';

/** How full a file system is, or that it did not say. */
export type DiskSpace =
  | {
      mount: Mount;
      answered: true;
      /** Bytes that may still be written by anybody but root. */
      free: number;
      total: number;
      usedPercent: number;
      /** Null where it has no fixed number of them. */
      inodesPercent: number | null;
    }
  /** `since`: monotonic milliseconds; null where it answered at once that it cannot say. */
  | { mount: Mount; answered: false; since: number | null; fault: string };

/**
 * Asks file systems how full they are. One of another machine that has gone away never answers, and each question that waits
 * takes one of the few threads that Node has for files: so those are asked one after the other, and not again while one waits.
 */
export class DiskSpaces {
  /** The question that has not been answered. */
  #waiting: { path: string; since: number } | undefined;

  constructor(
    private readonly now: () => number,
    private readonly ask: (path: string) => Promise<StatsFs> = statfs,
    /** Milliseconds. */
    private readonly patience = 2_000,
  ) {}

  async look(mounts: readonly Mount[]): Promise<DiskSpace[]> {
    const local = Promise.all(mounts.filter(({ remote }) => !remote).map((mount) => this.#one(mount)));
    const remote: DiskSpace[] = [];
    for (const mount of mounts) if (mount.remote) remote.push(await this.#remote(mount));
    const all = [...(await local), ...remote];
    // A mount point that is no file system's any more, or that has no size of its own.
    return all.filter((space) => !space.answered || space.total > 0);
  }

  async #one(mount: Mount): Promise<DiskSpace> {
    try {
      return spaceOf(mount, await this.ask(mount.path));
    } catch (error) {
      const fault = error instanceof Error ? error.message : String(error);
      return { mount, answered: false, since: null, fault };
    }
  }

  async #remote(mount: Mount): Promise<DiskSpace> {
    const waiting = this.#waiting;
    if (waiting !== undefined) {
      if (waiting.path === mount.path) return { mount, answered: false, since: waiting.since, fault: '' };
      const fault = `It is not asked while ${waiting.path} does not answer.`;
      return { mount, answered: false, since: null, fault };
    }
    const since = this.now();
    this.#waiting = { path: mount.path, since };
    const answer = this.#one(mount).finally(() => (this.#waiting = undefined));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<DiskSpace>((resolve) => {
      timer = setTimeout(() => resolve({ mount, answered: false, since, fault: '' }), this.patience);
    });
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** As `df` counts: what is kept for root is neither used nor free. */
function spaceOf(mount: Mount, { bsize, blocks, bfree, bavail, files, ffree }: StatsFs): DiskSpace {
  const used = blocks - bfree;
  const usable = used + bavail;
  return {
    mount,
    answered: true,
    free: bavail * bsize,
    total: blocks * bsize,
    usedPercent: usable > 0 ? (used * 100) / usable : 0,
    inodesPercent: files > 0 ? ((files - ffree) * 100) / files : null,
  };
}
