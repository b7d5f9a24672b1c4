import type { App, Session, WebContents } from 'electron';
import { ORIGIN } from './app-scheme.ts';

/** Electron's security checklist for this program: what a window is allowed is its own files and the bridge, nothing else. */
export function secureApp(app: App): void {
  app.on('web-contents-created', (_event, contents) => secureContents(contents));
}

function secureContents(contents: WebContents): void {
  const deny = (event: { preventDefault(): void }): void => event.preventDefault();
  contents.on('will-navigate', deny);
  contents.on('will-frame-navigate', deny);
  contents.on('will-redirect', deny);
  contents.on('will-attach-webview', deny);
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** The session of every window: no permission, no device, no download, no request but for the program's own files. */
export function secureSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
  session.setSpellCheckerEnabled(false);
  session.webRequest.onBeforeRequest((details, decide) => decide({ cancel: !isOwn(details.url) }));
}

/** Whether a request stays inside the program: its own origin, a picture in its own page, or the developer tools. */
export function isOwn(address: string): boolean {
  return (
    address.startsWith(`${ORIGIN}/`) || address.startsWith('data:image/') || address.startsWith('devtools://devtools/')
  );
}
