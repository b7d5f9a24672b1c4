import { join } from 'node:path';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  nativeImage,
  nativeTheme,
  Notification,
  powerMonitor,
  protocol,
  screen,
  session,
  Tray,
} from 'electron';
import type { Handlers } from '../../shared/api.ts';
import { createDispatch } from '../../shared/api-dispatch.ts';
import type { Monitor } from '../monitor.ts';
import type { KeptHistory } from '../open-history.ts';
import type { Notifications } from '../open-notifications.ts';
import { serveAppScheme } from './app-scheme.ts';
import { applicationMenu } from './application-menu.ts';
import { desktopPort } from './desktop-port.ts';
import { type Icons, loadIcons } from './icons.ts';
import { registerIpc, sendEvent } from './ipc.ts';
import {
  type AlertChannel,
  balloonChannel,
  notificationChannel,
  outsideChannel,
  type OutsideNotifier,
} from './native-alerts.ts';
import { panelColour } from './panel.ts';
import { type QuickActionParts, runQuickAction } from './quick-actions.ts';
import { createSaveFile } from './save-file.ts';
import { secureSession } from './security.ts';
import { findTrayHost, type TrayHost, trayHostNote } from './tray-host.ts';
import { minutesUntilMorning, trayView } from './tray-view.ts';
import { createTrayController, type TrayController } from './tray.ts';
import { createViewing, type Viewing } from './viewing.ts';
import { createWindowController, type Target, type WindowController } from './window.ts';

export interface ShellOptions {
  monitor: Monitor;
  notifications: Notifications;
  history: Pick<KeptHistory, 'suspended' | 'resumed'>;
  handlers(shell: Pick<Handlers, 'viewing' | 'saveFile'>): Handlers;
  notifier: OutsideNotifier;
  /** What may be done to services. */
  actions: Omit<QuickActionParts, 'dialog'>;
  /** The program's folder: it holds `out` and `resources`. */
  root: string;
}

export interface Shell {
  show(target?: Target): void;
  /** Finds out whether there is a tray, and opens the window where there may be none or it is wanted. */
  begin(hidden: boolean): Promise<void>;
  dispose(): void;
}

/** The desktop's side of the monitor: tray, window and alerts. To be called once the program is ready. */
export function startShell(options: ShellOptions): Shell {
  const { monitor, notifications, root } = options;
  const { platform } = process;
  const icons = loadIcons(nativeImage, join(root, 'resources', 'icons'), platform);
  const viewing = createViewing(platform, () => window.current());
  const window = buildWindow(options, icons, viewing);
  const show = (target?: Target): void => window.show(target);

  secureSession(session.defaultSession);
  serveAppScheme(protocol, join(root, 'out', 'renderer'));
  Menu.setApplicationMenu(Menu.buildFromTemplate(applicationMenu(platform)));
  const dispatch = createDispatch(
    options.handlers({
      viewing: ({ services }) => {
        viewing.set(services);
        return undefined;
      },
      saveFile: createSaveFile({
        ask: (asked) => {
          const parent = window.current();
          return parent === undefined ? dialog.showSaveDialog(asked) : dialog.showSaveDialog(parent, asked);
        },
        folder: () => app.getPath('documents'),
      }),
    }),
    (name, error) => console.error(`${name}:`, error),
  );
  const stopIpc = registerIpc(
    ipcMain,
    dispatch,
    () => window.current()?.webContents,
    (name) => console.error(`Refused ${name}: it does not come from the program's window.`),
  );

  const tray = buildTray(options, icons, show);
  const channel = chooseChannel(options, icons, tray, show);
  notifications.connectDesktop(
    desktopPort(
      channel,
      (service) => viewing.isViewed(service),
      () => monitor.report('native notifications', null),
    ),
  );
  const host = followTrayHost(monitor);

  const stops = [
    stopIpc,
    monitor.onChanges((changes) => {
      tray?.render(trayView(monitor.snapshot(), Date.now(), options.actions.offered));
      const contents = window.current()?.webContents;
      if (contents !== undefined) sendEvent(contents, 'changes', changes);
    }),
    notifications.onState((state) => {
      const contents = window.current()?.webContents;
      if (contents !== undefined) sendEvent(contents, 'notifications', state);
    }),
    followPower(options),
    () => channel.close(),
    () => window.close(),
    () => tray?.dispose(),
  ];
  const afterLastWindow = async (): Promise<void> => {
    // The panel may have come after the program: look again before ending for want of it.
    if (tray === undefined || (host.last() === 'no' && (await host.find()) === 'no')) app.quit();
  };
  app.on('window-all-closed', () => void afterLastWindow());

  return {
    show,
    async begin(hidden) {
      if (!hidden || tray === undefined) show();
      if ((await host.find()) !== 'yes') show();
    },
    dispose() {
      for (const stop of stops.splice(0)) stop();
    },
  };
}

