import type { Notification, NotificationConstructorOptions, Tray } from 'electron';
import type { DesktopRequest } from '../../shared/handlers/handler.ts';
import type { HealthStatus } from '../../shared/status.ts';
import { cutAtWord } from './plain-text.ts';

/** A native alert, as data. A later one with the same key takes the place of the earlier one. */
export type Alert = Omit<DesktopRequest, 'transport'>;

/** A way to put an alert on the screen. */
export interface AlertChannel {
  readonly name: 'notification' | 'balloon' | 'node-notifier';
  /** How many of its alerts can be seen at once. */
  readonly atOnce: number;
  /** Rejects where the alert could not be shown. */
  show(alert: Alert): Promise<void>;
  close(): void;
}

type OnClick = (service: string | null) => void;

const URGENCY: Readonly<Record<HealthStatus, 'low' | 'normal' | 'critical'>> = {
  healthy: 'low',
  unknown: 'normal',
  warning: 'normal',
  error: 'critical',
  fatal: 'critical',
};

export interface NotificationParts {
  create(options: NotificationConstructorOptions): Notification;
  icon(status: HealthStatus): string;
  platform: NodeJS.Platform;
  onClick: OnClick;
  /** Told of a failure that the system reports later than `show`. */
  onFailure(error: Error): void;
}

/** Electron's own notifications. */
export function notificationChannel({ create, icon, platform, onClick, onFailure }: NotificationParts): AlertChannel {
  // A notification that nobody refers to is collected, and its click never arrives.
  const open = new Map<string, Notification>();
  const drop = (key: string, notification: Notification): void => {
    notification.removeAllListeners();
    if (open.get(key) === notification) open.delete(key);
  };
  return {
    name: 'notification',
    atOnce: 3,
    show(alert) {
      const previous = open.get(alert.key);
      if (previous !== undefined) {
        drop(alert.key, previous);
        previous.close();
      }
      const notification = create({
        title: asBody(alert.title, platform),
        body: asBody(alert.body, platform),
        icon: icon(alert.status),
        silent: !alert.sound,
        ...(platform === 'linux' ? { urgency: URGENCY[alert.status] } : {}),
      });
      open.set(alert.key, notification);
      notification.on('click', () => {
        drop(alert.key, notification);
        onClick(alert.service);
      });
      notification.on('close', () => drop(alert.key, notification));
      notification.on('failed', (_event, error) => {
        drop(alert.key, notification);
        onFailure(new Error(error));
      });
      notification.show();
      return Promise.resolve();
    },
    close() {
      for (const [key, notification] of [...open]) {
        drop(key, notification);
        notification.close();
      }
    },
  };
}

/** Linux's notification servers read a body as markup; a service's message must not become a link or a picture. */
function asBody(text: string, platform: NodeJS.Platform): string {
  return platform === 'linux' ? text.replaceAll('<', '‹').replaceAll('>', '›') : text;
}

const BALLOON_ICON: Readonly<Record<HealthStatus, 'info' | 'warning' | 'error'>> = {
  healthy: 'info',
  unknown: 'warning',
  warning: 'warning',
  error: 'error',
  fatal: 'error',
};
/** What Windows keeps of a balloon's title. */
const BALLOON_TITLE = 63;

/** The balloon of Windows' tray icon. A new one takes the place of the one before, so there is one at a time. */
export function balloonChannel(
  tray: Pick<Tray, 'displayBalloon' | 'removeBalloon' | 'on' | 'removeListener'>,
  onClick: OnClick,
): AlertChannel {
  let shown: Alert | undefined;
  const clicked = (): void => onClick(shown?.service ?? null);
  tray.on('balloon-click', clicked);
  return {
    name: 'balloon',
    atOnce: 1,
    show(alert) {
      shown = alert;
      tray.displayBalloon({
        title: cutAtWord(alert.title, BALLOON_TITLE),
        // Windows shows no balloon without a text.
        content: alert.body === '' ? alert.title : alert.body,
        iconType: BALLOON_ICON[alert.status],
        noSound: !alert.sound,
        respectQuietTime: true,
      });
      return Promise.resolve();
    },
    close() {
      tray.removeListener('balloon-click', clicked);
    },
  };
}

/** What `src/main/notifications/node-notifier.ts` supplies. */
export interface OutsideNotifier {
  /** Resolves once it is shown or was clicked, and says which. */
  notify(message: {
    title: string;
    body: string;
    icon: string;
    urgency: 'low' | 'normal' | 'critical';
  }): Promise<'shown' | 'clicked'>;
}

/** How long a notifier has to say that it cannot show anything, in ms. */
const NO_COMPLAINT = 2000;

/** A program outside Electron: where Electron has no notifications and the tray no balloons. */
export function outsideChannel(
  notifier: OutsideNotifier,
  icon: (status: HealthStatus) => string,
  onClick: OnClick,
  onFailure: (error: unknown) => void,
): AlertChannel {
  let closed = false;
  return {
    name: 'node-notifier',
    atOnce: 3,
    async show({ title, body, status, service }) {
      const shown = notifier.notify({ title, body, icon: icon(status), urgency: URGENCY[status] }).then((result) => {
        if (result === 'clicked' && !closed) onClick(service);
      });
      // Some programs end only when the notification is clicked or gone: no complaint for a while is as good as shown.
      await Promise.race([shown, new Promise((resolve) => setTimeout(resolve, NO_COMPLAINT).unref())]);
      shown.catch(onFailure);
    },
    close() {
      closed = true;
    },
  };
}
