import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SaveDialogOptions } from 'electron';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSaveFile, safeName } from '../../../../src/main/desktop/save-file.ts';

function build(choose: (options: SaveDialogOptions) => string) {
  const dir = mkdtempSync(join(tmpdir(), 'save-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const asked: SaveDialogOptions[] = [];
  const save = createSaveFile({
    folder: () => dir,
    ask(options) {
      asked.push(options);
      const filePath = choose(options);
      return Promise.resolve({ canceled: filePath === '', filePath });
    },
  });
  return { dir, asked, save };
}

describe('saveFile', () => {
  it('writes where the person says, whole, over what was there, and leaves nothing else behind', async () => {
    const { dir, asked, save } = build(({ defaultPath = '' }) => defaultPath);
    writeFileSync(join(dir, 'incidents.csv'), 'before');
    expect(await save({ name: 'incidents.csv', text: 'a\r\nb' })).toEqual({
      saved: true,
      path: join(dir, 'incidents.csv'),
    });
    expect(readFileSync(join(dir, 'incidents.csv'), 'utf8')).toBe('a\r\nb');
    expect(readdirSync(dir)).toEqual(['incidents.csv']);
    expect(statSync(join(dir, 'incidents.csv')).mode & 0o077).toBe(0);
    expect(asked[0]?.filters?.[0]).toEqual({ name: 'Table', extensions: ['csv'] });
  });

  it('writes nothing where the person thinks better of it', async () => {
    const { dir, save } = build(() => '');
    expect(await save({ name: 'a.csv', text: 'x' })).toEqual({ saved: false, path: null });
    expect(readdirSync(dir)).toEqual([]);
  });

  it('names the file that cannot be written, and leaves what is there', async () => {
    const { dir, save } = build(() => join(dir, 'taken'));
    mkdirSync(join(dir, 'taken', 'inside'), { recursive: true });
    await expect(save({ name: 'a.csv', text: 'x' })).rejects.toThrow(`${join(dir, 'taken')} could not be written:`);
    expect(readdirSync(dir)).toEqual(['taken']);
  });

  it('asks one question at a time', async () => {
    let answer: (value: { canceled: boolean; filePath: string }) => void = () => undefined;
    const save = createSaveFile({ folder: () => '/', ask: () => new Promise((resolve) => (answer = resolve)) });
    const first = save({ name: 'a', text: '' });
    await expect(save({ name: 'b', text: '' })).rejects.toThrow('There is a question already');
    answer({ canceled: true, filePath: '' });
    expect(await first).toEqual({ saved: false, path: null });
  });
});

describe('safeName', () => {
  it.each([
    ['incidents-2026-11-25.csv', 'incidents-2026-11-25.csv'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Windows\\System32\\x.html', 'x.html'],
    ['.bashrc', 'bashrc'],
    ['..', 'export'],
    ['a/', 'export'],
    ['stage:core?.json', 'stage-core-.json'],
    ['report\u202elmth.exe', 'report-lmth.exe'],
    ['NUL.csv', '_NUL.csv'],
    ['com1', '_com1'],
    ['x. ', 'x'],
    [`${'a'.repeat(300)}.html`, `${'a'.repeat(110)}aaaaa.html`],
  ])('makes of %j %j', (name, expected) => {
    expect(safeName(name)).toBe(expected);
  });
});
