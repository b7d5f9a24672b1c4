/** A limit of time that somebody else's signal can end earlier. */
export interface Deadline {
  signal: AbortSignal;
  /** Why the signal is aborted, if it is. */
  state(): 'running' | 'expired' | 'aborted';
  /** Must be called when what it limits is over. */
  end(): void;
}

/**
 * Starts a limit of `ms` milliseconds. (`AbortSignal.any` would do, but lets go of its sources too early in Node 20.)
 *
 * @param outer ends it before its time, such as when the program quits.
 */
export function deadline(ms: number, outer?: AbortSignal): Deadline {
  const controller = new AbortController();
  let state: 'running' | 'expired' | 'aborted' = 'running';
  const stop = (why: 'expired' | 'aborted') => (): void => {
    if (state !== 'running') return;
    state = why;
    controller.abort();
  };
  const abort = stop('aborted');
  const timer = setTimeout(stop('expired'), ms);
  outer?.addEventListener('abort', abort, { once: true });
  if (outer?.aborted === true) abort();
  return {
    signal: controller.signal,
    state: () => state,
    end() {
      clearTimeout(timer);
      outer?.removeEventListener('abort', abort);
    },
  };
}
