import { execFileSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Connection } from '../../../../src/main/sqlite/connection.ts';
import { MIGRATIONS } from '../../../../src/main/notifications/store/schema.ts';
import { openStore, type Store } from '../../../../src/main/notifications/store/store.ts';
import { ManualClock } from '../../../fixtures/manual-clock.ts';
import { messageOf } from '../../../fixtures/outbox-child/messages.ts';

let dir = '';
let clock: ManualClock;
let troubles: (string | null)[] = [];
const stores: Store[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'store-trouble-'));
  clock = new ManualClock();
  troubles = [];
});
afterEach(() => {
  for (const store of stores.splice(0)) store.close();
  rmSync(dir, { recursive: true, force: true });
});

const file = (): string => join(dir, 'notifications.db');
const open = (dataDir = dir): Store => {
  const store = openStore({ dataDir, clock, onTrouble: (message) => troubles.push(message) });
  stores.push(store);
  return store;
};
const close = (store: Store): void => {
  stores.splice(stores.indexOf(store), 1);
  store.close();
};
const waiting = (store: Store): number => store.deliveries({ limit: 500, states: ['queued'] }).entries.length;
const fill = (store: Store, count: number): void => {
  for (let index = 0; index < count; index += 1) {
    store.transaction(() => {
      store.saveState(`s${index}`, { index });
      store.queue.enqueue('ntfy', messageOf([`s${index}`]));
    });
  }
};
const overwrite = (position: number, length: number): void => {
  const handle = openSync(file(), 'r+');
  writeSync(handle, Buffer.alloc(length, 0xa5), 0, length, position);
  closeSync(handle);
};
const aside = (): string[] => readdirSync(dir).filter((name) => /\.corrupt-.*Z$/.test(name));

describe('a damaged file', () => {
  it('is set aside, where it is no database at all', () => {
    writeFileSync(file(), 'Once upon a time there was a cat.'.repeat(1000));
    const store = open();
    expect(store.place).toBe('disk');
    expect(aside()).toHaveLength(1);
    expect(readFileSync(join(dir, aside()[0] ?? ''), 'utf8')).toContain('cat');
    expect(troubles).toEqual([
      `notifications.db could not be used: it is not a database. It was set aside as ${aside()[0]}, and a new one was begun` +
        ' with 0 waiting messages that could still be read.',
    ]);
    // It is not told for ever.
    clock.advance(86_400_000);
    expect(troubles.at(-1)).toBeNull();
  });

  it('is set aside, where it is the database of another program', () => {
    const other = new Connection(file());
    other.exec('CREATE TABLE cat (name TEXT)');
    other.close();
    expect(open().place).toBe('disk');
    expect(aside()).toHaveLength(1);
  });

  it('is set aside with its pages damaged, and what can be read of it is kept', () => {
    const store = open();
    fill(store, 100);
    close(store);
    const { size } = statSync(file());
    // The later half: the tables of states and of what waits come first.
    overwrite(Math.floor(size / 2), Math.floor(size / 4));
    const next = open();
    expect(aside()).toHaveLength(1);
    expect(next.place).toBe('disk');
    expect(next.loadStates().size).toBeGreaterThan(0);
    fill(next, 3);
    expect(troubles[0]).toContain('notifications.db could not be used: it is damaged.');
  });

  it('is set aside, where its tables are not ours', () => {
    const store = open();
    close(store);
    const connection = new Connection(file());
    connection.exec('DROP TABLE outbox');
    connection.close();
    expect(open().place).toBe('disk');
    expect(aside()).toHaveLength(1);
  });

  it('is replaced while it is in use, and nothing that came in is lost', () => {
    const store = open();
    fill(store, 20);
    const reader = new Connection(file());
    reader.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    reader.close();
    overwrite(0, 100);
    // Large enough that pages must be read again from the file.
    fill(store, 50);
    clock.advance(0);
    expect(store.loadStates().size).toBe(50);
    close(store);
    const next = open();
    expect(next.place).toBe('disk');
    expect(waiting(next)).toBeGreaterThanOrEqual(50);
  });
});

