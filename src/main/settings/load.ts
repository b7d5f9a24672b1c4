import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findNodeAtLocation, parseTree, type ParseError, printParseErrorCode, getNodeValue } from 'jsonc-parser';
import { parse as parseToml } from 'smol-toml';
import { z } from 'zod';
import { DEFAULT_SETTINGS, Settings } from '../../shared/settings.ts';

export interface Loaded {
  settings: Settings;
  /** Sentences that name the file, the line and what is wrong; empty where all is well. */
  problems: string[];
}

export interface LoadOptions {
  settingsFile: string;
  env: NodeJS.ProcessEnv;
  cwd: string;
  /** What stays in force where the file is wrong. */
  lastGood?: Settings | undefined;
}

type Keys = Record<string, unknown>;

/**
 * The settings in force: the file's keys, else the environment's, else the installation's `health.toml`, else the
 * defaults. What is wrong is told, and the last good settings stay in force; no file at all is not wrong.
 */
export function loadSettings({ settingsFile, env, cwd, lastGood }: LoadOptions): Loaded {
  const problems: string[] = [];
  const inherited = { ...fromToml(cwd, env, problems), ...fromEnvironment(env) };
  const good = (): Loaded => ({ settings: lastGood ?? fallback(inherited, problems), problems });
  const text = readIfThere(settingsFile, problems);
  if (problems.length > 0 && text === undefined) return good();
  const file = text === undefined ? {} : parseFile(settingsFile, text, problems);
  if (file === undefined) return good();
  const parsed = Settings.safeParse({ ...inherited, ...file });
  if (parsed.success) return { settings: parsed.data, problems };
  for (const issue of parsed.error.issues) problems.push(locate(settingsFile, text ?? '', issue));
  return good();
}

function fallback(inherited: Keys, problems: string[]): Settings {
  const parsed = Settings.safeParse(inherited);
  if (parsed.success) return parsed.data;
  problems.push(`The environment or health.toml: ${z.prettifyError(parsed.error)}`);
  return DEFAULT_SETTINGS;
}

function readIfThere(path: string, problems: string[]): string | undefined {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') problems.push(`The settings file cannot be read: ${message}.`);
    return undefined;
  }
}

function parseFile(file: string, text: string, problems: string[]): Keys | undefined {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: false, allowTrailingComma: true });
  const first = errors[0];
  if (first !== undefined) {
    problems.push(`${file}, line ${lineOf(text, first.offset)}: not JSON (${printParseErrorCode(first.error)}).`);
    return undefined;
  }
  const value: unknown = tree === undefined ? undefined : getNodeValue(tree);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    problems.push(`${file}, line 1: must be an object of settings.`);
    return undefined;
  }
  return value as Keys;
}

function locate(file: string, text: string, issue: z.core.$ZodIssue): string {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  const root = parseTree(text, [], { allowTrailingComma: true });
  // A key that is not known is inside the object that the issue names, not at its path.
  const key = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const node = root && findNodeAtLocation(root, key === undefined ? path : [...path, key]);
  const field = [...path, ...(key === undefined ? [] : [key])].join('.');
  const what = key === undefined ? issue.message : 'is not a setting';
  if (node === undefined) return `The environment or health.toml: ${field} ${what}.`;
  return `${file}, line ${lineOf(text, node.offset)}: ${field} ${what}.`;
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** What the installation sets by environment (COMPATIBILITY, "Environment"). */
function fromEnvironment(env: NodeJS.ProcessEnv): Keys {
  const services = (env['SERVICES'] ?? '').split(',').map((name) => name.trim());
  const named = services.filter((name) => name !== '');
  return named.length === 0 ? {} : { expected_services: named };
}

const TOML_KEYS = [
  'expected_services',
  'check_interval',
  'startup_grace_period',
  'service_timeout',
  'max_health_file_age',
];

/** The keys of the installation's `health.toml` that this program has, too; the first of these files that is there. */
function fromToml(cwd: string, env: NodeJS.ProcessEnv, problems: string[]): Keys {
  const project = env['PROJECT_ENV'] ?? 'experimance';
  const places = [
    join(cwd, 'health.toml'),
    ...(/^[\w.-]+$/.test(project) ? [join(cwd, 'projects', project, 'health.toml')] : []),
    '/etc/experimance/health.toml',
  ];
  for (const place of places) {
    const text = readIfThere(place, problems);
    if (text === undefined) continue;
    try {
      return translate(parseToml(text), env);
    } catch (error) {
      problems.push(`${place}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return {};
}

function translate(toml: Keys, env: NodeJS.ProcessEnv): Keys {
  const keys = Object.fromEntries(TOML_KEYS.filter((key) => key in toml).map((key) => [key, toml[key]]));
  const own = env['EXPERIMANCE_ENV'] === 'production' ? toml['production_health_dir'] : toml['dev_health_dir'];
  const folder = toml['health_dir'] ?? own;
  return typeof folder === 'string' && folder !== '' ? { ...keys, health_dirs: [folder] } : keys;
}
