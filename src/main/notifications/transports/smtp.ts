import { oneLine } from '../../../shared/handlers/bounded-text.ts';
import type { EmailRequest, Outcome } from '../../../shared/handlers/handler.ts';
import { deadline, type Deadline } from './deadline.ts';
import { networkFault } from '../../net/network-fault.ts';

/** How long a mail may take in all, milliseconds. Servers that greylist or scan answer slowly. */
const TIME_LIMIT = 60_000;
const CONNECT_LIMIT = 15_000;
const QUOTED = 200;

export interface SmtpParts {
  /** Milliseconds for the whole of a mail. */
  timeLimit?: number;
}

/** What nodemailer says of a failure. */
interface SmtpError {
  code?: unknown;
  responseCode?: unknown;
  response?: unknown;
}
/** A recipient that the server refused while it took the mail for others. */
interface Rejection extends SmtpError {
  recipient?: unknown;
}

/** Sends mail and says how it went: delivered is only what the server has answered with 250. It does not reject. */
export function createSmtpSender({ timeLimit = TIME_LIMIT }: SmtpParts = {}): (
  request: EmailRequest,
  options?: { signal?: AbortSignal | undefined },
) => Promise<Outcome> {
  return async (request, { signal } = {}) => {
    const { server, from, to, subject, text, html, headers } = request;
    // Loaded at the first mail: most installations send none.
    const { createTransport } = await import('nodemailer');
    const limit = deadline(timeLimit, signal);
    const transport = createTransport({
      host: server.host,
      port: server.port,
      secure: server.security === 'tls',
      requireTLS: server.security === 'starttls',
      ignoreTLS: server.security === 'none',
      ...(server.username === undefined ? {} : { auth: { user: server.username, pass: server.password ?? '' } }),
      connectionTimeout: Math.min(CONNECT_LIMIT, timeLimit),
      greetingTimeout: Math.min(CONNECT_LIMIT, timeLimit),
      dnsTimeout: Math.min(CONNECT_LIMIT, timeLimit),
      socketTimeout: timeLimit,
      // A mail is made of nothing but what is in the request.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    try {
      const info = await transport.sendMail({ from, to, subject, text, html, headers, signal: limit.signal });
      return { outcome: 'delivered', answer: answerOf(info.response, info.rejectedErrors ?? []) };
    } catch (error) {
      return failed(error as SmtpError, `${server.host}:${server.port}`, request, limit);
    } finally {
      limit.end();
      transport.close();
    }
  };
}

function answerOf(response: string, rejected: readonly Rejection[]): string {
  const line = oneLine(response, QUOTED);
  if (rejected.length === 0) return line;
  const refused = rejected
    .slice(0, 10)
    .map(({ recipient, response: reply }) => `${oneLine(String(recipient), 100)} (${oneLine(String(reply), QUOTED)})`);
  return `${line}; but it refused ${refused.join(', ')}`;
}

function failed(error: SmtpError, server: string, request: EmailRequest, limit: Deadline): Outcome {
  if (limit.state() === 'aborted') {
    return { outcome: 'temporary', message: `The mail to ${server} was broken off, since the monitor stops.` };
  }
  if (limit.state() === 'expired') {
    return { outcome: 'temporary', message: `${server} did not take the mail in time.`, unreachable: true };
  }
  const said = typeof error.response === 'string' ? ` It said: ${oneLine(error.response, QUOTED)}` : '';
  const code = typeof error.responseCode === 'number' ? error.responseCode : undefined;
  if (error.code === 'EAUTH') return authFailed(server, request, code, said);
  if (error.code === 'ETLS') return tlsFailed(error, server, request);
  if (code !== undefined && code >= 400) return refused(server, error.code, code, said);
  const fault = networkFault(error, server);
  if (fault !== undefined) return { outcome: 'temporary', message: fault, unreachable: true };
  if (error.code === 'EENVELOPE') {
    return { outcome: 'permanent', message: `The mail cannot be addressed: check From and To.${said}` };
  }
  if (error.code === 'EMESSAGE') {
    return { outcome: 'permanent', message: `${server} does not take mails of this size.${said}` };
  }
  const message = `${server} did not speak SMTP with this computer: check the port and the encryption.${said}`;
  return { outcome: 'temporary', message, unreachable: true };
}

function authFailed(server: string, request: EmailRequest, code: number | undefined, said: string): Outcome {
  // 454: the server cannot check passwords just now.
  if (code !== undefined && code < 500) {
    return { outcome: 'temporary', message: `${server} could not check the log-in for now.${said}` };
  }
  const advice =
    request.server.username === undefined
      ? 'Enter the user name and the password.'
      : 'Check the user name and the password; some providers want an app password.';
  return { outcome: 'permanent', message: `${server} refused the log-in. ${advice}${said}` };
}

/** Encryption that fails may be mended on the server's side, as by a new certificate, so it is worth another try. */
function tlsFailed(error: SmtpError, server: string, { server: { security } }: EmailRequest): Outcome {
  const fault =
    typeof error.response === 'string' && security === 'starttls'
      ? `${server} does not offer STARTTLS. Check the port; where it wants TLS from the start, choose tls.`
      : (networkFault(error, server) ?? `${server} could not agree on encryption with this computer.`);
  return { outcome: 'temporary', message: fault, unreachable: true };
}

/** RFC 5321: 4yz may go better another time, 5yz will not; 421 says that the server as a whole closes. */
function refused(server: string, kind: unknown, code: number, said: string): Outcome {
  const greeting = kind === 'EPROTOCOL' || kind === 'ECONNECTION';
  if (greeting || code < 500) {
    const away = greeting || code === 421 ? { unreachable: true } : {};
    return { outcome: 'temporary', message: `${server} could not take the mail for now.${said}`, ...away };
  }
  return { outcome: 'permanent', message: `${server} refused the mail: check From and To.${said}` };
}
