import { z } from 'zod';
import type { CallName } from './api-names.ts';
import { calls, type Handlers, type Reply } from './api.ts';

export type Dispatch = (name: string, input: unknown) => Promise<Reply>;

function isCall(name: string): name is CallName {
  return Object.hasOwn(calls, name);
}

/**
 * Carries out calls that come from somewhere that is not trusted: the name must be one of the contract's, the input is
 * parsed, and whatever goes wrong comes back as a reply with one sentence, never as a rejection.
 *
 * @param onError told of every handler that threw, so that it is logged where it happened.
 */
export function createDispatch(handlers: Handlers, onError: (name: string, error: unknown) => void): Dispatch {
  return async (name, input) => {
    if (!isCall(name)) return { ok: false, code: 'not-found', message: `There is no call "${name.slice(0, 100)}".` };
    const parsed = calls[name].input.safeParse(input);
    if (!parsed.success) {
      return { ok: false, code: 'invalid-input', message: `${name}: ${z.prettifyError(parsed.error)}` };
    }
    try {
      // The schema found by `name` has parsed the input for the handler found by `name`; TypeScript cannot follow that.
      const handle = handlers[name] as (input: unknown) => unknown;
      return { ok: true, value: await handle(parsed.data) };
    } catch (error) {
      onError(name, error);
      return { ok: false, code: 'failed', message: error instanceof Error ? error.message : String(error) };
    }
  };
}
