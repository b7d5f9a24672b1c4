import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseFolders } from '../../../../src/main/settings/folders.ts';
import { keepLastGood, readLastGood } from '../../../../src/main/settings/last-good.ts';
import { loadSettings } from '../../../../src/main/settings/load.ts';
import { DEFAULT_SETTINGS } from '../../../../src/shared/settings.ts';

let cwd: string;
let settingsFile: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'settings-'));
  settingsFile = join(cwd, 'settings.json');
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const load = (
  text?: string,
  env: NodeJS.ProcessEnv = {},
  lastGood = undefined as typeof DEFAULT_SETTINGS | undefined,
) => {
  if (text !== undefined) writeFileSync(settingsFile, text);
  return loadSettings({ settingsFile, env, cwd, lastGood });
};

describe('settings', () => {
  it('are the defaults of the installation where nothing is set', () => {
    expect(load()).toMatchObject({
      settings: DEFAULT_SETTINGS,
      problems: [],
      inherited: { handlers: [], dryRun: false },
    });
    expect(DEFAULT_SETTINGS).toMatchObject({
      check_interval: 30,
      startup_grace_period: 10,
      service_timeout: 120,
      max_health_file_age: 86_400,
    });
  });

  it('come from the file, else the environment, else health.toml', () => {
    writeFileSync(
      join(cwd, 'health.toml'),
      'expected_services = ["core"]\nservice_timeout = 60\ncheck_interval = 5\nntfy_topic = "x"\n',
    );
    const { settings, problems } = load('{ "check_interval": 7 }', { SERVICES: 'audio, display,' });
    expect(problems).toEqual([]);
    expect(settings).toMatchObject({ check_interval: 7, service_timeout: 60, expected_services: ['audio', 'display'] });
  });

  it.each([
    ['{\n  "check_interval": "soon"\n}', 'line 2: check_interval must be a number of seconds from 1 to 3600'],
    ['{\n\n  "service_timeout": 0\n}', 'line 3: service_timeout must be at least 1 (seconds)'],
    ['{\n  "chekc_interval": 3\n}', 'line 2: chekc_interval is not a setting'],
    ['{\n  "expected_services": ["core",\n    "../etc"]\n}', 'line 3: expected_services.1 must not contain / or \\'],
    ['{\n  "check_interval": 3\n  oops\n}', 'line 3: not JSON: a word stands here'],
    ['[]', 'line 1: must be an object of settings'],
    [
      '{\n "handlers": [\n  { "id": "a", "type": "pigeon", "name": "A" }\n ]\n}',
      'line 3: handlers.0.type must be one of',
    ],
    [
      '{\n "handlers": [\n  { "id": "a", "type": "ntfy", "name": "A",\n   "config": { "topic": "x y" } }\n ]\n}',
      'line 4: handlers.0.config.topic must be 1 to 64 letters',
    ],
    [
      '{\n "handlers": [\n  { "id": "a", "type": "ntfy", "name": "A",\n   "config": { "topic": "x", "token": "tk" } }\n ]\n}',
      'line 4: handlers.0.config.token is a secret',
    ],
    [
      '{\n "handlers": [\n  { "id": "a", "type": "log", "name": "A" },\n  { "id": "a", "type": "log", "name": "B" }\n ]\n}',
      'line 4: handlers.1.id there are two handlers called a',
    ],
    [
      '{\n "quiet_hours": [ { "name": "Night", "schedule":\n  { "repeat": "weekly", "days": ["mon"], "from": "25:00", "to": "07:00" } } ]\n}',
      'line 3: quiet_hours.0.schedule.from must be a time such as 22:30',
    ],
  ])('that are wrong are named by line and field: %j', (text, message) => {
    const { problems } = load(text);
    expect(problems.join('\n')).toContain(message);
    expect(problems[0]).toContain(settingsFile);
  });

  it('that are wrong leave the last good ones in force', () => {
    const good = load('{ "service_timeout": 77 }').settings;
    expect(load('{ "service_timeout": -1 }', {}, good).settings.service_timeout).toBe(77);
  });
});

