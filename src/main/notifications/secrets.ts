import type { Keyring } from '../../shared/notification-state.ts';

/** Where the secrets of handlers are kept. They go in and are used; nothing ever shows them again. */
export interface SecretStore {
  readonly keyring: Keyring;
  get(handler: string, field: string): string | undefined;
  /**
   * Keeps a secret, or takes it away where `value` is null.
   * @throws Error with a sentence for a person where it cannot be kept.
   */
  set(handler: string, field: string, value: string | null): void;
  /** Takes away whatever is kept of a handler that is gone, so that the next of that name does not inherit it. */
  forget(handler: string): void;
}

/** The environment variable that holds a handler's secret: `EXPERIMANCE_SECRET_NTFY_TOKEN`. */
export function secretVariable(handler: string, field: string): string {
  return `EXPERIMANCE_SECRET_${handler}_${field}`.toUpperCase().replaceAll('-', '_');
}

/** Secrets from the environment: for a monitor without a desktop, and so without a keyring. */
export function environmentSecrets(env: NodeJS.ProcessEnv): SecretStore {
  return {
    keyring: {
      backend: 'environment',
      canStore: false,
      safe: true,
      message:
        'This monitor runs without a desktop and has no keyring: it takes secrets from environment variables, which are named at each field.',
    },
    get: (handler, field) => env[secretVariable(handler, field)] || undefined,
    set(handler, field) {
      throw new Error(
        `This monitor cannot keep secrets. Set ${secretVariable(handler, field)} in its environment and start it again.`,
      );
    },
    // What the environment says is not this program's to change.
    forget: () => undefined,
  };
}

/** A keyring first, and the environment where that has nothing. */
export function withEnvironment(store: SecretStore, env: NodeJS.ProcessEnv): SecretStore {
  const fallback = environmentSecrets(env);
  return {
    // Asked each time: a keyring may be unlocked meanwhile.
    get keyring() {
      return store.keyring;
    },
    get: (handler, field) => store.get(handler, field) ?? fallback.get(handler, field),
    set: (handler, field, value) => store.set(handler, field, value),
    forget: (handler) => store.forget(handler),
  };
}

/** What a program of the user's may see of the environment: all but the secrets of this one. */
export function withoutOwnSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !name.startsWith('EXPERIMANCE_SECRET_') && name !== 'HEALTH_WEBHOOK_AUTH'),
  );
}
