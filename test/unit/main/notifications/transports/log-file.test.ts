import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogSender } from '../../../../../src/main/notifications/transports/log-file.ts';
import type { LogRequest } from '../../../../../src/shared/handlers/handler.ts';
import { unprivileged } from '../../../../fixtures/unprivileged.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-'));
  file = join(folder, 'deep', 'health.log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = createLogSender();
const linesTo = (lines: string[], more: Partial<LogRequest> = {}): LogRequest => ({
  transport: 'log',
  file,
  lines,
  rotateAt: 1_000_000,
  keep: 2,
  ...more,
});
const read = (name = ''): string => readFileSync(`${file}${name}`, 'utf8');

describe('a log file', () => {
  it('is created with its folder, and grows by lines', async () => {
    expect(await write(linesTo(['one', 'two']))).toEqual({ outcome: 'delivered', answer: '2 lines written' });
    expect(await write(linesTo(['thrée']))).toEqual({ outcome: 'delivered', answer: '1 line written' });
    expect(read()).toBe('one\ntwo\nthrée\n');
  });

  it('that has grown is put aside, and only so many are kept', async () => {
    for (const line of ['first', 'second', 'third', 'fourth']) await write(linesTo([line], { rotateAt: 5 }));
    expect([read(), read('.1'), read('.2')]).toEqual(['fourth\n', 'third\n', 'second\n']);
    expect(readdirSync(join(folder, 'deep')).sort()).toEqual(['health.log', 'health.log.1', 'health.log.2']);
  });

  it('begins anew where none is kept', async () => {
    for (const line of ['first', 'second']) await write(linesTo([line], { rotateAt: 5, keep: 0 }));
    expect(readdirSync(join(folder, 'deep'))).toEqual(['health.log']);
    expect(read()).toBe('second\n');
  });

  it('written to by many at once loses nothing and tears nothing', async () => {
    const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`);
    await Promise.all(lines.map((line) => write(linesTo([line], { rotateAt: 200, keep: 100 }))));
    const all = readdirSync(join(folder, 'deep')).flatMap((name) =>
      readFileSync(join(folder, 'deep', name), 'utf8')
        .trimEnd()
        .split('\n'),
    );
    expect(all.sort()).toEqual(lines.sort());
  });

  it('that ends in half a line goes on in a new one', async () => {
    mkdirSync(join(folder, 'deep'));
    writeFileSync(file, 'whole\nha');
    await write(linesTo(['next']));
    expect(read()).toBe('whole\nha\nnext\n');
  });

  it('moved away by somebody else is begun anew', async () => {
    await write(linesTo(['one']));
    rmSync(file);
    await write(linesTo(['two']));
    expect(read()).toBe('two\n');
  });

  it.each([
    ['a folder', () => mkdirSync(file, { recursive: true }), 'it is a folder'],
    ['in a file', () => writeFileSync(join(folder, 'deep'), ''), 'is not a folder'],
  ])('that is %s waits until that is mended', async (_what, prepare, words) => {
    prepare();
    expect(await write(linesTo(['one']))).toEqual({
      outcome: 'temporary',
      message: expect.stringContaining(words) as string,
    });
  });

  it('that may not be written waits until that is mended', async () => {
    const deep = join(folder, 'deep');
    mkdirSync(deep);
    chmodSync(deep, 0o500);
    // The folder above it must be passable for whoever root becomes.
    chmodSync(folder, 0o755);
    expect(await unprivileged(() => write(linesTo(['one'])))).toMatchObject({
      outcome: 'temporary',
      message: `${file} cannot be written: this user may not write there.`,
    });
    chmodSync(deep, 0o700);
    expect(await write(linesTo(['one']))).toMatchObject({ outcome: 'delivered' });
  });

  it('on a full disk is not said to be written', async () => {
    expect(await write(linesTo(['one'], { file: '/dev/full' }))).toMatchObject({
      outcome: 'temporary',
      message: '/dev/full cannot be written: the disk is full.',
    });
  });
});
