import { createHmac } from 'node:crypto';
import { cut } from '../../../shared/handlers/bounded-text.ts';
import type { HandlerType, HttpAnswer, HttpRequest, Outcome } from '../../../shared/handlers/handler.ts';
import { outcomeByStatus } from '../../../shared/handlers/http-status.ts';
import { VERSION } from '../../../shared/version.ts';
import { deadline, type Deadline } from './deadline.ts';
import { networkFault } from '../../net/network-fault.ts';

/** How long a request may take from its first step to the end of its answer, milliseconds. */
const TIME_LIMIT = 15_000;
/** What is read of an answer, bytes. The rest is not worth waiting for. */
const ANSWER_LIMIT = 64 * 1024;
const MOST_REDIRECTS = 3;

export interface HttpParts {
  /** Milliseconds for the whole of a request. */
  timeLimit?: number;
  /** Milliseconds since the epoch, for a `Retry-After` that is a date. */
  now?: () => number;
}

export interface HttpOptions {
  signal?: AbortSignal | undefined;
  readAnswer?: HandlerType['readAnswer'];
}

/**
 * Sends requests over HTTP and says how it went. It rejects for nothing that a server or a network can do.
 *
 * Messages name the server but never a path, which can be a secret.
 */
export function createHttpSender({ timeLimit = TIME_LIMIT, now = Date.now }: HttpParts = {}): (
  request: HttpRequest,
  options?: HttpOptions,
) => Promise<Outcome> {
  return async (request, { signal, readAnswer } = {}) => {
    const address = readAddress(request.url);
    if (address === undefined) {
      return { outcome: 'permanent', message: 'The address does not begin with https:// or http://: correct it.' };
    }
    const { url, authorization } = address;
    const headers = headersOf(request, authorization);
    const limit = deadline(timeLimit, signal);
    try {
      const answer = await follow(url, { method: request.method, headers, body: request.body }, limit.signal);
      if ('outcome' in answer) return answer;
      const byStatus = outcomeByStatus(answer, url.host, now());
      return readAnswer === undefined ? byStatus : readAnswer(answer, byStatus);
    } catch (error) {
      return failed(error, url, limit, timeLimit);
    } finally {
      limit.end();
    }
  };
}

/** fetch refuses an address with a user name in it; as a header it is the same to the server. */
function readAddress(text: string): { url: URL; authorization: string | undefined } | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (!isHttp(url)) return undefined;
  const { username, password } = url;
  url.username = '';
  url.password = '';
  if (username === '' && password === '') return { url, authorization: undefined };
  const credentials = Buffer.from(`${decoded(username)}:${decoded(password)}`, 'utf8').toString('base64');
  return { url, authorization: `Basic ${credentials}` };
}

function decoded(text: string): string {
  // Of a stray per cent sign decodeURIComponent would throw; then it was meant as it stands.
  return /%(?![0-9A-Fa-f]{2})/.test(text) ? text : Buffer.from(unescapeBytes(text), 'latin1').toString('utf8');
}

function unescapeBytes(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function isHttp({ protocol }: URL): boolean {
  return protocol === 'https:' || protocol === 'http:';
}

function headersOf({ headers, body, sign }: HttpRequest, authorization: string | undefined): Headers {
  const all = new Headers(headers);
  if (!all.has('User-Agent')) all.set('User-Agent', `Experimance-Health/${VERSION}`);
  if (authorization !== undefined && !all.has('Authorization')) all.set('Authorization', authorization);
  if (sign !== undefined) {
    all.set(sign.header, `sha256=${createHmac('sha256', sign.secret).update(body, 'utf8').digest('hex')}`);
  }
  return all;
}

/** Sends it, and sends it on where the server says that it has moved. */
async function follow(
  first: URL,
  init: { method: string; headers: Headers; body: string },
  signal: AbortSignal,
): Promise<HttpAnswer | Outcome> {
  let url = first;
  for (let redirects = 0; ; redirects += 1) {
    const response = await fetch(url, { ...init, redirect: 'manual', signal });
    const location = response.headers.get('location');
    if (![301, 302, 307, 308].includes(response.status) || location === null) return readAnswerOf(response);
    await response.body?.cancel();
    const target = redirectTarget(url, location);
    if (typeof target === 'string') return { outcome: 'permanent', message: target };
    if (redirects === MOST_REDIRECTS) {
      return { outcome: 'permanent', message: `${url.host} redirects without end: enter the address it means.` };
    }
    url = target;
  }
}

/**
 * Where a redirect leads. Only within one server, or from its http to its https: what we send holds secrets, and they are
 * for the server that the person entered and for nobody else.
 *
 * @returns a sentence where it is not followed.
 */
export function redirectTarget(from: URL, location: string): URL | string {
  if (!URL.canParse(location, from.href)) return `${from.host} redirects to something that is not an address.`;
  const to = new URL(location, from.href);
  const host = cut(to.host, 100);
  if (!isHttp(to))
    return `${from.host} redirects to an address that is not http (${cut(to.protocol, 30)}//…): this is not followed.`;
  if (from.protocol === 'https:' && to.protocol === 'http:') {
    return `${from.host} redirects from https to http on ${host}, where anybody could listen: this is not followed.`;
  }
  const becomesSafe =
    from.protocol === 'http:' &&
    to.protocol === 'https:' &&
    from.hostname === to.hostname &&
    from.port === '' &&
    to.port === '';
  if (to.origin === from.origin || becomesSafe) {
    to.username = '';
    to.password = '';
    return to;
  }
  return `${from.host} redirects to another server, ${host}: if that is right, enter its address.`;
}

async function readAnswerOf(response: Response): Promise<HttpAnswer> {
  const body = await readBounded(response.body);
  return { status: response.status, headers: Object.fromEntries(response.headers), body };
}

/** The answer's first 64 KiB. What comes after is cut off at the connection. */
async function readBounded(stream: Response['body']): Promise<string> {
  if (stream === null) return '';
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (size < ANSWER_LIMIT) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value as Uint8Array);
    size += (value as Uint8Array).length;
  }
  await reader.cancel();
  return Buffer.concat(chunks).subarray(0, ANSWER_LIMIT).toString('utf8');
}

function failed(error: unknown, url: URL, limit: Deadline, timeLimit: number): Outcome {
  const server = `${url.hostname}:${url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port}`;
  if (limit.state() === 'aborted') {
    return { outcome: 'temporary', message: `The delivery to ${server} was broken off, since the monitor stops.` };
  }
  if (limit.state() === 'expired') {
    const message = `${server} did not answer within ${timeLimit / 1000} s. Check whether it is running and whether a firewall lies in between.`;
    return { outcome: 'temporary', message, unreachable: true };
  }
  const fault = networkFault(error, server);
  if (fault !== undefined) return { outcome: 'temporary', message: fault, unreachable: true };
  // fetch rejects with a TypeError alone, and the reason behind it.
  const reason = error instanceof TypeError && error.cause instanceof Error ? error.cause.message : '';
  if (reason === 'bad port') {
    return { outcome: 'permanent', message: `${server} is a port that HTTP may not use: choose another.` };
  }
  if (!(error instanceof TypeError)) throw error;
  return {
    outcome: 'temporary',
    message: `${server} could not be spoken to, for a reason unknown. Check the address.`,
    unreachable: true,
  };
}
