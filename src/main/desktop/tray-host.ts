import { execFile } from 'node:child_process';

/** Whether something on this desktop shows tray icons. */
export type TrayHost = 'yes' | 'no' | 'unknown';

/** The name on the session bus of whatever collects tray icons for panels. */
const WATCHER = 'org.kde.StatusNotifierWatcher';
const TIME_LIMIT = 2_000;

const NAME_HAS_OWNER = [
  'org.freedesktop.DBus',
  '/org/freedesktop/DBus',
  'org.freedesktop.DBus',
  'NameHasOwner',
] as const;
const [BUS, PATH, INTERFACE, METHOD] = NAME_HAS_OWNER;

/** The programs that can ask the bus, and how each is asked. Which are installed differs by distribution. */
const PROGRAMS: readonly (readonly [program: string, args: readonly string[]])[] = [
  ['gdbus', ['call', '--session', '--dest', BUS, '--object-path', PATH, '--method', `${INTERFACE}.${METHOD}`, WATCHER]],
  ['busctl', ['--user', 'call', BUS, PATH, INTERFACE, METHOD, 's', WATCHER]],
  ['dbus-send', ['--session', '--print-reply', `--dest=${BUS}`, PATH, `${INTERFACE}.${METHOD}`, `string:${WATCHER}`]],
];

/** Runs a program without a shell and gives its output; rejects where it is absent, fails or takes too long. */
export type RunProgram = (program: string, args: readonly string[], limit: number) => Promise<string>;

const runProgram: RunProgram = (program, args, limit) =>
  new Promise((resolve, reject) => {
    execFile(program, [...args], { timeout: limit, encoding: 'utf8', windowsHide: true }, (error, stdout) => {
      if (error === null) resolve(stdout);
      else reject(error);
    });
  });

/**
 * Whether a Linux desktop shows tray icons. Windows and macOS always do.
 * @returns 'unknown' where the session bus cannot be asked.
 */
export async function findTrayHost(platform: NodeJS.Platform, run: RunProgram = runProgram): Promise<TrayHost> {
  if (platform !== 'linux') return 'yes';
  for (const [program, args] of PROGRAMS) {
    const answer = await run(program, args, TIME_LIMIT).catch(() => '');
    if (/\btrue\b/.test(answer)) return 'yes';
    if (/\bfalse\b/.test(answer)) return 'no';
  }
  return 'unknown';
}

/** The note that a window shows where there may be no tray; null where there is one. */
export function trayHostNote(host: TrayHost): string | null {
  const install =
    'On GNOME, install the extension "AppIndicator and KStatusNotifierItem Support"; other panels have a plugin for ' +
    'status icons (StatusNotifier).';
  switch (host) {
    case 'yes':
      return null;
    case 'no':
      return `This desktop shows no tray icons, so closing this window ends the monitor. ${install}`;
    case 'unknown':
      return (
        'It could not be found out whether this desktop shows tray icons. The monitor goes on when this window is ' +
        `closed; start the program again to see it, or quit it with Ctrl+Q. ${install}`
      );
  }
}
