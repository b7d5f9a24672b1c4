import { createContext, Script } from 'node:vm';

/** How much text an expression is tried on, UTF-16 units. */
const TEXT_LENGTH = 64 * 1024;
/** How long one try may hold up everything else, milliseconds. */
const TIME_LIMIT = 50;

const script = new Script('new RegExp(pattern, "m").test(text)');
let sandbox: { pattern: string; text: string } | undefined;

/**
 * Whether a regular expression matches a text. An expression that would go on and on, such as `(a+)+$`, is ended: only
 * inside `vm` can that be done without a thread of its own.
 *
 * @returns undefined where that took too long, or where the engine cannot carry it out.
 */
export function matches(pattern: string, text: string): boolean | undefined {
  sandbox ??= createContext({ pattern: '', text: '' }) as { pattern: string; text: string };
  sandbox.pattern = pattern;
  sandbox.text = text.slice(0, TEXT_LENGTH);
  try {
    return script.runInContext(sandbox, { timeout: TIME_LIMIT }) === true;
  } catch {
    // Too long, or too big to be compiled. Either way it is the expression that must be changed.
    return undefined;
  } finally {
    sandbox.text = '';
  }
}

const filter = new Script('{ const one = new RegExp(pattern); texts.map((text) => one.test(text)); }');
let texts: { pattern: string; texts: readonly string[] } | undefined;

/**
 * The same for many texts, within one time limit for all of them.
 *
 * @returns for each whether it matches; undefined where that took too long.
 */
export function matching(pattern: string, all: readonly string[]): boolean[] | undefined {
  texts ??= createContext({ pattern: '', texts: [] }) as { pattern: string; texts: readonly string[] };
  texts.pattern = pattern;
  texts.texts = all;
  try {
    return [...(filter.runInContext(texts, { timeout: TIME_LIMIT }) as boolean[])];
  } catch {
    // As above.
    return undefined;
  } finally {
    texts.texts = [];
  }
}
