import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NativeImage, nativeImage } from 'electron';
import type { HealthStatus } from '../../shared/status.ts';
import type { TrayState } from './tray-view.ts';
import type { Panel } from './tray.ts';

/** Which file is shown at which scale. Linux panels are 22 to 24 pixels high, Windows' are 16. */
const SCALES: Readonly<Record<'win32' | 'other', readonly [scale: number, size: number][]>> = {
  win32: [
    [1, 16],
    [1.5, 24],
    [2, 32],
    [3, 48],
  ],
  other: [
    [1, 24],
    [2, 48],
  ],
};

export interface Icons {
  tray(state: TrayState, panel: Panel): NativeImage;
  /** The path of an alert's icon. */
  alert(status: HealthStatus): string;
  readonly app: string;
}

/**
 * The committed icons (`npm run icons` makes them), each read once.
 * @param folder resources/icons.
 */
export function loadIcons(images: typeof nativeImage, folder: string, platform: NodeJS.Platform): Icons {
  const read = new Map<string, NativeImage>();
  const create = (state: TrayState, panel: Panel): NativeImage => {
    // macOS takes a stencil and colours it itself; the name says that it is one, and @2x is found beside it.
    if (platform === 'darwin') return images.createFromPath(join(folder, 'tray', `${state}Template.png`));
    const image = images.createEmpty();
    for (const [scaleFactor, size] of SCALES[platform === 'win32' ? 'win32' : 'other']) {
      const buffer = readFileSync(join(folder, 'tray', `${state}-${panel}-${size}.png`));
      image.addRepresentation({ scaleFactor, width: size, height: size, buffer });
    }
    return image;
  };
  return {
    tray(state, panel) {
      const key = `${state} ${panel}`;
      const known = read.get(key) ?? create(state, panel);
      read.set(key, known);
      return known;
    },
    alert: (status) => join(folder, 'notification', `${status}.png`),
    app: join(folder, 'app-256.png'),
  };
}
