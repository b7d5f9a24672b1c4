import { EventEmitter } from 'node:events';
import type { MenuItemConstructorOptions, NativeImage, Tray } from 'electron';
import { describe, expect, it, vi } from 'vitest';
import { createTrayController, menuTemplate, type Panel, type TrayParts } from '../../../../src/main/desktop/tray.ts';
import { trayView } from '../../../../src/main/desktop/tray-view.ts';
import { NOW, snapshot, summary } from './doubles.ts';

const healthy = trayView(snapshot([summary('a', 'healthy')]), NOW);
const failing = trayView(snapshot([summary('a', 'error')]), NOW);

/** A tray that records what it is told. */
class FakeTray extends EventEmitter {
  readonly setImage = vi.fn();
  readonly setToolTip = vi.fn();
  readonly destroy = vi.fn();
}

function build(): {
  parts: TrayParts<MenuItemConstructorOptions[]>;
  tray: FakeTray;
  theme: EventEmitter & { panel: Panel };
  menus: MenuItemConstructorOptions[][];
} {
  const tray = new FakeTray();
  const theme = Object.assign(new EventEmitter(), { panel: 'dark' as Panel });
  const menus: MenuItemConstructorOptions[][] = [];
  const parts: TrayParts<MenuItemConstructorOptions[]> = {
    createTray: () => tray as unknown as Tray,
    buildMenu: (template) => template,
    setMenu: (_tray, menu) => menus.push(menu),
    icon: (state, panel) => `${state} ${panel}` as unknown as NativeImage,
    panel: () => theme.panel,
    onPanelChange: (listener) => {
      theme.on('updated', listener);
      return () => theme.removeListener('updated', listener);
    },
    ampersandMarksKey: true,
    open: vi.fn(),
    act: vi.fn(),
    quick: vi.fn(),
  };
  return { parts, tray, theme, menus };
}

describe('the tray controller', () => {
  it('sets only what is different', () => {
    const { parts, tray, menus } = build();
    const controller = createTrayController(parts, healthy);
    controller.render(healthy);
    controller.render({ ...healthy });
    expect([tray.setImage.mock.calls.length, tray.setToolTip.mock.calls.length, menus.length]).toEqual([0, 1, 1]);
    controller.render(failing);
    expect([tray.setImage.mock.calls.length, tray.setToolTip.mock.calls.length, menus.length]).toEqual([1, 2, 2]);
    expect(menus.every((menu) => menu.length > 0)).toBe(true);
  });

  it('follows the colour of the panel', () => {
    const { parts, tray, theme } = build();
    createTrayController(parts, healthy);
    theme.emit('updated');
    expect(tray.setImage).not.toHaveBeenCalled();
    theme.panel = 'light';
    theme.emit('updated');
    expect(tray.setImage.mock.calls).toEqual([['healthy light']]);
  });

  it('opens the window at a click, and at the second of a pair', () => {
    const { parts, tray } = build();
    createTrayController(parts, healthy);
    tray.emit('click');
    tray.emit('double-click');
    expect(parts.open).toHaveBeenCalledTimes(2);
  });

  it('keeps no listener, however often it renders, and none after its end', () => {
    const { parts, tray, theme } = build();
    const controller = createTrayController(parts, healthy);
    const listeners = (): number => tray.eventNames().length + theme.listenerCount('updated');
    const before = listeners();
    for (let index = 0; index < 100; index += 1) controller.render(index % 2 === 0 ? failing : healthy);
    expect(listeners()).toBe(before);
    controller.dispose();
    controller.dispose();
    controller.render(failing);
    expect(listeners()).toBe(0);
    expect(tray.destroy).toHaveBeenCalledTimes(1);
  });

  it('leaves no icon behind where its first view cannot be shown', () => {
    const { parts, tray, theme } = build();
    const broken = {
      ...parts,
      buildMenu: (): never => {
        throw new Error('no menu');
      },
    };
    expect(() => createTrayController(broken, healthy)).toThrow('no menu');
    expect(tray.destroy).toHaveBeenCalledTimes(1);
    expect(theme.listenerCount('updated')).toBe(0);
  });
});

describe('the menu', () => {
  const entries = trayView(snapshot([summary('R&D', 'error')]), NOW).menu;
  const press = (item: MenuItemConstructorOptions | undefined): void => {
    (item?.click as (() => void) | undefined)?.();
  };

  it('shows an ampersand where it would mark a key', () => {
    const { parts } = build();
    const labels = (ampersandMarksKey: boolean): unknown[] =>
      menuTemplate(entries, { ...parts, ampersandMarksKey }).map(({ label }) => label);
    expect(labels(true)).toContain('R&&D: error');
    expect(labels(false)).toContain('R&D: error');
  });

  it('does a quick action to the service below which it stands', () => {
    const { parts } = build();
    const offered = () => [{ id: 'restart', label: 'Restart', does: '' }];
    const items = menuTemplate(trayView(snapshot([summary('core', 'error')]), NOW, offered).menu, parts);
    press(items.find(({ label }) => label?.trim() === 'Restart…'));
    expect(vi.mocked(parts.quick).mock.calls).toEqual([['core', 'restart']]);
  });

  it('does what it says', () => {
    const { parts } = build();
    const items = menuTemplate(entries, parts);
    const find = (start: string): MenuItemConstructorOptions | undefined =>
      items.find(({ label }) => label?.startsWith(start));
    for (const start of ['R&&D', 'Open', 'Check', 'Pause', 'Quit']) press(find(start));
    expect(vi.mocked(parts.open).mock.calls).toEqual([['R&D'], [null]]);
    expect(vi.mocked(parts.act).mock.calls).toEqual([['check'], ['pause'], ['quit']]);
  });
});
