import { findNodeAtLocation, parseTree, type ParseError, printParseErrorCode, getNodeValue } from 'jsonc-parser';
import { z } from 'zod';
import type { Fault } from '../../shared/notification-state.ts';
import { DEFAULT_SETTINGS, Settings } from '../../shared/settings.ts';
import { checkChecks } from './checks.ts';
import { checkHandlers } from './handlers.ts';
import { type Inherited, inherit, readToml } from './inherited.ts';
import { readIfThere } from './read.ts';

export interface Loaded {
  settings: Settings;
  /** The settings file as it was read; undefined where there was none. */
  text: string | undefined;
  /** What the environment and `health.toml` say of notifications. */
  inherited: Inherited;
  /** Sentences that name the file, the line and what is wrong; empty where all is well. */
  problems: string[];
}

export interface LoadOptions {
  settingsFile: string;
  env: NodeJS.ProcessEnv;
  cwd: string;
  /** What stays in force where the file is wrong. */
  lastGood?: Settings | undefined;
  /** The file's text when it was last right, for a start where it is wrong. Asked for only then. */
  kept?: (() => string | undefined) | undefined;
}

type Keys = Record<string, unknown>;

/**
 * The settings in force: the file's keys, else the environment's, else the installation's `health.toml`, else the
 * defaults. What is wrong is told, and the last good settings stay in force; no file at all is not wrong.
 */
export function loadSettings({ settingsFile, env, cwd, lastGood, kept }: LoadOptions): Loaded {
  const problems: string[] = [];
  const toml = readToml(cwd, env, problems);
  const inherited = inherit(env, toml, problems);
  const before = problems.length;
  const text = readIfThere(settingsFile, problems);
  // A file that was removed is not wrong: what was in it is not wanted any more.
  const isThere = text !== undefined || problems.length > before;
  const good = (): Loaded => {
    const known = lastGood ?? (isThere ? keptSettings(kept?.(), inherited.keys, problems) : undefined);
    return { settings: known ?? fallback(inherited.keys, problems), text, inherited, problems };
  };
  if (problems.length > 0 && text === undefined) return good();
  const file = text === undefined ? {} : parseFile(settingsFile, text, problems);
  if (file === undefined) return good();
  const parsed = Settings.safeParse({ ...inherited.keys, ...file });
  if (!parsed.success) {
    for (const issue of parsed.error.issues) problems.push(locate(settingsFile, text ?? '', issue));
    return good();
  }
  const faults = faultsOf(parsed.data);
  if (faults.length === 0) return { settings: parsed.data, text, inherited, problems };
  for (const { path, message } of faults)
    problems.push(locate(settingsFile, text ?? '', { path, message, code: 'custom' }));
  return good();
}

/** What the parser misses, to a person. */
const NOT_JSON: Readonly<Record<string, string>> = {
  InvalidSymbol: 'a word stands here that is neither in quotes nor true, false or null',
  InvalidNumberFormat: 'this number cannot be read',
  PropertyNameExpected: 'the name of a setting in quotes is missing',
  ValueExpected: 'a value is missing',
  ColonExpected: 'a colon is missing after the name',
  CommaExpected: 'a comma is missing',
  CloseBraceExpected: 'a closing } is missing',
  CloseBracketExpected: 'a closing ] is missing',
  EndOfFileExpected: 'something stands behind the end',
  UnexpectedEndOfComment: 'a comment does not end',
  UnexpectedEndOfString: 'a closing quote is missing',
  InvalidEscapeCharacter: 'a backslash stands before a character that needs none',
  InvalidCharacter: 'a character stands in a text that must be escaped',
};

/** What each type's own schema finds. */
function faultsOf({ handlers, checks }: Settings): Fault[] {
  return [...checkHandlers(handlers), ...checkChecks(checks)];
}

/** The settings of a kept text; undefined where there is none, or it is not right any more. */
function keptSettings(text: string | undefined, inherited: Keys, problems: string[]): Settings | undefined {
  if (text === undefined) return undefined;
  const parsed = Settings.safeParse({ ...inherited, ...parseFile('', text, []) });
  if (!parsed.success || faultsOf(parsed.data).length > 0) return undefined;
  problems.push('Until that is set right, the settings that were right before stay in force.');
  return parsed.data;
}

function fallback(inherited: Keys, problems: string[]): Settings {
  const parsed = Settings.safeParse(inherited);
  if (parsed.success) return parsed.data;
  problems.push(`The environment or health.toml: ${z.prettifyError(parsed.error)}`);
  return DEFAULT_SETTINGS;
}

function parseFile(file: string, text: string, problems: string[]): Keys | undefined {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: false, allowTrailingComma: true });
  const first = errors[0];
  if (first !== undefined) {
    problems.push(
      `${file}, line ${lineOf(text, first.offset)}: not JSON: ${NOT_JSON[printParseErrorCode(first.error)] ?? printParseErrorCode(first.error)}.`,
    );
    return undefined;
  }
  const value: unknown = tree === undefined ? undefined : getNodeValue(tree);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    problems.push(`${file}, line 1: must be an object of settings.`);
    return undefined;
  }
  return value as Keys;
}

/** As much of a zod issue as a place is found by. */
type Issue = Pick<z.core.$ZodIssue, 'path' | 'message'> & { code?: string | undefined; keys?: string[] };

function locate(file: string, text: string, issue: Issue): string {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  const root = parseTree(text, [], { allowTrailingComma: true });
  // A key that is not known is inside the object that the issue names, not at its path.
  const key = issue.code === 'unrecognized_keys' ? issue.keys?.[0] : undefined;
  const node = root && findNodeAtLocation(root, key === undefined ? path : [...path, key]);
  const field = [...path, ...(key === undefined ? [] : [key])].join('.');
  const what = key === undefined ? issue.message : 'is not a setting';
  if (node === undefined) return `The environment or health.toml: ${field} ${what}.`;
  return `${file}, line ${lineOf(text, node.offset)}: ${field} ${what}.`;
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
