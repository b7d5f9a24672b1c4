import { EventEmitter } from 'node:events';
import type { BrowserWindow, BrowserWindowConstructorOptions } from 'electron';
import { describe, expect, it, vi } from 'vitest';
import { createWindowController } from '../../../../src/main/desktop/window.ts';

class FakeContents extends EventEmitter {
  readonly send = vi.fn();
  readonly reload = vi.fn();
  readonly forcefullyCrashRenderer = vi.fn();
  readonly isDestroyed = (): boolean => false;
}
class FakeWindow extends EventEmitter {
  readonly webContents = new FakeContents();
  readonly show = vi.fn();
  readonly focus = vi.fn();
  readonly restore = vi.fn();
  readonly loadURL = vi.fn(() => Promise.resolve());
  minimised = false;
  destroyed = false;
  constructor(readonly options: BrowserWindowConstructorOptions) {
    super();
  }
  isMinimized(): boolean {
    return this.minimised;
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }
  getNormalBounds(): { x: number; y: number; width: number; height: number } {
    return { x: 5, y: 6, width: 700, height: 500 };
  }
  destroy(): void {
    this.destroyed = true;
    this.emit('closed');
  }
}

function build() {
  const made: FakeWindow[] = [];
  const report = vi.fn();
  const onReset = vi.fn();
  const controller = createWindowController({
    create: (options) => {
      const window = new FakeWindow(options);
      made.push(window);
      return window as unknown as BrowserWindow;
    },
    preload: '/preload.cjs',
    icon: '/icon.png',
    dark: () => true,
    isOnScreen: () => true,
    onReset,
    report,
  });
  return { controller, made, report, onReset };
}

describe('the window', () => {
  it('is one, closed to the outside, and shown when it can be seen', () => {
    const { controller, made } = build();
    controller.show();
    controller.show();
    expect(made).toHaveLength(1);
    expect(made[0]?.options).toMatchObject({
      webPreferences: { sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true },
    });
    expect(made[0]?.loadURL).toHaveBeenCalledWith('app://experimance-health/index.html');
  });

  it('goes to a service only once its page can hear it', () => {
    const { controller, made } = build();
    controller.show({ service: 'core' });
    const contents = made[0]?.webContents;
    expect(contents?.send).not.toHaveBeenCalled();
    contents?.emit('did-finish-load');
    expect(contents?.send.mock.calls).toEqual([['event:open', { service: 'core' }]]);
    controller.show({ service: null });
    expect(contents?.send).toHaveBeenLastCalledWith('event:open', { service: null });
    controller.show();
    expect(contents?.send).toHaveBeenCalledTimes(2);
  });

  it('is brought back from the taskbar', () => {
    const { controller, made } = build();
    controller.show();
    const [window] = made;
    if (window !== undefined) window.minimised = true;
    controller.show();
    expect(window?.restore).toHaveBeenCalledTimes(1);
  });

  it('is a new one in the same place after it was closed', () => {
    const { controller, made, onReset } = build();
    controller.show();
    made[0]?.emit('close');
    made[0]?.destroy();
    expect(controller.current()).toBeUndefined();
    expect(onReset).toHaveBeenCalledTimes(1);
    controller.show();
    expect(made[1]?.options).toMatchObject({ x: 5, y: 6, width: 700, height: 500 });
  });

  it('loads its page again after a crash, once, and then says so', () => {
    const { controller, made, report } = build();
    controller.show();
    const contents = made[0]?.webContents;
    contents?.emit('render-process-gone', {}, { reason: 'clean-exit' });
    expect(contents?.reload).not.toHaveBeenCalled();
    made[0]?.emit('unresponsive');
    expect(contents?.forcefullyCrashRenderer).toHaveBeenCalledTimes(1);
    contents?.emit('render-process-gone', {}, { reason: 'crashed' });
    expect(contents?.reload).toHaveBeenCalledTimes(1);
    contents?.emit('render-process-gone', {}, { reason: 'crashed' });
    expect(contents?.reload).toHaveBeenCalledTimes(1);
    expect(report).toHaveBeenLastCalledWith(expect.stringContaining('failed twice'));
    expect(controller.current()).toBeUndefined();
  });
});
