import { describe, expect, it } from 'vitest';
import { readDesktopArguments } from '../../../../src/main/desktop/arguments.ts';

describe('the command line', () => {
  it.each([
    [['electron', '.'], { dir: [], hidden: false }],
    [
      ['electron', '--no-sandbox', '--inspect=0', '.', '--dir', '/a', '--dir=/b', '--data', '/d', '--hidden'],
      { dir: ['/a', '/b'], data: '/d', hidden: true },
    ],
    [
      ['packed', '--settings', '/s.json', '--original-process-start-time=13', '--type'],
      { settings: '/s.json', dir: [], hidden: false },
    ],
    // An option without its value is none.
    [['packed', '--data'], { dir: [], hidden: false }],
  ])('%j', (argv, read) => {
    expect(readDesktopArguments(argv)).toEqual(read);
  });
});
