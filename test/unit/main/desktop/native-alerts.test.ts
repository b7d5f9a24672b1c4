import { EventEmitter } from 'node:events';
import type { Notification, NotificationConstructorOptions, Tray } from 'electron';
import { describe, expect, it, vi } from 'vitest';
import { desktopPort } from '../../../../src/main/desktop/desktop-port.ts';
import {
  type Alert,
  balloonChannel,
  notificationChannel,
  outsideChannel,
} from '../../../../src/main/desktop/native-alerts.ts';
import { createNodeNotifier, type Notifier } from '../../../../src/main/notifications/node-notifier.ts';

const alert: Alert = {
  key: 'core',
  service: 'core',
  status: 'error',
  title: 'core: error',
  body: 'a <b>bad</b> day',
  sound: false,
};

class FakeNotification extends EventEmitter {
  readonly show = vi.fn();
  readonly close = vi.fn();
  constructor(readonly options: NotificationConstructorOptions) {
    super();
  }
}

function notifications(platform: NodeJS.Platform): {
  channel: ReturnType<typeof notificationChannel>;
  made: FakeNotification[];
  onClick: ReturnType<typeof vi.fn>;
  onFailure: ReturnType<typeof vi.fn>;
} {
  const made: FakeNotification[] = [];
  const onClick = vi.fn();
  const onFailure = vi.fn();
  const create = (options: NotificationConstructorOptions): Notification => {
    const notification = new FakeNotification(options);
    made.push(notification);
    return notification as unknown as Notification;
  };
  const icon = (status: string): string => `${status}.png`;
  return { channel: notificationChannel({ create, icon, platform, onClick, onFailure }), made, onClick, onFailure };
}

describe("Electron's notifications", () => {
  it('are urgent on Linux where the status is, and carry no markup there', async () => {
    const { channel, made } = notifications('linux');
    await channel.show(alert);
    await channel.show({ ...alert, key: 'b', status: 'healthy' });
    expect(made[0]?.options).toMatchObject({ urgency: 'critical', icon: 'error.png', body: 'a ‹b›bad‹/b› day' });
    expect(made[1]?.options).toMatchObject({ urgency: 'low' });
    expect(made[0]?.show).toHaveBeenCalledTimes(1);
  });

  it('have no urgency elsewhere', async () => {
    const { channel, made } = notifications('win32');
    await channel.show(alert);
    expect(made[0]?.options).toEqual({
      title: 'core: error',
      body: 'a <b>bad</b> day',
      icon: 'error.png',
      silent: true,
    });
  });

  it('take the place of the one before of the same service', async () => {
    const { channel, made, onClick } = notifications('linux');
    await channel.show(alert);
    await channel.show({ ...alert, status: 'healthy' });
    expect(made[0]?.close).toHaveBeenCalledTimes(1);
    expect(made[0]?.eventNames()).toEqual([]);
    made[1]?.emit('click');
    expect(onClick.mock.calls).toEqual([['core']]);
    expect(made[1]?.eventNames()).toEqual([]);
  });

  it('report a failure that comes later', async () => {
    const { channel, made, onFailure } = notifications('win32');
    await channel.show(alert);
    made[0]?.emit('failed', {}, 'no toast for you');
    expect(onFailure.mock.calls[0]?.[0]).toMatchObject({ message: 'no toast for you' });
  });

  it('are closed with the program', async () => {
    const { channel, made } = notifications('linux');
    await channel.show(alert);
    channel.close();
    expect(made[0]?.close).toHaveBeenCalledTimes(1);
  });
});

describe("the tray's balloon", () => {
  it('opens what it told of', async () => {
    const tray = Object.assign(new EventEmitter(), { displayBalloon: vi.fn(), removeBalloon: vi.fn() });
    const onClick = vi.fn();
    const channel = balloonChannel(tray as unknown as Tray, onClick);
    await channel.show({ ...alert, title: 'x'.repeat(100), body: '' });
    const [options] = tray.displayBalloon.mock.calls[0] ?? [];
    expect(options).toMatchObject({ iconType: 'error', content: 'x'.repeat(100) });
    expect((options as { title: string }).title.length).toBeLessThanOrEqual(63);
    tray.emit('balloon-click');
    expect(onClick.mock.calls).toEqual([['core']]);
    channel.close();
    expect(tray.eventNames()).toEqual([]);
  });
});

describe('the notifier outside Electron', () => {
  const notifier = (reply: [unknown, unknown?], seen: unknown[] = []): Notifier => ({
    notify: (options, callback) => {
      seen.push(options);
      callback(...reply);
    },
  });

  it('opens the service where it was clicked', async () => {
    const onClick = vi.fn();
    const outside = createNodeNotifier(() => Promise.resolve(notifier([null, 'activate'])));
    await outsideChannel(
      outside,
      () => 'icon',
      onClick,
      () => undefined,
    ).show(alert);
    expect(onClick.mock.calls).toEqual([['core']]);
  });

  it('does not let a text become an option or markup', async () => {
    const seen: unknown[] = [];
    const outside = createNodeNotifier(() => Promise.resolve(notifier(['', ''], seen)));
    await outside.notify({ title: '--urgency=low', body: '<a>\u0000', icon: 'i', urgency: 'low' });
    expect(seen[0]).toMatchObject({ title: ' --urgency=low', message: '‹a› ' });
  });

  it('rejects where it fails', async () => {
    const failing = (reply: unknown): Promise<unknown> =>
      createNodeNotifier(() => Promise.resolve(notifier([reply]))).notify({ ...alert, icon: 'i', urgency: 'low' });
    await expect(failing(new Error('no program'))).rejects.toThrow('no program');
    // notify-send's warnings are no failure.
    await expect(failing('(notify-send:829): GLib-WARNING')).resolves.toBe('shown');
  });
});

describe('the way to the screen', () => {
  const request = { ...alert, transport: 'desktop' } as const;
  const channel = (show: () => Promise<void>): Parameters<typeof desktopPort>[0] => ({
    name: 'balloon',
    atOnce: 1,
    show,
    close: () => undefined,
  });

  it('says that it was shown, and how', async () => {
    const show = vi.fn(() => Promise.resolve());
    const port = desktopPort(channel(show), () => false);
    expect(port.separateUpTo).toBe(1);
    await expect(port.show(request)).resolves.toEqual({ outcome: 'delivered', answer: 'Shown (balloon).' });
    expect(show).toHaveBeenCalledOnce();
  });

  it('knows which services somebody is looking at', () => {
    const port = desktopPort(
      channel(() => Promise.resolve()),
      (service) => service === 'core',
    );
    expect([port.viewed('core'), port.viewed('audio')]).toEqual([true, false]);
  });

  it('that fails is worth another try', async () => {
    const port = desktopPort(
      channel(() => Promise.reject(new Error('no session bus'))),
      () => false,
    );
    await expect(port.show(request)).resolves.toMatchObject({
      outcome: 'temporary',
      message: expect.stringContaining('no session bus'),
    });
  });
});
