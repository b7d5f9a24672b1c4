import { CALL_NAMES, type CallName, type EventName } from './api-names.ts';
import { calls, type Client, type Event, events, Reply } from './api.ts';

/** How a client reaches the monitor. `call` rejects only where the monitor cannot be reached. */
export interface Transport {
  call(name: CallName, input: unknown): Promise<unknown>;
  /** @returns a function that ends the subscription. */
  subscribe(event: EventName, listener: (payload: unknown) => void): () => void;
}

/** A call was answered with an error; its message is the monitor's sentence. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    readonly call: CallName,
    readonly code: 'invalid-input' | 'not-found' | 'failed',
    message: string,
  ) {
    super(message);
  }
}

/** The typed client over any transport. What comes back is parsed, too: a newer or older monitor may be at the other end. */
export function createClient(transport: Transport): Client {
  const call = async (name: CallName, input: unknown): Promise<unknown> => {
    const reply = Reply.parse(await transport.call(name, input));
    if (!reply.ok) throw new ApiError(name, reply.code, reply.message);
    return calls[name].output.parse(reply.value);
  };
  const callers = Object.fromEntries(CALL_NAMES.map((name) => [name, (input?: unknown) => call(name, input)]));
  return {
    ...callers,
    on: <N extends EventName>(event: N, listener: (payload: Event<N>) => void) =>
      transport.subscribe(event, (payload) => listener(events[event].parse(payload) as Event<N>)),
  } as Client;
}
