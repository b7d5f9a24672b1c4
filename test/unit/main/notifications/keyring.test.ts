import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, type Mock, onTestFinished, vi } from 'vitest';
import { createKeyring, type KeyringOptions } from '../../../../src/main/notifications/keyring.ts';

/** Turns every byte around: enough to tell what is encrypted from what is not. */
function storage(more: Partial<KeyringOptions['safeStorage']> = {}): KeyringOptions['safeStorage'] {
  return {
    isEncryptionAvailable: () => true,
    encryptString: (text) => Buffer.from(Buffer.from(text).map((byte) => byte ^ 0xff)),
    decryptString: (bytes) => Buffer.from(bytes.map((byte) => byte ^ 0xff)).toString(),
    getSelectedStorageBackend: () => 'gnome_libsecret',
    ...more,
  };
}

function keyring(more: Partial<KeyringOptions> = {}): {
  store: ReturnType<typeof createKeyring>;
  again: () => ReturnType<typeof createKeyring>;
  file: string;
  dir: string;
  onTrouble: Mock<(message: string) => void>;
} {
  const dir = mkdtempSync(join(tmpdir(), 'keyring-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const file = join(dir, 'secrets.json');
  const onTrouble = vi.fn<(message: string) => void>();
  const again = (): ReturnType<typeof createKeyring> =>
    createKeyring({ safeStorage: storage(), file, platform: 'linux', onTrouble, ...more });
  return { store: again(), again, file, dir, onTrouble };
}

describe('the keyring', () => {
  it('gives back what it was given, also in the next run, and keeps nothing of it in the clear', () => {
    const { store, again, file } = keyring();
    store.set('ntfy', 'token', 'tk_secret');
    store.set('ntfy', 'password', 'pass');
    expect(again().get('ntfy', 'token')).toBe('tk_secret');
    expect(again().get('email', 'token')).toBeUndefined();
    expect(readFileSync(file, 'utf8')).not.toContain('tk_secret');
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('takes a secret away, and a handler with its last one', () => {
    const { store, file } = keyring();
    store.set('ntfy', 'token', 'tk_secret');
    store.set('ntfy', 'token', 'tk_new');
    expect(store.get('ntfy', 'token')).toBe('tk_new');
    store.set('ntfy', 'token', null);
    expect(store.get('ntfy', 'token')).toBeUndefined();
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({});
  });

  it('forgets a handler that is gone, and nothing else', () => {
    const { store, again } = keyring();
    store.set('ntfy', 'token', 'tk_secret');
    store.set('email', 'password', 'pass');
    store.forget('ntfy');
    expect(store.get('ntfy', 'token')).toBeUndefined();
    expect(again().get('email', 'password')).toBe('pass');
  });

  it('says which one it is, and where it is none', () => {
    expect(keyring().store.keyring).toMatchObject({
      safe: true,
      canStore: true,
      message: expect.stringMatching(/GNOME/),
    });
    const basic = storage({ getSelectedStorageBackend: () => 'basic_text' });
    expect(keyring({ safeStorage: basic }).store.keyring).toMatchObject({ backend: 'basic_text', safe: false });
    const none = storage({ isEncryptionAvailable: () => false });
    const closed = keyring({ safeStorage: none });
    expect(closed.store.keyring).toMatchObject({ canStore: false });
    expect(() => closed.store.set('ntfy', 'token', 'x')).toThrow(/no keyring/);
    expect(keyring({ platform: 'win32' }).store.keyring.backend).toBe('dpapi');
  });

  it('that belongs to another session is told, and does not stop anything', () => {
    const { store, file, onTrouble } = keyring();
    store.set('ntfy', 'token', 'tk_secret');
    const decryptString = (): string => {
      throw new Error('wrong key');
    };
    const other = createKeyring({ safeStorage: storage({ decryptString }), file, platform: 'linux', onTrouble });
    expect(other.get('ntfy', 'token')).toBeUndefined();
    expect(onTrouble).toHaveBeenCalledWith(expect.stringMatching(/token of ntfy.*wrong key/));
  });

  it('whose file is damaged is set aside, not overwritten', () => {
    const { store, file, dir, onTrouble } = keyring();
    writeFileSync(file, '{"ntfy": 7');
    expect(store.get('ntfy', 'token')).toBeUndefined();
    expect(onTrouble).toHaveBeenCalledWith(expect.stringContaining(file));
    store.set('ntfy', 'token', 'tk_secret');
    const aside = readdirSync(dir).find((name) => name.includes('unreadable'));
    expect(readFileSync(join(dir, String(aside)), 'utf8')).toBe('{"ntfy": 7');
  });
});
