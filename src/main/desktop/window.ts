import type { BrowserWindow, BrowserWindowConstructorOptions, Rectangle } from 'electron';
import { START_PAGE } from './app-scheme.ts';
import { sendEvent } from './ipc.ts';

/** What a window is asked to show; null for the overview. */
export interface Target {
  service: string | null;
}

export interface WindowParts {
  create(options: BrowserWindowConstructorOptions): BrowserWindow;
  /** The preload script's path. */
  preload: string;
  /** The program icon's path. */
  icon: string;
  dark(): boolean;
  /** Whether enough of a window at this place could be seen on one of the screens that there are now. */
  isOnScreen(bounds: Rectangle): boolean;
  /** The window's page is gone or has been replaced: what it said last no longer holds. */
  onReset(): void;
  /** What is wrong with the window, null once it is well again. */
  report(message: string | null): void;
}

export interface WindowController {
  current(): BrowserWindow | undefined;
  /** Brings the window to the front, a new one where there is none; goes to `target` where one is given. */
  show(target?: Target): void;
  close(): void;
}

/** The colours of the page's background, so that a new window does not flash white. */
const BACKGROUND = { dark: '#16181d', light: '#f7f8fa' };

/** A page that failed longer ago than this has run well since; one that fails sooner again would fail for ever. */
const FAILED_AGAIN = 60_000;

/** The program's one window: made when it is wanted, gone with its process when it is closed. */
export function createWindowController(parts: WindowParts): WindowController {
  let window: BrowserWindow | undefined;
  let bounds: Rectangle | undefined;

  const open = (target: Target | undefined): BrowserWindow => {
    const place = bounds !== undefined && parts.isOnScreen(bounds) ? bounds : { width: 1080, height: 760 };
    const created = parts.create({ ...place, ...windowOptions(parts) });
    const page = followPage(created, parts, target);
    created.once('ready-to-show', () => bringToFront(created));
    created.on('close', () => {
      bounds = created.getNormalBounds();
    });
    created.on('closed', () => {
      if (window === created) window = undefined;
      goTo = undefined;
      parts.onReset();
    });
    goTo = page.goTo;
    created.loadURL(START_PAGE).catch((error: unknown) => {
      // A window that was closed while it loaded is no failure.
      if (!created.isDestroyed()) parts.report(`The window could not be loaded: ${String(error)}`);
    });
    return created;
  };
  let goTo: ((target: Target) => void) | undefined;

  return {
    current: () => window,
    show(target) {
      if (window === undefined) {
        window = open(target);
        return;
      }
      bringToFront(window);
      if (target !== undefined) goTo?.(target);
    },
    close() {
      window?.destroy();
    },
  };
}

function windowOptions({ preload, icon, dark }: WindowParts): BrowserWindowConstructorOptions {
  return {
    minWidth: 420,
    minHeight: 320,
    show: false,
    title: 'Experimance Health',
    icon,
    backgroundColor: dark() ? BACKGROUND.dark : BACKGROUND.light,
    autoHideMenuBar: true,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
    },
  };
}

function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

/** Sends a window to its target once its page can hear it, and loads the page again where its process failed. */
function followPage(
  window: BrowserWindow,
  { report, onReset }: WindowParts,
  first: Target | undefined,
): { goTo(target: Target): void } {
  const { webContents } = window;
  let loaded = false;
  let wanted = first;
  let failedAt = -Infinity;

  webContents.on('did-finish-load', () => {
    loaded = true;
    report(null);
    if (wanted !== undefined) sendEvent(webContents, 'open', wanted);
    wanted = undefined;
  });
  webContents.on('did-start-loading', () => {
    loaded = false;
  });
  webContents.on('preload-error', (_event, _path, error) => {
    report(`The window cannot reach the monitor, its bridge failed: ${error.message}`);
  });
  webContents.on('render-process-gone', (_event, { reason }) => {
    loaded = false;
    onReset();
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    const again = performance.now() - failedAt < FAILED_AGAIN;
    failedAt = performance.now();
    if (!again) {
      webContents.reload();
      return;
    }
    report(`The window failed twice (${reason}) and was closed. Open it again from the tray.`);
    window.destroy();
  });
  // A page that hangs does not come back: end its process, and the handler above loads it again.
  window.on('unresponsive', () => webContents.forcefullyCrashRenderer());

  return {
    goTo(target) {
      if (loaded) sendEvent(webContents, 'open', target);
      else wanted = target;
    },
  };
}
