import type { Keyring, SaveResult } from '../../shared/notification-state.ts';

/** What keeps secrets, as far as saving needs it. */
interface Secrets {
  readonly keyring: Keyring;
  set(owner: string, field: string, value: string | null): void;
  forget(owner: string): void;
}

export interface SaveSecretsOptions {
  secrets: Secrets;
  /** By whose they are, and field; null takes one away. */
  changes: Readonly<Record<string, Readonly<Record<string, string | null>>>>;
  /** Whose secrets are wanted no more. */
  gone: readonly string[];
  /** Saves the settings themselves. */
  save: () => SaveResult;
  /** Called once the settings were saved, whatever became of the secrets. */
  after: () => void;
}

/** Saves settings together with the secrets that stand in no file: nothing is saved where the secrets cannot be kept. */
export function saveWithSecrets({ secrets, changes, gone, save, after }: SaveSecretsOptions): SaveResult {
  const wanted = Object.entries(changes).flatMap(([owner, fields]) =>
    Object.entries(fields).map(([field, value]) => ({ owner, field, value })),
  );
  if (wanted.length > 0 && !secrets.keyring.canStore) {
    return { saved: false, message: secrets.keyring.message, faults: [] };
  }
  const result = save();
  if (!result.saved) return result;
  try {
    for (const owner of gone) secrets.forget(owner);
    for (const { owner, field, value } of wanted) secrets.set(owner, field, value);
  } catch (error) {
    const message = `The settings are saved, but a secret is not: ${error instanceof Error ? error.message : String(error)}`;
    return { saved: false, message, faults: [] };
  } finally {
    after();
  }
  return result;
}
