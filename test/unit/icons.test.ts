import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Panel {
  panel: string;
  mark: string;
  states: Record<string, string>;
}
interface BuildIcons {
  ICONS: string;
  PANELS: Record<string, Panel>;
  STATES: string[];
  buildIcons(): Map<string, Buffer>;
}

// The script is plain JavaScript, so that it runs without a build; its types stand here.
const script = '../../scripts/build-icons.mjs';
const { ICONS, PANELS, STATES, buildIcons } = (await import(script)) as BuildIcons;

const committed = readdirSync(ICONS, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.png'))
  .map((entry) => relative(ICONS, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));

/** WCAG's contrast of two colours. */
function contrast(a: string, b: string): number {
  const light = (colour: string): number => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const part = parseInt(colour.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
  };
  const [first, second] = [light(a), light(b)];
  return Math.max(first, second) / Math.min(first, second);
}

describe('icons', () => {
  it('are what the sources give now (npm run icons)', () => {
    const built = buildIcons();
    expect(committed.sort()).toEqual([...built.keys()].sort());
    for (const [path, png] of built) expect(png.equals(readFileSync(join(ICONS, path))), path).toBe(true);
  });

  it('differ from each other without their colours, in the size of the smallest tray', () => {
    const built = buildIcons();
    const stencils = STATES.map((state) => built.get(`tray/${state}Template.png`)?.toString('base64'));
    expect(new Set(stencils).size).toBe(7);
    expect(stencils).not.toContain(undefined);
  });

  const pairs = Object.entries(PANELS).flatMap(([name, { panel, mark, states }]) =>
    Object.entries(states).map(([state, colour]) => ({ name, state, colour, panel, mark })),
  );
  it.each(pairs)('$state stands out on a $name panel, and its sign on it', ({ colour, panel, mark }) => {
    expect(contrast(colour, panel)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colour, mark)).toBeGreaterThanOrEqual(4.5);
  });
});
