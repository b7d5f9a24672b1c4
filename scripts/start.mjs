// `npm start`: the tray application where there is a runtime and a screen for it, else the headless monitor. Arguments after
// `--` are passed on.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const args = process.argv.slice(2);
/** Electron's own download tells nothing for minutes where it cannot connect; this is the longest that it may take. */
const DOWNLOAD_LIMIT = 120_000;

/** The runtime's path, or why there is none. */
function findElectron() {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    return { missing: 'there is no screen (neither DISPLAY nor WAYLAND_DISPLAY is set)' };
  }
  const folder = dirname(require.resolve('electron/package.json'));
  const installed = join(folder, 'path.txt');
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override) {
    const path = join(override, existsSync(installed) ? readFileSync(installed, 'utf8') : 'electron');
    return existsSync(path) ? { path } : { missing: `${path} (ELECTRON_OVERRIDE_DIST_PATH) does not exist` };
  }
  if (process.platform === 'linux' && process.getuid?.() === 0) {
    return { missing: 'Electron does not run as root' };
  }
  if (!existsSync(installed)) {
    console.log("Fetching Electron's runtime, once …");
    const fetched = spawnSync(process.execPath, [join(folder, 'install.js')], {
      stdio: 'pipe',
      timeout: DOWNLOAD_LIMIT,
    });
    if (fetched.status !== 0 || !existsSync(installed))
      return { missing: "Electron's runtime could not be downloaded" };
  }
  return { path: join(folder, 'dist', readFileSync(installed, 'utf8')) };
}

function run(command, commandArgs) {
  const child = spawn(command, commandArgs, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal === null ? code : 1));
  child.on('error', (error) => {
    console.error(`${command} could not be started: ${error.message}`);
    process.exit(1);
  });
}

const build = spawnSync(
  process.execPath,
  ['node_modules/electron-vite/bin/electron-vite.js', 'build', '--logLevel', 'warn'],
  {
    stdio: 'inherit',
  },
);
if (build.status !== 0) process.exit(build.status ?? 1);

const electron = findElectron();
if (electron.path === undefined) {
  console.log(`No tray: ${electron.missing}. Starting the headless monitor; open its dashboard in a browser.`);
  run(process.execPath, ['out/main/cli.js', 'monitor', ...args]);
} else {
  run(electron.path, ['.', ...args]);
}
