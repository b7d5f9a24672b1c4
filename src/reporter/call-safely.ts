/**
 * Calls something of the caller's (a handler, a logger) that must not hurt anybody else: neither by throwing nor by a promise
 * that rejects.
 */
export function callSafely(call: () => unknown, onError: (error: unknown) => void): void {
  try {
    const result = call();
    if (typeof result !== 'object' || result === null || !('then' in result)) return;
    Promise.resolve(result).catch(onError);
  } catch (error) {
    onError(error);
  }
}

/** Where the reporter tells of its own failures. `console`, pino and most loggers are such. */
export interface Logger {
  warn(message: string): unknown;
  error(message: string): unknown;
}

/** A minute, in ms. */
const MINUTE = 60_000;

/** Says each thing once a minute at most, and how often it happened meanwhile. */
export class QuietLog {
  readonly #said = new Map<string, { at: number; silent: number }>();

  constructor(
    private readonly logger: Logger | undefined,
    private readonly prefix: string,
    private readonly monotonic: () => number,
  ) {}

  /** @param subject what counts as the same thing: one of a few words, since each is remembered. */
  warn(subject: string, message: string): void {
    this.#say('warn', subject, message);
  }

  /** @param subject what counts as the same thing. */
  error(subject: string, message: string): void {
    this.#say('error', subject, message);
  }

  #say(level: 'warn' | 'error', subject: string, message: string): void {
    const { logger } = this;
    if (logger === undefined) return;
    const now = this.monotonic();
    const before = this.#said.get(subject);
    if (before !== undefined && now - before.at < MINUTE) {
      before.silent += 1;
      return;
    }
    const more = before === undefined || before.silent === 0 ? '' : ` (and ${before.silent} times before)`;
    this.#said.set(subject, { at: now, silent: 0 });
    // A logger that fails cannot be told of by itself; its failures are counted like repeated messages.
    callSafely(
      () => logger[level](`${this.prefix}: ${message}${more}`),
      () => this.#said.set(subject, { at: now, silent: 1 }),
    );
  }
}