describe('a file that cannot be used', () => {
  it('is waited for in memory, and gets all of it later', () => {
    const blocked = join(dir, 'data');
    writeFileSync(blocked, 'in the way');
    const store = open(blocked);
    expect(store.place).toBe('memory');
    expect(troubles[0]).toContain('notifications.db cannot be used');
    expect(troubles[0]).toContain('kept in memory until it can be');
    fill(store, 10);
    let returns = 0;
    store.onReturn(() => (returns += 1));
    clock.advance(30_000);
    expect(store.place).toBe('memory');
    rmSync(blocked);
    clock.advance(30_000);
    expect([store.place, returns, troubles.at(-1)]).toEqual(['disk', 1, null]);
    fill(store, 12);
    close(store);
    const next = open(blocked);
    expect([waiting(next), next.loadStates().size]).toEqual([22, 12]);
    expect(next.queue.handlers.queued('ntfy')).toBe(22);
  });

  it('is tried once more at the end', () => {
    const blocked = join(dir, 'data');
    writeFileSync(blocked, 'in the way');
    const store = open(blocked);
    fill(store, 3);
    rmSync(blocked);
    close(store);
    expect(waiting(open(blocked))).toBe(3);
  });

  it('joins what was in it before with what came in meanwhile', () => {
    const before = open();
    fill(before, 2);
    close(before);
    mkdirSync(join(dir, 'elsewhere'));
    copyFileSync(file(), join(dir, 'elsewhere/kept'));
    rmSync(file());
    mkdirSync(file());
    const store = open();
    expect(store.place).toBe('memory');
    clock.advance(1);
    store.saveState('s0', 'newer');
    store.queue.enqueue('ntfy', messageOf(['s0']));
    rmSync(file(), { recursive: true });
    copyFileSync(join(dir, 'elsewhere/kept'), file());
    clock.advance(30_000);
    expect(store.place).toBe('disk');
    expect(store.loadStates()).toEqual(
      new Map<string, unknown>([
        ['s0', 'newer'],
        ['s1', { index: 1 }],
      ]),
    );
    expect(waiting(store)).toBe(3);
    // The order is kept also over that.
    expect(store.queue.due('ntfy', 10)).toHaveLength(2);
  });

  it('is made again, where it was removed while in use', () => {
    const store = open();
    fill(store, 5);
    for (const suffix of ['', '-wal', '-shm']) rmSync(file() + suffix);
    fill(store, 7);
    expect(troubles[0]).toContain('it was removed');
    clock.advance(0);
    expect([store.place, troubles.at(-1)]).toEqual(['disk', null]);
    close(store);
    expect(waiting(open())).toBe(12);
  });

  it('is left alone, where a newer version wrote it', () => {
    const before = open();
    close(before);
    const connection = new Connection(file());
    connection.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`);
    connection.close();
    const store = open();
    fill(store, 1);
    expect(store.place).toBe('memory');
    expect(troubles).toEqual([
      `notifications.db was written by a newer version of this program: its version is ${MIGRATIONS.length + 1}, and this ` +
        `program knows ${MIGRATIONS.length}. It is left as it is, and notifications are kept in memory only.`,
    ]);
    expect(aside()).toEqual([]);
  });
});

/** Memory as a disk of one mebibyte; only root may have that. */
const mounted = ((): string | undefined => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const place = mkdtempSync(join(tmpdir(), 'store-full-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', place], { stdio: 'ignore' });
    return place;
  } catch {
    rmSync(place, { recursive: true });
    return undefined;
  }
})();

describe.skipIf(mounted === undefined)('a full disk (needs root, to mount a small one)', () => {
  afterEach(() => {
    if (mounted === undefined) return;
    execFileSync('umount', ['--lazy', mounted]);
    rmSync(mounted, { recursive: true });
  });

  it('loses nothing, also of the transaction in which it became full, and is used again later', () => {
    const store = open(mounted);
    const ballast = join(mounted ?? '', 'ballast');
    fill(store, 5);
    expect(() => writeFileSync(ballast, Buffer.alloc(2 * 1024 * 1024))).toThrow('ENOSPC');
    let times = 0;
    store.transaction(() => {
      times += 1;
      for (let index = 0; index < 200; index += 1) {
        store.saveState(`t${index}`, { index });
        store.queue.enqueue('ntfy', messageOf([`t${index}`]));
      }
    });
    expect([times, store.place, waiting(store), store.loadStates().size]).toEqual([1, 'memory', 205, 205]);
    expect(troubles).toEqual([expect.stringContaining('notifications.db cannot be used: the disk is full')]);
    clock.advance(30_000);
    expect(store.place).toBe('memory');
    rmSync(ballast);
    clock.advance(30_000);
    expect([store.place, troubles.at(-1)]).toEqual(['disk', null]);
    close(store);
    const next = open(mounted);
    expect([waiting(next), next.loadStates().size]).toEqual([205, 205]);
    close(next);
  });
});

describe('migrations', () => {
  it('are made once, each with its number', () => {
    close(open());
    const connection = new Connection(file(), { readOnly: true });
    expect(connection.ask('SELECT user_version FROM pragma_user_version')).toBe(MIGRATIONS.length);
    expect(connection.ask('SELECT journal_mode FROM pragma_journal_mode')).toBe('wal');
    connection.close();
    const store = open();
    expect([store.place, troubles]).toEqual(['disk', []]);
  });

  it('are made from the beginning, where a process ended before the first one', () => {
    writeFileSync(file(), '');
    expect([open().place, troubles]).toEqual(['disk', []]);
  });
});