describe('settings that were right in an earlier run', () => {
  const start = (text: string | undefined, file = settingsFile) => {
    if (text === undefined) rmSync(settingsFile, { force: true });
    else writeFileSync(settingsFile, text);
    const loaded = loadSettings({ settingsFile, env: {}, cwd, kept: () => readLastGood(cwd, file) });
    keepLastGood(cwd, settingsFile, loaded);
    return loaded;
  };
  const timeout = (text: string | undefined, file?: string): number => start(text, file).settings.service_timeout;

  it('are in force where the file is wrong at the start, and that is said', () => {
    expect(timeout('{ "service_timeout": 77 }')).toBe(77);
    const { settings, problems } = start('{ "service_timeout": -1 }');
    expect(settings.service_timeout).toBe(77);
    expect(problems).toEqual([
      `${settingsFile}, line 1: service_timeout must be at least 1 (seconds).`,
      'Until that is set right, the settings that were right before stay in force.',
    ]);
    expect(timeout('{ oops')).toBe(77);
  });

  it('are not, where the file was taken away, or is another one', () => {
    start('{ "service_timeout": 77 }');
    expect(timeout('{ oops', join(cwd, 'other.json'))).toBe(DEFAULT_SETTINGS.service_timeout);
    expect(timeout(undefined)).toBe(DEFAULT_SETTINGS.service_timeout);
    expect(timeout('{ oops')).toBe(DEFAULT_SETTINGS.service_timeout);
  });

  it('are not, where the file was taken away while something else is wrong', () => {
    start('{ "service_timeout": 77 }');
    writeFileSync(join(cwd, 'health.toml'), 'oops');
    const { settings, problems } = start(undefined);
    expect(settings.service_timeout).toBe(DEFAULT_SETTINGS.service_timeout);
    expect(problems).toEqual([expect.stringContaining('health.toml')]);
  });

  it('are not, where their copy is damaged', () => {
    start('{ "service_timeout": 77 }');
    writeFileSync(join(cwd, 'settings-last-good.json'), '{');
    expect(timeout('{ oops')).toBe(DEFAULT_SETTINGS.service_timeout);
  });
});

describe('the folder of health files', () => {
  const choose = (more: Partial<Parameters<typeof chooseFolders>[0]>) =>
    chooseFolders({
      dirs: [],
      settings: DEFAULT_SETTINGS,
      env: {},
      cwd,
      dataDir: join(cwd, 'data'),
      exists: () => false,
      isRoot: false,
      ...more,
    });
  const production = '/var/cache/experimance/health';

  it('is the one named, before anything else', () => {
    const settings = { ...DEFAULT_SETTINGS, health_dirs: ['/a'] };
    expect(choose({ dirs: ['/x', '/y/health'], settings, env: { EXPERIMANCE_ENV: 'production' } })).toEqual([
      { path: '/x', label: '', chosenBy: '--dir' },
      { path: '/y/health', label: 'health', chosenBy: '--dir' },
    ]);
    expect(choose({ settings, env: { EXPERIMANCE_ENV: 'production' } })[0]).toMatchObject({
      path: '/a',
      chosenBy: 'settings',
    });
  });

  it.each([
    ['in production by environment', { env: { EXPERIMANCE_ENV: 'production' } }, production],
    ['in production by /etc/experimance', { exists: (path: string) => path === '/etc/experimance' }, production],
    [
      'for root where the services have written there',
      { isRoot: true, exists: (path: string) => path === production },
      production,
    ],
  ])('is found %s', (_how, options, path) => {
    expect(choose(options)[0]?.path).toBe(path);
  });

  it('is logs/health below the working directory, else the user’s own', () => {
    mkdirSync(join(cwd, 'logs', 'health'), { recursive: true });
    expect(choose({ exists: (path) => path === join(cwd, 'logs', 'health') })[0]?.path).toBe(
      join(cwd, 'logs', 'health'),
    );
    expect(choose({})[0]).toEqual({
      path: join(cwd, 'data', 'health'),
      label: '',
      chosenBy: 'no installation was found',
    });
  });

  it('keeps the labels of several unique', () => {
    expect(choose({ dirs: ['/a/health', '/b/health', '/c/health', '/b/health'] }).map(({ label }) => label)).toEqual([
      '',
      'health',
      'health-2',
    ]);
  });
});
