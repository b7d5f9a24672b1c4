/** A native notification through a program of the system's: notify-send, terminal-notifier, SnoreToast. */
export interface OutsideMessage {
  title: string;
  body: string;
  /** The path of a picture. */
  icon: string;
  urgency: 'low' | 'normal' | 'critical';
}

/** As much of node-notifier as is used here. */
export interface Notifier {
  notify(
    options: { title: string; message: string; icon: string; wait: boolean; urgency: string; 'app-name': string },
    callback: (error: unknown, response?: unknown) => void,
  ): unknown;
}

/** Loaded at the first notification: it looks for programs as it loads, and most platforms never need it. */
async function loadNotifier(): Promise<Notifier> {
  const { default: notifier } = await import('node-notifier');
  // Its types know no option that only some of the programs take; the others ignore it.
  return notifier as unknown as Notifier;
}

/** Notifications by node-notifier, for wherever Electron's own are not available. */
export function createNodeNotifier(load: () => Promise<Notifier> = loadNotifier): {
  notify(message: OutsideMessage): Promise<'shown' | 'clicked'>;
} {
  return {
    async notify({ title, body, icon, urgency }) {
      const notifier = await load();
      return new Promise((resolve, reject) => {
        const options = {
          title: argument(title),
          message: withEscapes(argument(body === '' ? title : body)),
          icon,
          urgency,
          // Without this the program would not stay to tell of a click.
          wait: true,
          'app-name': 'Experimance Health',
        };
        notifier.notify(options, (error, response) => {
          // What the program grumbles on its standard error arrives as a text, though the notification is shown.
          if (error instanceof Error) reject(error);
          else resolve(response === 'activate' || response === 'clicked' ? 'clicked' : 'shown');
        });
      });
    },
  };
}

/**
 * Text as it may stand in a command line. node-notifier quotes it for the shell; a leading dash would still be read as an
 * option by the program, an angle bracket as markup by the notification server, and a NUL ends the line.
 */
function argument(text: string): string {
  const safe = text.replaceAll('\u0000', ' ').replaceAll('<', '‹').replaceAll('>', '›');
  return safe.startsWith('-') ? ` ${safe}` : safe;
}

/** notify-send reads escapes in a body, so that a Windows path would lose its backslashes. */
function withEscapes(text: string): string {
  return process.platform === 'linux' ? text.replaceAll('\\', '\\\\') : text;
}
