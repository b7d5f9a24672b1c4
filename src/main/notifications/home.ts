import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../shared/clock.ts';
import { acquireLock, lockHolder } from '../sqlite/lock.ts';
import { openStore, type Store } from './store/store.ts';

/** The right to send. */
const LOCK = 'notifications';

/** Where notifications are kept, and whether this is the process that sends them. */
export interface Home {
  store: Store;
  /** Why this process does not send; null where it does. */
  standby: string | null;
  /** Whether another process that sent has ended, so that this one can. Always false where it does already. */
  isFree(): boolean;
  close(): void;
}

/**
 * Where a dry run keeps what it decides, of a data folder: apart, so that what it says it told is not taken for told, and
 * what waits for a server stays in its queue. So it can also run beside the monitor that sends.
 */
export function dryRunFolder(dataDir: string): string {
  return join(dataDir, 'dry-run');
}

export interface HomeOptions {
  dataDir: string;
  clock: Clock;
  onTrouble(message: string | null): void;
}

/**
 * Opens what is kept in a data folder. Where another process (the tray, or `monitor`) has it, this one keeps what it needs
 * for native notifications in a folder of its own, which goes with it: a person is not told twice by everything else.
 */
export function openHome({ dataDir, clock, onTrouble }: HomeOptions): Home {
  const lock = acquireLock(dataDir, LOCK);
  if (lock !== undefined) {
    return {
      store: openStore({ dataDir, clock, onTrouble }),
      standby: null,
      isFree: () => false,
      close: () => lock.release(),
    };
  }
  const folder = mkdtempSync(join(tmpdir(), 'experimance-health-'));
  const holder = lockHolder(dataDir, LOCK);
  const who = holder === undefined ? 'Another monitor' : `Another monitor (process ${holder})`;
  return {
    store: openStore({ dataDir: folder, clock, onTrouble }),
    standby: `${who} with the same data folder sends the notifications. This one shows native alerts, and takes over when the other ends.`,
    isFree() {
      const free = acquireLock(dataDir, LOCK);
      free?.release();
      return free !== undefined;
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
