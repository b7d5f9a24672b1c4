import { existsSync } from 'node:fs';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { FromWorker, ToWorker, WorkerData } from './protocol.ts';

/** What the build calls it (`electron.vite.config.ts`). */
const NAME = 'history-worker.js';

/**
 * The file of the history's thread. Code that looks for it lies in the same folder, or in the one for shared parts below. In a
 * packed application a thread is best started from a real file, if there is one.
 */
export function workerFile(): string {
  const places = ['./', '../'].map((folder) => fileURLToPath(new URL(folder + NAME, import.meta.url)));
  const packed = `${sep}app.asar${sep}`;
  const real = places.map((place) => place.replace(packed, `${sep}app.asar.unpacked${sep}`));
  return [...real, ...places].find((place) => existsSync(place)) ?? places[0] ?? NAME;
}

/** One run of the history's thread. */
export interface Thread {
  send(message: ToWorker): void;
  /** Ends it at once. */
  terminate(): Promise<void>;
  /** Resolves when it is gone. */
  readonly ended: Promise<void>;
}

/**
 * @param onEnd called once, when it has ended in whatever way, also where it could not be started; `error` says why, unless
 * it ended by itself.
 */
export function startThread(
  file: string,
  data: WorkerData,
  onMessage: (message: FromWorker) => void,
  onEnd: (error: Error | undefined) => void,
): Thread {
  let failure: Error | undefined;
  let worker: Worker | undefined;
  const ended = new Promise<void>((resolve) => {
    const end = (): void => {
      onEnd(failure);
      resolve();
    };
    try {
      worker = new Worker(file, { workerData: data, name: 'history' });
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      setImmediate(end);
      return;
    }
    worker.on('message', onMessage);
    worker.on('error', (error) => (failure = error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', end);
  });
  return {
    send: (message) => worker?.postMessage(message),
    async terminate() {
      await worker?.terminate();
    },
    ended,
  };
}
