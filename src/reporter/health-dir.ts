import { join } from 'node:path';

/** Where the installation keeps its health files (COMPATIBILITY, "Health file"). */
const PRODUCTION = '/var/cache/experimance/health';

/**
 * The folder that a service writes to where it is told none: the writer looks at `EXPERIMANCE_ENV` alone.
 *
 * @param cwd called only where it is needed: it throws in a working directory that was removed.
 */
export function defaultHealthDir(env: NodeJS.ProcessEnv, cwd: () => string): string {
  return env['EXPERIMANCE_ENV'] === 'production' ? PRODUCTION : join(cwd(), 'logs', 'health');
}

// Control characters and halves of characters, which no file system can hold, are among what may not stand in a name.
const FORBIDDEN = /[/\\\u0000-\u001f\u007f\p{Cs}]/u;

/**
 * The stem of a service's file: its type, and its instance behind a dot where it has one.
 *
 * @throws TypeError for a name that would leave the folder, or that no monitor would see: empty, with a separator or a
 *   control character, or hidden.
 */
export function fileStem(serviceType: unknown, instance: unknown): string {
  const type = checked('service type', serviceType);
  if (type.startsWith('.')) {
    throw new TypeError(`The service type ${show(type)} must not begin with a dot: hidden files are not health files.`);
  }
  return instance === undefined ? type : `${type}.${checked('instance', instance)}`;
}

function checked(what: string, name: unknown): string {
  if (typeof name !== 'string') throw new TypeError(`The ${what} must be a text, not ${typeof name}.`);
  if (name.trim() === '') throw new TypeError(`The ${what} must not be empty.`);
  if (FORBIDDEN.test(name)) {
    throw new TypeError(
      `The ${what} ${show(name)} must not contain / or \\ or control characters: it names a file in the health folder.`,
    );
  }
  return name;
}

function show(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
}
