import { parentPort, workerData } from 'node:worker_threads';
import { troubleOf } from '../sqlite/trouble.ts';
import { Archive } from './archive.ts';
import { DATABASE_FILE, type FromWorker, type ToWorker, type WorkerData } from './protocol.ts';

/*
 * The history's thread: a thin shell around the archive. One message is dealt with after another, in their order; the monitor's
 * side sends one question at a time, so that what is to be written never waits for more than one.
 */

/** How often the upkeep looks whether there is something to do, and how long it leaves others between two steps, in ms. */
const UPKEEP_EVERY = 60_000;
const UPKEEP_PAUSE = 250;

const port = parentPort;
if (port === null) throw new Error('This file is run as a thread of the monitor.');
const { dataDir, limits } = workerData as WorkerData;
const say = (message: FromWorker): void => port.postMessage(message);
const archive = new Archive({
  dataDir,
  limits,
  now: () => Date.now(),
  onNotice: (message) => say({ type: 'notice', message }),
});

/** @returns what is wrong with the disk, in words. Ends the thread where the file is damaged. @throws what is no matter of the disk's. */
function troubleIn(error: unknown): string {
  const trouble = troubleOf(error);
  if (trouble === undefined) throw error;
  if (trouble.kind !== 'damaged') return trouble.message;
  say({ type: 'damaged', message: trouble.message });
  // The package gives a file free only when everything that belongs to it is gone: with the thread.
  process.exit();
}

function open(distrust: boolean): void {
  try {
    const role = archive.open(distrust);
    const extent = archive.extent();
    if (role === 'writer') say({ type: 'writer', written: archive.written, extent });
    else say({ type: 'reader', message: archive.standby(), extent });
  } catch (error) {
    const trouble = troubleOf(error);
    // Somebody else's trouble with reading the file says itself which file it is.
    const message = trouble === undefined ? sentenceOf(error) : `${DATABASE_FILE} cannot be used: ${troubleIn(error)}.`;
    say({ type: 'unusable', message });
  }
}

const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function reply(id: number, act: () => unknown): void {
  let value: unknown;
  try {
    value = act();
  } catch (error) {
    const trouble = troubleOf(error);
    const message = trouble === undefined ? sentenceOf(error) : `${DATABASE_FILE} cannot be read: ${troubleIn(error)}.`;
    say({ type: 'failed', id, message });
    return;
  }
  say({ type: 'answer', id, value, extent: archive.extent() });
}

function write(message: ToWorker & { type: 'batch' }): void {
  const { batch } = message;
  try {
    archive.write(batch);
    say({ type: 'written', number: batch.number, extent: archive.extent() });
  } catch (error) {
    say({ type: 'unwritten', number: batch.number, message: troubleIn(error) });
  }
}

function tidy(): void {
  let more = false;
  try {
    more = archive.tidy();
  } catch (error) {
    // It is tried again; what is in the way of it is in the way of writing too, and said there.
    troubleIn(error);
  }
  setTimeout(tidy, more ? UPKEEP_PAUSE : UPKEEP_EVERY).unref();
}

port.on('message', (message: ToWorker) => {
  if (message.type === 'open') open(message.distrust);
  else if (message.type === 'batch') write(message);
  else if (message.type === 'ask') reply(message.id, () => archive.answer(message.question, message.now));
  else if (message.type === 'note') reply(message.id, () => archive.addNote(message.incident, message.note));
  else if (message.type === 'configure') archive.configure(message.limits);
  else {
    archive.close();
    port.close();
  }
});
setTimeout(tidy, UPKEEP_PAUSE).unref();
