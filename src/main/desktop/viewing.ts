/** What the rule asks of a window; Electron's BrowserWindow has it. */
export interface Viewed {
  isVisible(): boolean;
  isMinimized(): boolean;
  isFocused(): boolean;
}

export interface Viewing {
  /** The window says which services it shows; an empty list while its document is hidden. */
  set(services: readonly string[]): void;
  /** Whether somebody can be taken to be looking at this service. */
  isViewed(service: string): boolean;
}

/**
 * Which services the window shows. Windows and macOS tell a document that is covered by other windows that it is hidden,
 * and the window then reports that it shows nothing; on Linux only a window that has the focus is sure to be seen.
 */
export function createViewing(platform: NodeJS.Platform, window: () => Viewed | undefined): Viewing {
  const tellsOcclusion = platform === 'win32' || platform === 'darwin';
  let shown: ReadonlySet<string> = new Set();
  return {
    set(services) {
      shown = new Set(services);
    },
    isViewed(service) {
      const open = window();
      if (open === undefined || !shown.has(service)) return false;
      return open.isVisible() && !open.isMinimized() && (tellsOcclusion || open.isFocused());
    },
  };
}
