import type { DesktopPort } from '../notifications/desktop-port.ts';
import type { AlertChannel } from './native-alerts.ts';

/**
 * The way to the screen, for the desktop's handler.
 * @param viewed whether somebody is looking at this service in the window: who sees it need not be told.
 * @param onShown what the system complained of earlier is over.
 */
export function desktopPort(
  channel: AlertChannel,
  viewed: (service: string) => boolean,
  onShown: () => void = () => undefined,
): DesktopPort {
  return {
    separateUpTo: channel.atOnce,
    viewed,
    async show(request) {
      try {
        await channel.show(request);
        onShown();
        return { outcome: 'delivered', answer: `Shown (${channel.name}).` };
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        return {
          outcome: 'temporary',
          message: `A native notification could not be shown: ${why}.`,
          unreachable: true,
        };
      }
    },
  };
}
