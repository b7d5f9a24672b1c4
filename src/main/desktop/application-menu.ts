import type { MenuItemConstructorOptions } from 'electron';

/**
 * The window's menu: what a keyboard must reach. Without the entries of Electron's default menu that reload the page or
 * open the developer tools.
 */
export function applicationMenu(platform: NodeJS.Platform): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin';
  return [
    ...(mac ? [{ role: 'appMenu' } as const] : []),
    {
      label: '&File',
      submenu: [
        { role: 'close', accelerator: 'CmdOrCtrl+W' },
        ...(mac ? [] : [{ role: 'quit', accelerator: 'Ctrl+Q' } as const]),
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [{ role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, { role: 'togglefullscreen' }],
    },
  ];
}
