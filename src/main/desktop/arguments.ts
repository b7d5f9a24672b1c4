import { parseArgs } from 'node:util';

/** What the desktop program takes on its command line. */
export interface DesktopArguments {
  settings?: string;
  data?: string;
  dir: string[];
  /** Start to the tray without a window, as at login. */
  hidden: boolean;
}

/**
 * Reads the command line. Chromium's own flags stand on the same line, in any order, and so does the program's folder
 * while it is not packed: whatever is not ours is passed over.
 */
export function readDesktopArguments(argv: readonly string[]): DesktopArguments {
  const { values } = parseArgs({
    args: argv.slice(1),
    options: {
      settings: { type: 'string' },
      data: { type: 'string' },
      dir: { type: 'string', multiple: true },
      hidden: { type: 'boolean' },
    },
    strict: false,
  });
  const { settings, data, dir, hidden } = values;
  return {
    ...(typeof settings === 'string' ? { settings } : {}),
    ...(typeof data === 'string' ? { data } : {}),
    dir: Array.isArray(dir) ? dir.filter((folder) => typeof folder === 'string') : [],
    hidden: hidden === true,
  };
}
