/** The time in which something runs: it ends with what it is part of, or by itself. */
export interface Scope {
  signal: AbortSignal;
  /** Resolves when the scope ends. */
  ended: Promise<'ended'>;
  /** Must be called in the end: whatever still waits inside is let go of. */
  end(): void;
}

/** Begins a scope inside the life of `outer`. (`AbortSignal.any` would do, but lets go of its sources too early in Node 20.) */
export function scopeWithin(outer: AbortSignal): Scope {
  const controller = new AbortController();
  let resolve: (value: 'ended') => void = () => undefined;
  const ended = new Promise<'ended'>((settle) => (resolve = settle));
  const end = (): void => {
    outer.removeEventListener('abort', end);
    controller.abort();
    resolve('ended');
  };
  outer.addEventListener('abort', end, { once: true });
  if (outer.aborted) end();
  return { signal: controller.signal, ended, end };
}

/** Waits so many milliseconds, or until the signal is aborted. */
export function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}
