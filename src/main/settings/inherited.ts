import { join } from 'node:path';
import { parse as parseToml } from 'smol-toml';
import type { JsonValue } from '../../shared/json.ts';
import type { HandlerEntry } from '../../shared/notification-settings.ts';
import { readIfThere } from './read.ts';

type Keys = Record<string, unknown>;

/** What is set without a settings file (COMPATIBILITY, "Environment" and "Monitor defaults"). */
export interface Inherited {
  /** Settings by their keys. */
  keys: Keys;
  /** Where each of them is set, for a person: `the environment (SERVICES)`. */
  sources: Record<string, string>;
  handlers: InheritedHandler[];
  /** Whether nothing is to be sent (`NOTIFICATIONS_DRY_RUN`). */
  dryRun: boolean;
}

export interface InheritedHandler {
  entry: HandlerEntry;
  secrets: Record<string, string>;
}

/** The installation's `health.toml`: the first of its places that has one. */
export interface Toml {
  file: string;
  keys: Keys;
}

const TOML_KEYS = [
  'expected_services',
  'check_interval',
  'startup_grace_period',
  'service_timeout',
  'max_health_file_age',
  'enable_notifications',
  'notification_level',
  'notification_cooldown',
  'notify_on_healthy',
  'notify_on_unknown',
  'notification_on_startup',
  'notification_on_shutdown',
  'enable_buffering',
  'buffer_time',
];

export function readToml(cwd: string, env: NodeJS.ProcessEnv, problems: string[]): Toml | undefined {
  const project = env['PROJECT_ENV'] ?? 'experimance';
  const places = [
    join(cwd, 'health.toml'),
    ...(/^[\w.-]+$/.test(project) ? [join(cwd, 'projects', project, 'health.toml')] : []),
    '/etc/experimance/health.toml',
  ];
  for (const file of places) {
    const text = readIfThere(file, problems);
    if (text === undefined) continue;
    try {
      return { file, keys: parseToml(text) };
    } catch (error) {
      problems.push(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return undefined;
}

/** Puts together what the environment says, and where that says nothing, `health.toml`. */
export function inherit(env: NodeJS.ProcessEnv, toml: Toml | undefined, problems: string[]): Inherited {
  const inherited: Inherited = { keys: {}, sources: {}, handlers: [], dryRun: false };
  if (toml !== undefined) takeToml(inherited, toml, env);
  takeEnvironment(inherited, env, problems);
  inherited.handlers = inheritedHandlers(env, toml?.keys ?? {});
  return inherited;
}

function takeToml({ keys, sources }: Inherited, { file, keys: toml }: Toml, env: NodeJS.ProcessEnv): void {
  for (const key of TOML_KEYS.filter((known) => known in toml)) {
    keys[key] = toml[key];
    sources[key] = file;
  }
  const own = env['EXPERIMANCE_ENV'] === 'production' ? toml['production_health_dir'] : toml['dev_health_dir'];
  const folder = toml['health_dir'] ?? own;
  if (typeof folder === 'string' && folder !== '') {
    keys['health_dirs'] = [folder];
    sources['health_dirs'] = file;
  }
}

function takeEnvironment(inherited: Inherited, env: NodeJS.ProcessEnv, problems: string[]): void {
  const set = (key: string, variable: string, value: unknown): void => {
    inherited.keys[key] = value;
    inherited.sources[key] = `the environment (${variable})`;
  };
  const services = (env['SERVICES'] ?? '').split(',').map((name) => name.trim());
  const named = services.filter((name) => name !== '');
  if (named.length > 0) set('expected_services', 'SERVICES', named);
  const project = env['PROJECT_ENV']?.trim() ?? '';
  if (project !== '') set('project', 'PROJECT_ENV', project);
  const flag = (variable: string): boolean | undefined => {
    const text = env[variable]?.trim().toLowerCase() ?? '';
    if (text === '') return undefined;
    const value = FLAGS.get(text);
    if (value === undefined)
      problems.push(`The environment: ${variable} must be true or false, not "${text.slice(0, 40)}".`);
    return value;
  };
  const buffering = flag('NOTIFICATION_BUFFERING');
  if (buffering !== undefined) set('enable_buffering', 'NOTIFICATION_BUFFERING', buffering);
  const time = env['NOTIFICATION_BUFFER_TIME']?.trim() ?? '';
  if (time !== '') {
    const seconds = Number(time);
    if (seconds >= 0 && seconds <= 3600) set('buffer_time', 'NOTIFICATION_BUFFER_TIME', seconds);
    else
      problems.push(
        `The environment: NOTIFICATION_BUFFER_TIME must be seconds from 0 to 3600, not "${time.slice(0, 40)}".`,
      );
  }
  inherited.dryRun = flag('NOTIFICATIONS_DRY_RUN') ?? false;
}

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ...['true', '1', 'yes', 'on'].map((word) => [word, true] as const),
  ...['false', '0', 'no', 'off'].map((word) => [word, false] as const),
]);

function inheritedHandlers(env: NodeJS.ProcessEnv, toml: Keys): InheritedHandler[] {
  const value = (variable: string, key?: string): string => {
    const own = env[variable]?.trim() ?? '';
    const other = key === undefined ? undefined : toml[key];
    return own !== '' ? own : typeof other === 'string' ? other.trim() : '';
  };
  const handlers: InheritedHandler[] = [];
  const add = (
    type: string,
    name: string,
    config: Record<string, JsonValue>,
    secrets: Record<string, string>,
  ): void => {
    handlers.push({
      entry: { id: `environment-${type}`, type, name, enabled: true, ignore_quiet_hours: false, config },
      secrets: Object.fromEntries(Object.entries(secrets).filter(([, secret]) => secret !== '')),
    });
  };
  const topic = value('NTFY_TOPIC', 'ntfy_topic');
  const server = value('NTFY_SERVER', 'ntfy_server');
  if (topic !== '') add('ntfy', 'ntfy', { topic, ...(server === '' ? {} : { server }) }, {});
  const url = value('HEALTH_WEBHOOK_URL', 'webhook_url');
  const authorization = value('HEALTH_WEBHOOK_AUTH', 'webhook_auth_header');
  if (url !== '') add('webhook', 'Webhook', { url }, { authorization });
  const file = value('HEALTH_LOG_FILE');
  if (file !== '') add('log', 'Log file', { file }, {});
  return handlers;
}
