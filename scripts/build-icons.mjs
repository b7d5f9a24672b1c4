// Renders resources/icons/*.svg into the PNGs beside them, which are committed. The same sources give the same bytes, so
// a test can tell that nobody forgot to run this (`npm run icons`).
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Resvg } from '@resvg/resvg-js';

/** Where the sources are and the icons go. */
export const ICONS = join(dirname(fileURLToPath(import.meta.url)), '..', 'resources', 'icons');

/** The pixel sizes of a tray icon: 16 at 100, 150, 200 and 300 %. */
export const TRAY_SIZES = [16, 24, 32, 48];

/**
 * What each state looks like on a dark and on a light panel. The outline is the other panel's colour, so that an icon
 * stands out on a panel whose colour was guessed wrong.
 */
export const PANELS = {
  dark: {
    panel: '#1f1f1f',
    edge: '#141414',
    mark: '#111111',
    states: {
      healthy: '#3ddc84',
      warning: '#ffc83d',
      error: '#ff6f61',
      fatal: '#ff7be5',
      unknown: '#d3d9e0',
      paused: '#8ab8ff',
      broken: '#ffa95c',
    },
  },
  light: {
    panel: '#f3f3f3',
    edge: '#ffffff',
    mark: '#ffffff',
    states: {
      healthy: '#0b7a3b',
      warning: '#946000',
      error: '#c42418',
      fatal: '#8e0f86',
      unknown: '#4b5563',
      paused: '#2457b3',
      broken: '#a34400',
    },
  },
};

export const STATES = Object.keys(PANELS.dark.states);
/** The states that a service can have, and so an alert. */
const STATUSES = ['healthy', 'warning', 'error', 'fatal', 'unknown'];

/** What is black stays, what is white becomes a hole: a macOS template image is a stencil. */
const STENCIL =
  '<filter id="stencil" color-interpolation-filters="sRGB" x="-1" y="-1" width="3" height="3">' +
  '<feColorMatrix values="0 0 0 0 0  0 0 0 0 0  0 0 0 0 0  -1 0 0 1 0"/></filter>';

const shapes = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(readFileSync(join(ICONS, 'status.svg'), 'utf8'))?.[1] ?? '';

function statusSvg(state, { colour, mark, edge, stencil = false }) {
  const style =
    `.plate{fill:${colour}}.bold{stroke:${colour}}.ring{fill:none;stroke:${colour}}` +
    `.mark{fill:${mark}}.sign{fill:${colour}}.line{fill:none}.mark.line{stroke:${mark}}.sign.line{stroke:${colour}}` +
    `.edge{fill:none;stroke:${edge}}`;
  const picture = `<use href="#${state}" width="16" height="16"${stencil ? ' filter="url(#stencil)"' : ''}/>`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><style>${style}</style>` +
    `<defs>${STENCIL}</defs>${shapes}${picture}</svg>`
  );
}

/** The PNG of an SVG, so many pixels wide. */
export function render(svg, width) {
  return new Resvg(svg, { fitTo: { mode: 'width', value: width }, font: { loadSystemFonts: false } }).render().asPng();
}

/** Every icon: its path below resources/icons, and its bytes. */
export function buildIcons() {
  const icons = new Map();
  for (const [panel, { edge, mark, states }] of Object.entries(PANELS)) {
    for (const [state, colour] of Object.entries(states)) {
      const svg = statusSvg(state, { colour, mark, edge });
      for (const size of TRAY_SIZES) icons.set(`tray/${state}-${panel}-${size}.png`, render(svg, size));
    }
  }
  for (const state of STATES) {
    const svg = statusSvg(state, { colour: '#000000', mark: '#ffffff', edge: 'none', stencil: true });
    icons.set(`tray/${state}Template.png`, render(svg, 16));
    icons.set(`tray/${state}Template@2x.png`, render(svg, 32));
  }
  for (const status of STATUSES) {
    const { mark, edge, states } = PANELS.light;
    icons.set(`notification/${status}.png`, render(statusSvg(status, { colour: states[status], mark, edge }), 64));
  }
  const app = readFileSync(join(ICONS, 'app.svg'), 'utf8');
  icons.set('app.png', render(app, 512));
  icons.set('app-256.png', render(app, 256));
  return icons;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const [path, png] of buildIcons()) {
    const file = join(ICONS, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, png);
  }
}
