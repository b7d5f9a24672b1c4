import type { NativeTheme } from 'electron';
import type { Panel } from './tray.ts';

/**
 * The colour of the panel that the tray icon stands on. Windows has a setting of its own for it, GNOME's bar is dark in
 * either theme; elsewhere it goes with the theme. Where this is wrong the icon's outline keeps it visible.
 */
export function panelColour(
  theme: Pick<NativeTheme, 'shouldUseDarkColors'> &
    Partial<Pick<NativeTheme, 'shouldUseDarkColorsForSystemIntegratedUI'>>,
  platform: NodeJS.Platform,
  desktop: string | undefined,
): Panel {
  if (platform === 'linux' && /gnome|unity/i.test(desktop ?? '')) return 'dark';
  // Electron 32 has only the setting for programs.
  const dark = theme.shouldUseDarkColorsForSystemIntegratedUI ?? theme.shouldUseDarkColors;
  return dark ? 'dark' : 'light';
}
