import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { Keyring } from '../../shared/notification-state.ts';
import type { SecretStore } from './secrets.ts';

/** By handler and field: encrypted by the system's keyring, in base 64. */
const Kept = z.record(z.string(), z.record(z.string(), z.string()));
type Kept = z.infer<typeof Kept>;

/** As much of Electron's `safeStorage` as is used here. */
export interface Storage {
  isEncryptionAvailable(): boolean;
  encryptString(plainText: string): Buffer;
  decryptString(encrypted: Buffer): string;
  /** Linux only. */
  getSelectedStorageBackend?(): string;
}

export interface KeyringOptions {
  safeStorage: Storage;
  /** Where the encrypted secrets are kept. */
  file: string;
  platform: NodeJS.Platform;
  /** Told of secrets that can no longer be read. */
  onTrouble(message: string): void;
}

/** The names that people know the keyrings by. */
const NAMES: Readonly<Record<string, string>> = {
  gnome_libsecret: 'the GNOME keyring',
  kwallet: 'KWallet',
  kwallet5: 'KWallet',
  kwallet6: 'KWallet',
  keychain: 'the keychain of macOS',
  dpapi: 'Windows’ data protection',
};

/**
 * Secrets in the system's keyring: they are encrypted with a key that only this user's session can get, and kept in a file
 * that is worth nothing without it. Where Linux has no keyring Electron encrypts with a key that is the same everywhere;
 * that is said, and never passed off as safe.
 */
export function createKeyring({ safeStorage, file, platform, onTrouble }: KeyringOptions): SecretStore {
  let kept: Kept | undefined;
  const load = (): Kept => (kept ??= readKept(file, onTrouble));
  // Decrypting may ask the system each time; a message is not to wait for that.
  const open = new Map<string, string>();
  return {
    get keyring() {
      return describe(safeStorage, platform);
    },
    get(handler, field) {
      const key = JSON.stringify([handler, field]);
      const known = open.get(key);
      const encrypted = Object.hasOwn(load(), handler) ? load()[handler]?.[field] : undefined;
      if (known !== undefined || encrypted === undefined) return known;
      try {
        const secret = safeStorage.decryptString(Buffer.from(encrypted, 'base64'));
        open.set(key, secret);
        return secret;
      } catch (error) {
        onTrouble(`The ${field} of ${handler} cannot be read from the keyring (${String(error)}). Enter it again.`);
        return undefined;
      }
    },
    set(handler, field, value) {
      const { [handler]: fields = {}, ...others } = load();
      const { [field]: _before, ...rest } = fields;
      const own = value === null ? rest : { ...rest, [field]: encrypt(safeStorage, value) };
      const next = Object.keys(own).length === 0 ? others : { ...others, [handler]: own };
      write(file, next);
      kept = next;
      open.delete(JSON.stringify([handler, field]));
    },
    forget(handler) {
      const { [handler]: gone, ...others } = load();
      if (gone === undefined) return;
      write(file, others);
      kept = others;
      open.clear();
    },
  };
}

function encrypt(safeStorage: Storage, value: string): string {
  if (!safeStorage.isEncryptionAvailable()) throw new Error('The system has no keyring that is open to this program.');
  return safeStorage.encryptString(value).toString('base64');
}

function describe(safeStorage: Storage, platform: NodeJS.Platform): Keyring {
  const backend =
    platform === 'win32'
      ? 'dpapi'
      : platform === 'darwin'
        ? 'keychain'
        : (safeStorage.getSelectedStorageBackend?.() ?? 'unknown');
  if (!safeStorage.isEncryptionAvailable()) {
    const message =
      'No keyring is open to this program, so it cannot keep a secret. Unlock or install one (GNOME keyring, KWallet), or use environment variables.';
    return { backend, canStore: false, safe: false, message };
  }
  if (backend === 'basic_text') {
    const message =
      'This session has no keyring. A secret is only obscured in a file that you alone can read: install GNOME keyring or KWallet, or use environment variables.';
    return { backend, canStore: true, safe: false, message };
  }
  return { backend, canStore: true, safe: true, message: `Secrets are kept by ${NAMES[backend] ?? backend}.` };
}

function readKept(file: string, onTrouble: (message: string) => void): Kept {
  try {
    return Kept.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    // What cannot be read is put aside, so that the next secret does not overwrite it.
    const aside = `${file}.unreadable-${Date.now()}`;
    const moved = moveAside(file, aside);
    onTrouble(`The kept secrets cannot be read (${file}). ${moved} Enter them again.`);
    return {};
  }
}

function moveAside(file: string, aside: string): string {
  try {
    renameSync(file, aside);
    return `They were set aside as ${aside}.`;
  } catch (error) {
    return `They could not be set aside either: ${String(error)}.`;
  }
}

function write(file: string, kept: Kept): void {
  const temporary = `${file}.${randomUUID().slice(0, 8)}.tmp`;
  writeFileSync(temporary, JSON.stringify(kept, null, 2), { mode: 0o600, flush: true });
  renameSync(temporary, file);
}
