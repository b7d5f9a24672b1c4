import { describe, expect, it } from 'vitest';
import { createViewing } from '../../../../src/main/desktop/viewing.ts';

const window = (visible: boolean, minimised: boolean, focused: boolean) => ({
  isVisible: () => visible,
  isMinimized: () => minimised,
  isFocused: () => focused,
});

describe('whether somebody looks at a service', () => {
  it.each([
    ['linux', window(true, false, true), true],
    // A window that another one covers looks the same there as one that is seen.
    ['linux', window(true, false, false), false],
    ['win32', window(true, false, false), true],
    ['darwin', window(true, false, false), true],
    ['win32', window(true, true, true), false],
    ['win32', window(false, false, false), false],
    ['win32', undefined, false],
  ] as const)('%s', (platform, open, viewed) => {
    const viewing = createViewing(platform, () => open);
    viewing.set(['core']);
    expect(viewing.isViewed('core')).toBe(viewed);
    expect(viewing.isViewed('audio')).toBe(false);
    viewing.set([]);
    expect(viewing.isViewed('core')).toBe(false);
  });
});
