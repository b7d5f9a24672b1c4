import type { Finding } from '../../shared/checks/check.ts';
import { http, type HttpCheck } from '../../shared/checks/http.ts';
import { isStatusIn } from '../../shared/checks/status-range.ts';
import { manyLines, oneLine } from '../../shared/handlers/bounded-text.ts';
import { statusLine } from '../../shared/handlers/http-status.ts';
import { secretValues, withoutSecrets } from '../../shared/handlers/secret-values.ts';
import { VERSION } from '../../shared/version.ts';
import { networkFault } from '../net/network-fault.ts';
import { type CertificateFinding, judgeCertificate } from './certificate.ts';
import { type Address, openSecureSocket, openSocket, serverName, type Stage, tooLate, type Watch } from './connect.ts';
import { conclude, latencyProblems, type Problem, tenths } from './finding.ts';
import { type Answer, BrokenOff, exchange } from './http-exchange.ts';
import { isReadable, judgeAnswer } from './http-judge.ts';
import type { CheckContext, Probe } from './probe.ts';

/** How much of an answer is kept for a person to look at, UTF-16 units. */
const KEPT = 500;

/** One server that was asked, and how it went. */
interface Hop {
  url: URL;
  server: string;
  stage: Stage;
  certificate: CertificateFinding;
}
/** What the last server answered; or, where there is no answer to judge, why. */
type Outcome = { answer: Answer; hop: Hop; redirects: number } | { problems: Problem[]; hop: Hop };

/** Calls an address and judges what comes back. A connection of its own each time: whether one can be made is the question. */
export const httpProbe: Probe<HttpCheck> = async (config, context) => {
  const began = performance.now();
  const outcome = await follow(config, context);
  const ms = performance.now() - began;
  const secrets = secretsOf(config);
  const { certificate } = outcome.hop;
  const finding =
    'answer' in outcome ? judged(config, outcome, ms) : conclude(outcome.problems, '', certificate.metadata);
  return {
    ...finding,
    message: withoutSecrets(finding.message, secrets),
    metadata: censored(finding.metadata, secrets),
  };
};

/** To ask a schema which of its fields are secret is dearer than a whole check. */
const knownSecrets = new WeakMap<HttpCheck, string[]>();

function secretsOf(config: HttpCheck): string[] {
  const secrets = knownSecrets.get(config) ?? secretValues(http.schema, config);
  knownSecrets.set(config, secrets);
  return secrets;
}

function judged(
  config: HttpCheck,
  { answer, hop, redirects }: Extract<Outcome, { answer: Answer }>,
  ms: number,
): Finding {
  const { server, certificate } = hop;
  const { problems, metadata, quote } = judgeAnswer(config, answer, server);
  const all = [...problems, ...latencyProblems(config, ms, [server, 'answer']), ...certificate.problems];
  const rest = answer.cut ? ' It sends more than a megabyte, of which the rest was not read.' : '';
  const finding = conclude(all, `${server} answered ${statusLine(answer.status)}.${rest}`, {
    latency_ms: tenths(ms),
    status: answer.status,
    bytes: answer.size,
    ...(redirects === 0 ? {} : { redirects, server }),
    ...certificate.metadata,
    ...metadata,
    ...(isReadable(answer) ? { answer: manyLines(answer.text, KEPT) } : {}),
  });
  return { ...finding, message: finding.message + quote };
}

function censored(metadata: Finding['metadata'], secrets: readonly string[]): Finding['metadata'] {
  if (secrets.length === 0) return metadata;
  return JSON.parse(withoutSecrets(JSON.stringify(metadata), secrets)) as Finding['metadata'];
}

/** Asks, and asks on where a server says that it has moved. */
async function follow(config: HttpCheck, context: CheckContext): Promise<Outcome> {
  const first = new URL(config.url);
  let hop = hopTo(first);
  for (let redirects = 0; ; redirects += 1) {
    const answer = await ask(hop, config, context, mayCarry(first, hop.url));
    if (Array.isArray(answer)) return { problems: answer, hop };
    const location = redirectOf(answer, config);
    if (location === undefined) return { answer, hop, redirects };
    const target = redirectTarget(hop, location);
    if (typeof target === 'string') return { problems: [{ status: 'error', message: target }], hop };
    if (redirects === config.redirects) {
      const message = `${hop.server} redirects once more after ${redirects} redirects: enter the address that is meant.`;
      return { problems: [{ status: 'error', message }], hop };
    }
    hop = hopTo(target);
  }
}

