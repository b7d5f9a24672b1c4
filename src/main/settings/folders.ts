import { existsSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Settings } from '../../shared/settings.ts';
import { expand } from './places.ts';

/** Where the Python services write in production (COMPATIBILITY, "Health file"). */
const PRODUCTION_DIR = '/var/cache/experimance/health';

export interface ChosenFolder {
  path: string;
  label: string;
  chosenBy: string;
}

export interface ChooseOptions {
  /** `--dir`, in the order given. */
  dirs: readonly string[];
  settings: Settings;
  env: NodeJS.ProcessEnv;
  cwd: string;
  dataDir: string;
  /** What is there; the machine's own file system by default. */
  exists?: (path: string) => boolean;
  isRoot?: boolean;
}

/**
 * The folders to watch, found as the installation finds them: by argument, by settings, in production, below the working
 * directory; else a folder of the user's own, which is made.
 */
export function chooseFolders(options: ChooseOptions): ChosenFolder[] {
  if (options.dirs.length > 0) return labelled(options.dirs.map((path) => ({ path, chosenBy: '--dir' })));
  const { health_dirs } = options.settings;
  if (health_dirs.length > 0) {
    return labelled(
      health_dirs.map((dir) => ({ chosenBy: 'settings', ...(typeof dir === 'string' ? { path: dir } : dir) })),
    );
  }
  return [{ label: '', ...findInstallation(options) }];
}

function findInstallation({
  env,
  cwd,
  dataDir,
  exists = existsSync,
  isRoot = process.getuid?.() === 0,
}: ChooseOptions): {
  path: string;
  chosenBy: string;
} {
  if (env['EXPERIMANCE_ENV'] === 'production') return { path: PRODUCTION_DIR, chosenBy: 'EXPERIMANCE_ENV=production' };
  if (exists('/etc/experimance')) return { path: PRODUCTION_DIR, chosenBy: '/etc/experimance exists' };
  // Their monitor takes root for production; their services do not, so it counts only where they have written there.
  if (isRoot && exists(PRODUCTION_DIR)) return { path: PRODUCTION_DIR, chosenBy: 'running as root' };
  const here = join(cwd, 'logs', 'health');
  if (exists(here)) return { path: here, chosenBy: 'logs/health in the working directory' };
  const own = join(dataDir, 'health');
  mkdirSync(own, { recursive: true });
  return { path: own, chosenBy: 'no installation was found' };
}

/** Services of the first folder have their plain names, those of any other its label before them: unique, and stable. */
function labelled(folders: { path: string; label?: string | undefined; chosenBy: string }[]): ChosenFolder[] {
  const used = new Set<string>();
  return folders
    .map((folder) => ({ ...folder, path: expand(folder.path) }))
    .filter((folder, index, all) => all.findIndex(({ path }) => path === folder.path) === index)
    .map(({ path, label, chosenBy }, index) => {
      if (index === 0) return { path, chosenBy, label: label ?? '' };
      const wanted = label ?? (basename(path) || 'root');
      let unique = wanted;
      for (let count = 2; used.has(unique); count += 1) unique = `${wanted}-${count}`;
      used.add(unique);
      return { path, chosenBy, label: unique };
    });
}
