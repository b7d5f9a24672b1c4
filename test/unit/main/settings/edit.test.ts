import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { editable, saveNotifications } from '../../../../src/main/settings/edit.ts';
import { type Loaded, loadSettings } from '../../../../src/main/settings/load.ts';
import { HandlerEntry, type NotificationSettings } from '../../../../src/shared/notification-settings.ts';
import type { SaveResult } from '../../../../src/shared/notification-state.ts';

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'edit-'));
  file = join(dir, 'config', 'settings.json');
  return () => rmSync(dir, { recursive: true, force: true });
});

function load(env: NodeJS.ProcessEnv = {}): Loaded {
  return loadSettings({ settingsFile: file, env, cwd: dir });
}

function write(text: string): void {
  mkdirSync(join(dir, 'config'), { recursive: true });
  writeFileSync(file, text);
}

/** Changes something as the window does: on a copy of what it was given. */
function change(more: Partial<NotificationSettings>, loaded = load()): SaveResult {
  const { settings, revision } = editable(file, loaded);
  return saveNotifications(file, { settings: { ...settings, ...more }, revision }, loaded);
}

const ntfy = (config = {}): HandlerEntry =>
  HandlerEntry.parse({ id: 'phone', type: 'ntfy', name: 'Phone', config: { topic: 'gallery', ...config } });

describe('saving the settings of notifications', () => {
  it('makes the file where there is none, with what differs from the defaults alone', () => {
    expect(change({ buffer_time: 20, handlers: [ntfy()] })).toEqual({ saved: true, message: '', faults: [] });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      version: 1,
      buffer_time: 20,
      handlers: [
        {
          id: 'phone',
          type: 'ntfy',
          name: 'Phone',
          enabled: true,
          ignore_quiet_hours: false,
          config: { topic: 'gallery' },
        },
      ],
    });
    expect(load().settings).toMatchObject({ buffer_time: 20 });
    expect(readdirSync(join(dir, 'config'))).toEqual(['settings.json']);
  });

  it('leaves everything else in the file as it was: comments, order, other keys', () => {
    write('{\n  // the gallery\n  "service_timeout": 60,\n  "buffer_time": 5, // quick\n  "check_interval": 10\n}\n');
    change({ buffer_time: 7 });
    expect(readFileSync(file, 'utf8')).toBe(
      '{\n  // the gallery\n  "service_timeout": 60,\n  "buffer_time": 7, // quick\n  "check_interval": 10\n}\n',
    );
    change({ buffer_time: 10 });
    expect(load().settings).toMatchObject({ buffer_time: 10, service_timeout: 60, check_interval: 10 });
    expect(readFileSync(file, 'utf8')).not.toContain('buffer_time');
  });

  it('writes nothing where nothing was changed', () => {
    expect(change({}).saved).toBe(true);
    expect(existsSync(file)).toBe(true);
    const before = readFileSync(file, 'utf8');
    change({});
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it('sets what the environment sets only where it differs', () => {
    const env = { NOTIFICATION_BUFFER_TIME: '3' };
    change({}, load(env));
    expect(readFileSync(file, 'utf8')).not.toContain('buffer_time');
    change({ buffer_time: 10 }, load(env));
    expect(load(env).settings.buffer_time).toBe(10);
  });

  it('is refused where the file was changed meanwhile', () => {
    write('{ "buffer_time": 5 }');
    const loaded = load();
    const { settings, revision } = editable(file, loaded);
    write('{ "buffer_time": 6 }');
    const result = saveNotifications(file, { settings: { ...settings, buffer_time: 7 }, revision }, loaded);
    expect(result).toMatchObject({ saved: false, message: expect.stringContaining('changed meanwhile') });
    expect(load().settings.buffer_time).toBe(6);
  });

  it('is refused where the file was changed before the monitor has read it again', () => {
    write('{ "buffer_time": 5 }');
    const loaded = load();
    write('{ "buffer_time": 6 }');
    expect(change({ buffer_time: 7 }, loaded).saved).toBe(false);
    expect(load().settings.buffer_time).toBe(6);
  });

  it('is refused while the file is wrong, so that nothing in it is lost', () => {
    write('{ "buffer_time": 5, }}');
    expect(change({ buffer_time: 7 })).toMatchObject({
      saved: false,
      message: expect.stringContaining('set right first'),
    });
    expect(readFileSync(file, 'utf8')).toBe('{ "buffer_time": 5, }}');
  });

  it('is refused where a handler is wrong, and names the field; a secret is never written', () => {
    expect(change({ handlers: [ntfy({ topic: 'two words' })] })).toMatchObject({
      saved: false,
      faults: [{ path: ['handlers', 0, 'config', 'topic'] }],
    });
    expect(change({ handlers: [ntfy({ token: 'tk_secret' })] })).toMatchObject({
      saved: false,
      faults: [{ path: ['handlers', 0, 'config', 'token'] }],
    });
    expect(existsSync(file)).toBe(false);
  });

  it('keeps a link a link', () => {
    write('{}');
    const link = join(dir, 'link.json');
    symlinkSync(file, link);
    const loaded = loadSettings({ settingsFile: link, env: {}, cwd: dir });
    const { settings, revision } = editable(link, loaded);
    saveNotifications(link, { settings: { ...settings, buffer_time: 7 }, revision }, loaded);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(load().settings.buffer_time).toBe(7);
  });

  it('that the disk refuses says so', () => {
    writeFileSync(join(dir, 'config'), 'a file where a folder should be');
    expect(change({ buffer_time: 7 })).toMatchObject({
      saved: false,
      message: expect.stringContaining('cannot be written'),
    });
  });
});
