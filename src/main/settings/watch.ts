import { watch } from 'chokidar';

/**
 * Calls `onChange` whenever the settings file may have changed: written, replaced, removed or made.
 *
 * @returns a function that stops watching.
 */
export function watchSettings(
  file: string,
  onChange: () => void,
  onError: (error: unknown) => void,
): () => Promise<void> {
  const watcher = watch(file, { ignoreInitial: true, awaitWriteFinish: { stabilityThreshold: 100, pollInterval: 50 } });
  // What was changed before it watched is no event: whoever is called looks again then.
  watcher.on('ready', onChange).on('add', onChange).on('change', onChange).on('unlink', onChange).on('error', onError);
  return () => watcher.close();
}
