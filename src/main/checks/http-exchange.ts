import { type IncomingHttpHeaders, type IncomingMessage, request as sendRequest } from 'node:http';
import type { Socket } from 'node:net';
import { closedEarly, type Watch } from './connect.ts';

/** How much of an answer is read, bytes. */
export const BODY_LIMIT = 1024 * 1024;

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  /** The first megabyte, as UTF-8. */
  text: string;
  /** Bytes that were read. */
  size: number;
  /** Whether there was more. */
  cut: boolean;
}

/** The answer began and then broke off. */
export class BrokenOff extends Error {}

export interface Question {
  url: URL;
  method: string;
  headers: Record<string, string>;
}

/**
 * Asks over a connection that is made already, and reads the answer as far as it is wanted.
 *
 * @throws as `openSocket` does; BrokenOff.
 */
export function exchange(socket: Socket, { url, method, headers }: Question, watch: Watch): Promise<Answer> {
  const { signal, onStage } = watch;
  return new Promise<Answer>((resolve, reject) => {
    signal.throwIfAborted();
    onStage('waiting');
    const request = sendRequest({
      createConnection: () => socket,
      method,
      path: `${url.pathname}${url.search}`,
      headers: { Host: url.host, ...headers, Connection: 'close' },
    });
    const stop = (): void => fail(signal.reason);
    const fail = (error: unknown): void => {
      signal.removeEventListener('abort', stop);
      reject(error as Error);
    };
    signal.addEventListener('abort', stop, { once: true });
    let answered = false;
    request.once('response', (response) => {
      answered = true;
      onStage('reading');
      readAnswer(response).then((answer) => {
        signal.removeEventListener('abort', stop);
        resolve(answer);
      }, fail);
    });
    request.on('error', fail);
    // Where a server changes to another protocol there is neither an answer nor an error.
    request.once('close', () => {
      if (!answered) fail(closedEarly());
    });
    request.end();
  }).finally(() => socket.destroy());
}

function readAnswer(response: IncomingMessage): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const answer = (): Answer => ({
      status: response.statusCode ?? 0,
      headers: response.headers,
      text: Buffer.concat(chunks).subarray(0, BODY_LIMIT).toString('utf8'),
      size: Math.min(size, BODY_LIMIT),
      cut: size > BODY_LIMIT,
    });
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size <= BODY_LIMIT) return;
      // Enough is known. What comes after would only cost both sides.
      response.removeAllListeners('data');
      resolve(answer());
      response.destroy();
    });
    response.once('end', () => resolve(answer()));
    response.on('error', () => reject(new BrokenOff()));
    response.once('close', () => {
      if (!response.complete) reject(new BrokenOff());
    });
  });
}
