import type { MenuItemConstructorOptions, NativeImage, Tray } from 'electron';
import { type TrayAction, type TrayEntry, type TrayState, type TrayView } from './tray-view.ts';

/** Which of the two sets of icons: the one for dark panels or the one for light ones. */
export type Panel = 'dark' | 'light';

/** What the tray needs of Electron and of the program. */
export interface TrayParts<Menu> {
  createTray(image: NativeImage): Tray;
  buildMenu(template: MenuItemConstructorOptions[]): Menu;
  setMenu(tray: Tray, menu: Menu): void;
  icon(state: TrayState, panel: Panel): NativeImage;
  /** The panel's colour now, and a subscription to its changes that returns its own end. */
  panel(): Panel;
  onPanelChange(listener: () => void): () => void;
  /** Whether `&` in a label marks a key there and must be doubled to be seen. */
  ampersandMarksKey: boolean;
  open(service: string | null): void;
  act(action: Exclude<TrayAction, 'open'>): void;
  /** Does to a service what the settings allow, after asking. */
  quick(service: string, action: string): void;
}

export interface TrayController {
  readonly tray: Tray;
  /** Shows a view. What is the same as before is not set again: a menu that somebody has open stays. */
  render(view: TrayView): void;
  dispose(): void;
}

/** The icon in the tray: one `render(view)`, and every listener taken back by `dispose`. */
export function createTrayController<Menu>(parts: TrayParts<Menu>, first: TrayView): TrayController {
  let icon = iconKey(first.state, parts.panel());
  let state = first.state;
  const tray = parts.createTray(parts.icon(state, parts.panel()));
  let tooltip: string | undefined;
  let menu: string | undefined;
  let disposed = false;

  const open = (): void => parts.open(null);
  tray.on('click', open);
  // Windows tells the second click of a pair as this; the window was opened by the first and must come to the front again.
  tray.on('double-click', open);

  const renderIcon = (): void => {
    const next = iconKey(state, parts.panel());
    if (next === icon) return;
    icon = next;
    tray.setImage(parts.icon(state, parts.panel()));
  };
  const stopPanel = parts.onPanelChange(renderIcon);

  const dispose = (): void => {
    if (disposed) return;
    disposed = true;
    stopPanel();
    tray.removeListener('click', open);
    tray.removeListener('double-click', open);
    tray.destroy();
  };
  const render = (view: TrayView): void => {
    if (disposed) return;
    state = view.state;
    renderIcon();
    if (view.tooltip !== tooltip) {
      tooltip = view.tooltip;
      tray.setToolTip(tooltip);
    }
    const model = JSON.stringify(view.menu);
    if (model !== menu) {
      menu = model;
      parts.setMenu(tray, parts.buildMenu(menuTemplate(view.menu, parts)));
    }
  };
  try {
    render(first);
  } catch (error) {
    // An icon that nobody holds could neither be changed nor taken away.
    dispose();
    throw error;
  }

  return {
    tray,
    render,
    dispose,
  };
}

function iconKey(state: TrayState, panel: Panel): string {
  return `${state} ${panel}`;
}

/** The menu of a view as Electron takes it. */
export function menuTemplate(
  entries: readonly TrayEntry[],
  { ampersandMarksKey, open, act, quick }: Pick<TrayParts<unknown>, 'ampersandMarksKey' | 'open' | 'act' | 'quick'>,
): MenuItemConstructorOptions[] {
  const label = (text: string): string => (ampersandMarksKey ? text.replaceAll('&', '&&') : text);
  return entries.map((entry): MenuItemConstructorOptions => {
    switch (entry.type) {
      case 'separator':
        return { type: 'separator' };
      case 'heading':
        return { label: label(entry.label), enabled: false };
      case 'service':
        return { label: label(entry.label), click: () => open(entry.service) };
      case 'quick':
        return { label: label(entry.label), click: () => quick(entry.service, entry.action) };
      case 'action': {
        const { action } = entry;
        return { label: label(entry.label), click: () => (action === 'open' ? open(null) : act(action)) };
      }
    }
  });
}
