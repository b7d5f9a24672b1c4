import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cutText,
  LARGEST_METADATA,
  LONGEST_MESSAGE,
  messageOf,
  safeMetadata,
  textOf,
  typeOfError,
} from '../../../src/reporter/safe-data.ts';
import { formatPythonJson } from '../../../src/shared/python-json.ts';

const huge = 'é'.repeat(10_000_000);
const circle: Record<string, unknown> = { name: 'circle' };
circle['self'] = circle;
const deep = Array.from({ length: 100 }).reduce<unknown>((inner) => ({ inner }), 'bottom');
const hostile = {
  get broken(): never {
    throw new Error('no getter');
  },
  fine: 1,
};

class Untouchable extends Error {
  override get message(): never {
    throw this;
  }
  override get name(): never {
    throw this;
  }
}
const nameless = Object.defineProperty(() => undefined, 'name', {
  get: () => {
    throw new Error('no name');
  },
});
const revoked = Proxy.revocable({}, {});
revoked.revoke();
const untouchable: [string, unknown][] = [
  ['an error whose message and name throw it', new Untouchable()],
  ['a function whose name throws', nameless],
  ['a revoked proxy', revoked.proxy],
];

describe('metadata that JSON cannot hold', () => {
  it.each<[string, unknown, unknown]>([
    ['nothing', undefined, {}],
    ['a cycle', circle, { name: 'circle', self: '(circular)' }],
    ['one value twice, which is no cycle', [circle['name'], circle['name']], { value: ['circle', 'circle'] }],
    ['a big integer', { n: 2n ** 70n }, { n: '1180591620717411303424' }],
    ['numbers that are none', { a: NaN, b: -Infinity }, { a: 'NaN', b: '-Infinity' }],
    [
      'an error',
      { e: new TypeError('no', { cause: 'why' }) },
      { e: { name: 'TypeError', message: 'no', cause: 'why' } },
    ],
    [
      'a map',
      new Map<unknown, unknown>([
        [1, 'a'],
        ['b', new Set([2])],
      ]),
      { 1: 'a', b: [2] },
    ],
    ['dates', { d: new Date(0), e: new Date(NaN) }, { d: '1970-01-01T00:00:00.000Z', e: 'Invalid Date' }],
    ['bytes', { b: new Uint8Array(9) }, { b: '(Uint8Array of 9 bytes)' }],
    ['a function and a symbol', { f: Math.max, s: Symbol('x') }, { f: '(function max)', s: '(Symbol(x))' }],
    ['a zero with a sign', { z: -0 }, { z: 0 }],
    ['undefined', { a: undefined, b: [undefined] }, { b: [null] }],
    ['a getter that throws', hostile, { broken: '(cannot be read: no getter)', fine: 1 }],
    [
      'a toJSON that throws',
      { toJSON: () => JSON.parse('{') as unknown },
      { value: expect.stringContaining('cannot be read') },
    ],
    [
      'more levels than eight',
      { 1: { 2: { 3: { 4: { 5: { 6: { 7: { 8: {} } } } } } } } },
      { 1: { 2: { 3: { 4: { 5: { 6: { 7: { 8: '(nested deeper than 8 levels)' } } } } } } } },
    ],
    ['a key like any other', JSON.parse('{"__proto__": 1}'), JSON.parse('{"__proto__": 1}')],
    ['half a character', { s: 'a\ud800b' }, { s: 'a\ufffdb' }],
  ])('is put into words: %s', (_what, metadata, expected) => {
    expect(safeMetadata(metadata)).toEqual(expected);
  });

  it.each<[string, unknown]>([
    ['a text of 10 MB', { text: huge }],
    ['many texts', Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`key ${index}`, 'x'.repeat(500)]))],
    ['a long list', { list: Array.from({ length: 1_000_000 }, (_, index) => index) }],
    ['a list of lists', { list: Array.from({ length: 1000 }, () => [[[[[[1]]]]]]) }],
    ['depth without end', deep],
    ['a long key', { [huge.slice(0, 100_000)]: 1 }],
  ])('is bounded: %s', (_what, metadata) => {
    expect(formatPythonJson({ a: { b: [safeMetadata(metadata)] } }).length).toBeLessThan(LARGEST_METADATA * 1.2);
    expect(JSON.stringify(safeMetadata(metadata))).toMatch(/cut: |more|left out|deeper/);
  });

  it('is safe and bounded whatever it is, and the same where it was safe already', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withMap: true, withSet: true, withDate: true }), (value) => {
        const safe = safeMetadata(value);
        const text = formatPythonJson(safe);
        expect(text.length).toBeLessThan(LARGEST_METADATA * 1.2);
        expect(JSON.parse(text)).toEqual(safe);
        // Where something had to be left out, the note of it takes room in its turn.
        if (text.length < LARGEST_METADATA / 2) expect(safeMetadata(safe)).toEqual(safe);
      }),
    );
  });
});

describe('a text', () => {
  it('is never cut through a character', () => {
    for (let most = 100; most < 112; most += 1) expect(cutText('\u{1f4f7}'.repeat(50), most)).not.toMatch(/\p{Cs}/u);
  });

  it('of 10 MB is cut, and says so', () => {
    const cut = cutText(huge, LONGEST_MESSAGE);
    expect(formatPythonJson(cut).length).toBeLessThanOrEqual(LONGEST_MESSAGE + 2);
    expect(cut).toMatch(/^é+ \[cut: 10000000 characters\]$/);
  });

  it('fits as it is written, whatever is in it, and stays as it is where it fits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.integer({ min: 100, max: 500 }), (text, most) => {
        const cut = cutText(text, most);
        expect(formatPythonJson(cut).length).toBeLessThanOrEqual(most + 2);
        const written = formatPythonJson(text).length - 2;
        if (written <= most && !text.includes('\u0000')) expect(cut).toBe(text);
      }),
    );
  });

  it('is made of anything, also of what refuses', () => {
    const refuses = { toString: () => JSON.parse('{') as string };
    expect(textOf(refuses)).toBe('(a value that cannot be shown: SyntaxError)');
    expect(messageOf(Object.create(null))).toBe('(a value that cannot be shown: TypeError)');
    expect(messageOf(new RangeError())).toBe('RangeError');
    expect(messageOf('thrown text')).toBe('thrown text');
    expect(typeOfError(new RangeError())).toBe('RangeError');
    expect(typeOfError('thrown text')).toBe('string');
  });

  it.each(untouchable)('is made even of what throws at every look: %s', (_what, value) => {
    for (const made of [textOf(value), messageOf(value), typeOfError(value)]) expect(made).toEqual(expect.any(String));
    expect(() => JSON.stringify([safeMetadata(value), safeMetadata({ value }), safeMetadata([value])])).not.toThrow();
  });
});