function buildWindow({ monitor, root }: ShellOptions, icons: Icons, viewing: Viewing): WindowController {
  return createWindowController({
    create: (options) => new BrowserWindow(options),
    preload: join(root, 'out', 'preload', 'index.cjs'),
    icon: icons.app,
    dark: () => nativeTheme.shouldUseDarkColors,
    isOnScreen: ({ x, y, width }) =>
      screen.getAllDisplays().some(({ workArea }) => {
        const across = Math.min(x + width, workArea.x + workArea.width) - Math.max(x, workArea.x);
        return across >= 100 && y >= workArea.y && y <= workArea.y + workArea.height - 50;
      }),
    onReset: () => viewing.set([]),
    report: (message) => monitor.report('window', message),
  });
}

/** @returns undefined where the system refuses a tray icon; the monitor then says so, and the window is all there is. */
function buildTray(
  { monitor, actions }: ShellOptions,
  icons: Icons,
  show: (target?: Target) => void,
): TrayController | undefined {
  const { platform } = process;
  const act = {
    check: () => void monitor.checkNow().catch((error: unknown) => monitor.report('check', String(error))),
    pause: () => void monitor.pauseNotifications(60),
    'pause-overnight': () => void monitor.pauseNotifications(minutesUntilMorning(Date.now())),
    resume: () => void monitor.pauseNotifications(0),
    quit: () => app.quit(),
  };
  try {
    return createTrayController(
      {
        createTray: (image) => new Tray(image),
        buildMenu: (template) => Menu.buildFromTemplate(template),
        setMenu: (tray, menu) => tray.setContextMenu(menu),
        icon: (state, panel) => icons.tray(state, panel),
        panel: () => panelColour(nativeTheme, platform, process.env['XDG_CURRENT_DESKTOP']),
        onPanelChange: (listener) => {
          nativeTheme.on('updated', listener);
          return () => nativeTheme.removeListener('updated', listener);
        },
        ampersandMarksKey: platform !== 'darwin',
        open: (service) => show(service === null ? undefined : { service }),
        act: (action) => act[action](),
        quick: (service, action) => {
          runQuickAction({ ...actions, dialog }, service, action).catch((error: unknown) =>
            monitor.report('quick actions', String(error)),
          );
        },
      },
      trayView(monitor.snapshot(), Date.now(), actions.offered),
    );
  } catch (error) {
    console.error(error);
    monitor.report('tray', `The tray icon could not be made: ${String(error)}`);
    return undefined;
  }
}

function chooseChannel(
  { monitor, notifier }: ShellOptions,
  icons: Icons,
  tray: TrayController | undefined,
  show: (target: Target) => void,
): AlertChannel {
  const onClick = (service: string | null): void => show({ service });
  const icon = icons.alert;
  if (Notification.isSupported()) {
    return notificationChannel({
      create: (options) => new Notification(options),
      icon,
      platform: process.platform,
      onClick,
      onFailure: (error) => monitor.report('native notifications', failure(error)),
    });
  }
  if (process.platform === 'win32' && tray !== undefined) return balloonChannel(tray.tray, onClick);
  return outsideChannel(notifier, icon, onClick, (error) => monitor.report('native notifications', failure(error)));
}

function failure(error: unknown): string {
  return `A native notification could not be shown: ${error instanceof Error ? error.message : String(error)}`;
}

function followTrayHost(monitor: Monitor): { find(): Promise<TrayHost>; last(): TrayHost } {
  let last: TrayHost = 'unknown';
  return {
    last: () => last,
    async find() {
      last = await findTrayHost(process.platform);
      monitor.note('no-tray', trayHostNote(last));
      return last;
    },
  };
}

function followPower({ monitor, notifications, history }: ShellOptions): () => void {
  const suspended = (): void => {
    monitor.suspended();
    history.suspended();
  };
  const resumed = (): void => {
    // Before anything that the monitor finds out now.
    history.resumed();
    monitor.resumed();
    notifications.wake();
  };
  powerMonitor.on('suspend', suspended);
  powerMonitor.on('resume', resumed);
  return () => {
    powerMonitor.removeListener('suspend', suspended);
    powerMonitor.removeListener('resume', resumed);
  };
}
