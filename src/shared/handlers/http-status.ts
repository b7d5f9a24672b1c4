import { formatDuration } from '../text.ts';
import { oneLine } from './bounded-text.ts';
import type { HttpAnswer, Outcome } from './handler.ts';

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  300: 'Multiple Choices',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  407: 'Proxy Authentication Required',
  408: 'Request Timeout',
  410: 'Gone',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  421: 'Misdirected Request',
  422: 'Unprocessable Content',
  424: 'Failed Dependency',
  425: 'Too Early',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** What a person can do about an answer that refuses for good. */
const ADVICE: Readonly<Record<number, string>> = {
  400: 'Check what is configured: the server did not understand the message',
  401: 'Check the token, or the user name and the password',
  403: 'The token or the user is known but may not do this: check their rights',
  404: 'Nothing is at this address: check it, and whatever names the recipient',
  405: 'The address takes no messages: check it',
  407: 'A proxy in between wants a user name and a password',
  410: 'What was at this address has been removed: set it up anew',
  413: 'The message is larger than the server takes',
};

/** The longest wait that a server may ask for, milliseconds. */
const LONGEST_WAIT = 3_600_000;
const QUOTED = 200;
const TOO_EARLY = new Set([408, 425, 429]);

/**
 * What an answer means where only its status code counts: 2xx is delivered; 408, 425, 429 and 5xx are worth another try,
 * not before `Retry-After`; anything else is refused for good.
 *
 * @param server how messages name the server.
 * @param now milliseconds since the epoch, for a `Retry-After` that is a date.
 */
export function outcomeByStatus(answer: HttpAnswer, server: string, now: number): Outcome {
  const { status } = answer;
  const line = statusLine(status);
  const said = oneLine(answer.body, QUOTED);
  if (status >= 200 && status < 300) return { outcome: 'delivered', answer: said === '' ? line : `${line}: ${said}` };
  const quote = said === '' ? '' : ` It said: ${said}`;
  if (status >= 500 || TOO_EARLY.has(status)) {
    const wait = retryAfter(answer.headers['retry-after'], now);
    const asked = wait === undefined ? '' : ` It asks to wait ${formatDuration(wait)}.`;
    const cause = status === 429 ? 'takes no more messages for now' : 'could not take the message';
    return {
      outcome: 'temporary',
      message: `${server} ${cause}: ${line}.${asked}${quote}`,
      retryAfter: wait,
      // The server as a whole is busy, so other messages would fare no better.
      ...(status === 429 || status === 503 ? { unreachable: true } : {}),
    };
  }
  const advice = ADVICE[status] ?? 'Check the address and what is configured';
  return { outcome: 'permanent', message: `${server} refused: ${line}. ${advice}.${quote}` };
}

/** `404 Not Found`. */
export function statusLine(status: number): string {
  const reason = REASONS[status];
  return reason === undefined ? String(status) : `${status} ${reason}`;
}

/**
 * Reads `Retry-After`: seconds or a date.
 *
 * @returns milliseconds, an hour at most; undefined where there is none or it cannot be read.
 */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  if (text === '') return undefined;
  const wait = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(0, Math.ceil(wait)), LONGEST_WAIT);
}

/**
 * An outcome by status, unless the answer is a web page where an API was meant: a hotel's log-in page, for one, takes any
 * request with 200 OK and delivers nothing.
 */
export function unlessWebPage(answer: HttpAnswer, byStatus: Outcome): Outcome {
  const isPage = /^text\/html\b/i.test(answer.headers['content-type'] ?? '');
  if (byStatus.outcome !== 'delivered' || !isPage) return byStatus;
  return {
    outcome: 'temporary',
    message:
      'A web page answered, not the service that was meant. Check the address, and whether the network asks for a log-in.',
  };
}

/** The answer's body as a JSON object; undefined where it is none. */
export function jsonObject(body: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(body) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    // A body that is not JSON is an ordinary answer: of a proxy, say. The status tells the rest.
    return undefined;
  }
}
