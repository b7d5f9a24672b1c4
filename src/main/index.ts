import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, dialog, protocol, safeStorage } from 'electron';
import { APP_SCHEME } from './desktop/app-scheme.ts';
import { readDesktopArguments } from './desktop/arguments.ts';
import { createKeyring } from './notifications/keyring.ts';
import { endOnce } from './desktop/quit.ts';
import { secureApp } from './desktop/security.ts';
import { type Shell, startShell } from './desktop/shell.ts';
import { monitorHandlers } from './monitor.ts';
import { createNodeNotifier } from './notifications/node-notifier.ts';
import { withEnvironment } from './notifications/secrets.ts';
import { createProgram, type Program } from './program.ts';
import { findPlaces } from './settings/places.ts';

let program: Program | undefined;
let shell: Shell | undefined;
const given = readDesktopArguments(process.argv);

function fail(error: unknown): void {
  console.error(error);
  dialog.showErrorBox('Experimance Health cannot start', error instanceof Error ? error.message : String(error));
  app.exit(1);
}

/** The program goes on after a fault that nobody caught: a monitor that is gone tells nobody anything. */
function complain(error: unknown): void {
  console.error(error);
  program?.monitor.report('program', `A part of the monitor failed: ${String(error)}`);
}

async function start(): Promise<void> {
  await app.whenReady();
  const created = createProgram(given);
  program = created;
  const { monitor, places } = created;
  const keyring = createKeyring({
    safeStorage,
    file: join(places.dataDir, 'secrets.json'),
    platform: process.platform,
    onTrouble: (message) => monitor.report('secrets', message),
  });
  const secrets = withEnvironment(keyring, process.env);
  const notifications = await created.openNotifications({ secrets });
  const history = await created.openHistory(notifications);
  const checks = await created.openChecks({ secrets });
  shell = startShell({
    monitor,
    notifications,
    history,
    handlers: (parts) =>
      monitorHandlers(monitor, { ...notifications.calls, ...history.calls, ...checks.calls, ...parts }),
    notifier: createNodeNotifier(),
    actions: checks.actions,
    root: app.getAppPath(),
  });
  await Promise.all([created.start(), shell.begin(given.hidden)]);
}

// Electron wants all of this before it is ready.
process.on('uncaughtException', complain);
process.on('unhandledRejection', complain);
// Whoever monitors two installations starts the program twice, each with a data folder and so a lock of its own.
const profile = join(findPlaces(given, process.env).dataDir, 'desktop');
mkdirSync(profile, { recursive: true });
app.setPath('userData', profile);
app.setAppUserModelId('org.experimance.health');
// Chromium cannot start with both this and its own flag for machines on which no sandbox works.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
if (app.requestSingleInstanceLock()) {
  protocol.registerSchemesAsPrivileged([APP_SCHEME]);
  secureApp(app);
  app.dock?.hide();
  app.on('second-instance', () => shell?.show());
  app.on('activate', () => shell?.show());
  endOnce(app, async () => {
    // What is still to be told is told by alerts, too: the shell goes last.
    await program?.close();
    shell?.dispose();
  });
  start().catch(fail);
} else {
  app.exit(0);
}
