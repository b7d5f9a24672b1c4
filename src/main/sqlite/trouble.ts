/** SQLite's primary result codes, as far as they are told apart here. */
const CODES = {
  PERM: 3,
  BUSY: 5,
  LOCKED: 6,
  NOMEM: 7,
  READONLY: 8,
  IOERR: 10,
  CORRUPT: 11,
  FULL: 13,
  CANTOPEN: 14,
  PROTOCOL: 15,
  AUTH: 23,
  FORMAT: 24,
  NOTADB: 26,
} as const;

const WORDS: Record<number, string> = {
  [CODES.PERM]: 'access was refused',
  [CODES.BUSY]: 'another program holds it',
  [CODES.LOCKED]: 'another program holds it',
  [CODES.READONLY]: 'it cannot be written to',
  [CODES.IOERR]: 'the disk failed',
  [CODES.CORRUPT]: 'it is damaged',
  [CODES.FULL]: 'the disk is full',
  [CODES.CANTOPEN]: 'it cannot be opened',
  [CODES.NOTADB]: 'it is not a database',
};

/** Why the file on disk cannot be used, with a cause in words for a person. */
export class DiskTrouble extends Error {
  constructor(
    readonly kind: 'damaged' | 'newer' | 'unavailable',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'DiskTrouble';
  }
}

const DAMAGED: ReadonlySet<number> = new Set([CODES.CORRUPT, CODES.NOTADB, CODES.FORMAT]);
const DISK: ReadonlySet<number> = new Set(Object.values(CODES));

/** SQLite's own sentences: where reading many rows fails, the package passes on no more than that. */
const SENTENCES: Record<string, number> = {
  'access permission denied': CODES.PERM,
  'database is locked': CODES.BUSY,
  'database table is locked': CODES.LOCKED,
  'out of memory': CODES.NOMEM,
  'attempt to write a readonly database': CODES.READONLY,
  'disk I/O error': CODES.IOERR,
  'database disk image is malformed': CODES.CORRUPT,
  'database or disk is full': CODES.FULL,
  'unable to open database file': CODES.CANTOPEN,
  'locking protocol': CODES.PROTOCOL,
  'authorization denied': CODES.AUTH,
  'file is not a database': CODES.NOTADB,
};

/** SQLite's primary result code; 0 for one that is not known, undefined where it is not SQLite's error. */
function codeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_SQLITE_ERROR') return undefined;
  if ('errcode' in error && typeof error.errcode === 'number') return error.errcode & 0xff;
  return SENTENCES[error.message] ?? 0;
}

/**
 * What an error says of the disk; undefined where it is no matter of the disk's but a mistake in this program.
 */
export function troubleOf(error: unknown): DiskTrouble | undefined {
  if (error instanceof DiskTrouble) return error;
  const code = codeOf(error);
  if (code !== undefined) {
    if (!DISK.has(code)) return undefined;
    const words = WORDS[code] ?? (error instanceof Error ? error.message : `SQLite error ${code}`);
    return new DiskTrouble(DAMAGED.has(code) ? 'damaged' : 'unavailable', words, { cause: error });
  }
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  // A number that JavaScript cannot hold: nothing that this program ever wrote.
  if (error.code === 'ERR_OUT_OF_RANGE') return new DiskTrouble('damaged', 'it is damaged', { cause: error });
  // Node's own words for files and folders (ENOSPC, EACCES, ...).
  return 'syscall' in error ? new DiskTrouble('unavailable', error.message, { cause: error }) : undefined;
}

/** The same for an operation that only a file of another making can refuse: whatever SQLite says is the file's fault. */
export function refusalOf(error: unknown): DiskTrouble | undefined {
  const trouble = troubleOf(error);
  if (trouble !== undefined || codeOf(error) === undefined || !(error instanceof Error)) return trouble;
  return new DiskTrouble('damaged', error.message, { cause: error });
}