function hopTo(url: URL): Hop {
  return { url, server: serverName(addressOf(url)), stage: 'resolving', certificate: { problems: [], metadata: {} } };
}

function addressOf({ hostname, port, protocol }: URL): Address {
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
  };
}

/** One question to one server. @returns what is wrong where there is no answer. */
async function ask(hop: Hop, config: HttpCheck, context: CheckContext, carries: boolean): Promise<Answer | Problem[]> {
  const { url, server } = hop;
  const watch: Watch = { signal: context.signal, onStage: (stage) => (hop.stage = stage) };
  try {
    if (url.protocol === 'http:') {
      return await exchange(await openSocket(addressOf(url), watch), questionTo(url, config, carries), watch);
    }
    const socket = await openSecureSocket(addressOf(url), watch, 'http/1.1');
    hop.certificate = judgeCertificate(socket, server, config, context.now);
    const broken = hop.certificate.problems.filter(({ status }) => status === 'error');
    if (broken.length > 0) {
      socket.destroy();
      return broken;
    }
    return await exchange(socket, questionTo(url, config, carries), watch);
  } catch (error) {
    return [{ status: 'error', message: failed(error, hop, context) }];
  }
}

function questionTo(url: URL, { method, headers, authorization }: HttpCheck, carries: boolean) {
  const own = { 'User-Agent': `Experimance-Health/${VERSION}`, Accept: '*/*', 'Accept-Encoding': 'identity' };
  const given = { ...headers, ...(authorization === '' ? {} : { Authorization: authorization }) };
  return { url, method, headers: carries ? merged(own, given) : own };
}

/** Two headers whose names differ in case alone are one. */
function merged(own: Record<string, string>, given: Record<string, string>): Record<string, string> {
  const names = new Set(Object.keys(given).map((name) => name.toLowerCase()));
  return { ...Object.fromEntries(Object.entries(own).filter(([name]) => !names.has(name.toLowerCase()))), ...given };
}

/** Headers can hold secrets: they are for the server that the person entered, and for its https. */
function mayCarry(first: URL, url: URL): boolean {
  const becomesSafe =
    url.protocol === 'https:' && first.hostname === url.hostname && first.port === '' && url.port === '';
  return url.origin === first.origin || becomesSafe;
}

/** Where an answer sends on to, if it is one that is followed. */
function redirectOf(
  { status, headers }: Answer,
  { status: expected, redirects, method }: HttpCheck,
): string | undefined {
  const follows = redirects > 0 && ['GET', 'HEAD'].includes(method) && !isStatusIn(status, expected);
  return follows && [301, 302, 303, 307, 308].includes(status) ? headers.location : undefined;
}

/** @returns a sentence where it is not followed. */
function redirectTarget({ url, server }: Hop, location: string): URL | string {
  if (!URL.canParse(location, url.href)) return `${server} redirects to something that is not an address.`;
  const to = new URL(location, url.href);
  if (to.protocol !== 'https:' && to.protocol !== 'http:') {
    return `${server} redirects to ${oneLine(to.protocol, 30)} which is not http: this is not followed.`;
  }
  if (url.protocol === 'https:' && to.protocol === 'http:') {
    return `${server} redirects from https to http on ${oneLine(to.host, 100)}, where anybody could answer: this is not followed.`;
  }
  to.username = '';
  to.password = '';
  return to;
}

function failed(error: unknown, { server, stage }: Hop, { signal, timeLimit }: CheckContext): string {
  if (signal.aborted) return tooLate(server, stage, timeLimit);
  if (error instanceof BrokenOff) return `${server} began to answer and then broke off.`;
  const { code } = error as { code?: unknown };
  if (code === 'HPE_HEADER_OVERFLOW') return `${server} answered with headers of more than 16 KB.`;
  const fault = networkFault(error, server);
  if (fault === undefined) throw error;
  return fault;
}
