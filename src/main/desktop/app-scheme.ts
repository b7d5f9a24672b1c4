import { readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import type { CustomScheme, Protocol } from 'electron';

/** The window's content has an origin of its own, so that it is neither a file nor from the network. */
const SCHEME = 'app';
const HOST = 'experimance-health';
export const ORIGIN = `${SCHEME}://${HOST}`;
export const START_PAGE = `${ORIGIN}/index.html`;

/** To be registered before the program is ready. */
export const APP_SCHEME: CustomScheme = {
  scheme: SCHEME,
  privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
};

/** The same policy for every answer: everything from this origin, nothing inlined, nothing from elsewhere. */
const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
};

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/**
 * The file of a request to this origin.
 * @returns undefined for whatever is not a file of a known type below `root`.
 */
export function resolveAsset(root: string, address: string): { file: string; type: string } | undefined {
  let path: string;
  try {
    const url = new URL(address);
    // Node gives `null` as the origin of a scheme that it does not know.
    if (url.protocol !== `${SCHEME}:` || url.host !== HOST) return undefined;
    path = decodeURIComponent(url.pathname);
  } catch {
    // Not an address, or one with a broken escape: there is no such file.
    return undefined;
  }
  // Escapes are decoded by now, so a separator or a drive letter that hid in one is seen.
  if (/[\\:\u0000]/.test(path)) return undefined;
  const file = join(root, path === '/' ? 'index.html' : path);
  const inside = relative(root, file);
  if (inside === '' || inside.split(sep).includes('..')) return undefined;
  const type = TYPES[extname(file).toLowerCase()];
  return type === undefined ? undefined : { file, type };
}

/**
 * Answers requests to this origin with the built files.
 * @param root out/renderer, absolute.
 */
export function serveAppScheme(protocol: Protocol, root: string): void {
  protocol.handle(SCHEME, async ({ url, method }) => {
    const asset = method === 'GET' ? resolveAsset(root, url) : undefined;
    // Node's own reader sees into an asar archive, too. A link inside the program's folder is the program's own.
    const content = asset === undefined ? undefined : await readFile(asset.file).catch(() => undefined);
    if (asset === undefined || content === undefined)
      return new Response('Not found', { status: 404, headers: HEADERS });
    return new Response(new Uint8Array(content), { headers: { ...HEADERS, 'Content-Type': asset.type } });
  });
}
