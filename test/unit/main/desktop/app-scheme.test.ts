import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveAsset } from '../../../../src/main/desktop/app-scheme.ts';
import { isOwn } from '../../../../src/main/desktop/security.ts';

const root = join('/program', 'out', 'renderer');
const at = (path: string): string => `app://experimance-health${path}`;

describe("the window's files", () => {
  it.each([
    ['/', 'index.html', 'text/html; charset=utf-8'],
    ['/index.html', 'index.html', 'text/html; charset=utf-8'],
    ['/assets/a.js?x#y', 'assets/a.js', 'text/javascript; charset=utf-8'],
    ['/a%20b.css', 'a b.css', 'text/css; charset=utf-8'],
    // An address ends at its origin's top: what climbs above it stays there.
    ['/../main/index.js', 'main/index.js', 'text/javascript; charset=utf-8'],
    ['/%2e%2e/main/index.js', 'main/index.js', 'text/javascript; charset=utf-8'],
  ])('%s', (path, file, type) => {
    expect(resolveAsset(root, at(path))).toEqual({ file: join(root, file), type });
  });

  it.each([
    at('/..%2fmain%2findex.js'),
    at('/..%5cmain%5cindex.js'),
    at('/assets/..%2f..%2f..%2fpackage.json'),
    at('/C:/Windows/win.json'),
    at('/a.js%00.png'),
    at('/%ZZ.js'),
    at('/settings'),
    at('/a.exe'),
    'app://elsewhere/index.html',
    'app://experimance-health.evil/index.html',
    'file:///program/out/renderer/index.html',
    'nonsense',
  ])('not %s', (address) => {
    expect(resolveAsset(root, address)).toBeUndefined();
  });
});

describe('requests', () => {
  it.each([
    [at('/index.html'), true],
    ['data:image/png;base64,AA', true],
    ['devtools://devtools/bundled/x.js', true],
    ['https://example.org/', false],
    ['app://experimance-health.evil/', false],
    ['file:///etc/passwd', false],
    ['data:text/html,x', false],
    ['ws://localhost/', false],
  ])('%s: %s', (address, allowed) => {
    expect(isOwn(address)).toBe(allowed);
  });
});
