import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import envPaths from 'env-paths';

export interface Places {
  /** The settings file; it need not exist. */
  settingsFile: string;
  /** The folder of what the program keeps. */
  dataDir: string;
}

export interface PlaceArguments {
  settings?: string | undefined;
  data?: string | undefined;
}

/** Where settings and data are: by argument, else by environment, else where this platform keeps such things. */
export function findPlaces(given: PlaceArguments, env: NodeJS.ProcessEnv): Places {
  const platform = envPaths('experimance-health', { suffix: '' });
  return {
    settingsFile: expand(
      given.settings ?? env['EXPERIMANCE_HEALTH_SETTINGS'] ?? join(platform.config, 'settings.json'),
    ),
    dataDir: expand(given.data ?? env['EXPERIMANCE_HEALTH_DATA'] ?? platform.data),
  };
}

/** An absolute path; `~` is the user's home. */
export function expand(path: string): string {
  return resolve(path === '~' || path.startsWith('~/') ? homedir() + path.slice(1) : path);
}
