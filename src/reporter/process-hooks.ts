/** How a process is about to end, or might be. */
export type Ending =
  | { kind: 'exit'; code: number }
  /** `final`: nobody else listens for the signal, so it ends the process. */
  | { kind: 'signal'; signal: NodeJS.Signals; final: boolean }
  /** The signal did not end it after all: nothing ends the first process of a container that does not handle the signal. */
  | { kind: 'survived'; signal: NodeJS.Signals }
  /** `final`: nobody handles it, so it ends the process. */
  | { kind: 'exception'; error: unknown; final: boolean };

/** Somebody who has something to write before a process ends. Must not throw. */
export type EndingListener = (ending: Ending) => void;

const SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT'];
const listeners = new Set<EndingListener>();
/**
 * Marks our listener. Another copy of the library (CommonJS beside ES module, for one) has a listener of its own, which must
 * not pass for the host's.
 */
const OURS = Symbol.for('experimance-health.reporter');

/**
 * Tells `listener` when the process ends: by itself, by an exception that nobody handles, by SIGTERM or SIGINT. However many
 * listen, the process has one listener of each kind, and how it behaves stays as it would be without.
 *
 * Worker threads get no signals, listening to them does nothing there; the thread's own end is told.
 *
 * @returns a function that stops it.
 */
export function onEnding(listener: EndingListener): () => void {
  if (listeners.size === 0) install();
  listeners.add(listener);
  return () => {
    if (listeners.delete(listener) && listeners.size === 0) uninstall();
  };
}

function tell(ending: Ending): void {
  for (const listener of listeners) listener(ending);
}

function onExit(code: number): void {
  // Whoever listened before us may have set another one, as Node does for an await that nothing will end.
  tell({ kind: 'exit', code: Number(process.exitCode ?? code) });
}

function onException(error: unknown): void {
  const handled = process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback();
  tell({ kind: 'exception', error, final: !handled });
}

/**
 * Runs before every other listener, and takes itself out while they run. So those that end a process only if nobody else
 * listens (as the package signal-exit does) see what they would see without us.
 */
function onSignal(signal: NodeJS.Signals): void {
  process.removeListener(signal, onSignal);
  const final = process.listeners(signal).every((listener) => OURS in listener);
  tell({ kind: 'signal', signal, final });
  // With no listener left, of any copy of us, the signal does what it does by default.
  if (final && process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  setImmediate(() => {
    if (final) tell({ kind: 'survived', signal });
    if (listeners.size > 0 && !process.listeners(signal).includes(onSignal)) process.prependListener(signal, onSignal);
  }).unref();
}
Object.assign(onSignal, { [OURS]: true });

function install(): void {
  process.on('exit', onExit);
  process.on('uncaughtExceptionMonitor', onException);
  for (const signal of SIGNALS) process.prependListener(signal, onSignal);
}

function uninstall(): void {
  process.removeListener('exit', onExit);
  process.removeListener('uncaughtExceptionMonitor', onException);
  for (const signal of SIGNALS) process.removeListener(signal, onSignal);
}
