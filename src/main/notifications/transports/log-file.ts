import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { oneLine } from '../../../shared/handlers/bounded-text.ts';
import type { LogRequest, Outcome } from '../../../shared/handlers/handler.ts';
import { atHome } from './home.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'your share of the disk is used up',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the disk is read-only',
  EISDIR: 'it is a folder',
  // What mkdir says where a file stands in the way.
  EEXIST: 'something on the way to it is not a folder',
  ENOTDIR: 'something on the way to it is not a folder',
  ENAMETOOLONG: 'its name is too long',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  EIO: 'the disk does not answer properly',
};

/**
 * Appends lines to files and puts a file aside when it has grown. Delivered is only what has reached the disk.
 *
 * This is written with `node:fs` rather than with a library of rotating streams: those report a write as done when it is
 * handed to the system (so that a full disk can swallow half a line unnoticed), and hold the file open, so that lines go
 * on into one that somebody else has moved away.
 */
export function createLogSender(): (request: LogRequest) => Promise<Outcome> {
  /** What is being written, by file: two writers must not put the same file aside. */
  const busy = new Map<string, Promise<Outcome>>();
  return (request) => {
    const file = resolve(atHome(request.file));
    const turn = (busy.get(file) ?? Promise.resolve()).then(() => write(file, request));
    busy.set(file, turn);
    return turn.finally(() => {
      if (busy.get(file) === turn) busy.delete(file);
    });
  };
}

async function write(file: string, { lines, rotateAt, keep }: LogRequest): Promise<Outcome> {
  try {
    await mkdir(dirname(file), { recursive: true });
    let size = await sizeOf(file);
    if (size >= rotateAt) {
      await putAside(file, keep);
      size = 0;
    }
    await append(file, size, lines.map((line) => `${line}\n`).join(''));
    return { outcome: 'delivered', answer: `${lines.length === 1 ? '1 line' : `${lines.length} lines`} written` };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A fault of ours has no code of the system's.
    if (code === undefined) throw error;
    const message = `${oneLine(file, 300)} cannot be written: ${REASONS[code] ?? `the system says ${code}`}.`;
    return { outcome: 'temporary', message };
  }
}

async function sizeOf(file: string): Promise<number> {
  try {
    const { size } = await stat(file);
    return size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

/** `health.log` becomes `health.log.1`, what was that `health.log.2`, and so on; the oldest is overwritten. */
async function putAside(file: string, keep: number): Promise<void> {
  if (keep === 0) {
    await rm(file, { force: true });
    return;
  }
  for (let number = keep - 1; number >= 0; number -= 1) {
    const from = number === 0 ? file : `${file}.${number}`;
    try {
      await rename(from, `${file}.${number + 1}`);
    } catch (error) {
      // There are not so many yet.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}

async function append(file: string, size: number, text: string): Promise<void> {
  const handle = await open(file, 'a+');
  try {
    // A write that a full disk cut short has left half a line, which the next one must not continue.
    const torn = size > 0 && (await lastByte(handle, size)) !== 0x0a;
    await handle.appendFile(torn ? `\n${text}` : text, 'utf8');
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

async function lastByte(handle: Awaited<ReturnType<typeof open>>, size: number): Promise<number | undefined> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return bytesRead === 0 ? 0x0a : buffer[0];
}
