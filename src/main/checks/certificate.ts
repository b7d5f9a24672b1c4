import type { TLSSocket } from 'node:tls';
import type { Finding } from '../../shared/checks/check.ts';
import { oneLine } from '../../shared/handlers/bounded-text.ts';
import { formatDuration, plural } from '../../shared/text.ts';
import { networkFault } from '../net/network-fault.ts';
import type { Problem } from './finding.ts';

const DAY = 86_400_000;
/** How much of the names in a certificate is quoted. */
const QUOTED = 100;

/** What matters of a server's certificate. Times are milliseconds since the epoch, NaN where they cannot be read. */
interface Certificate {
  from: number;
  to: number;
  /** Whom it is for. */
  names: string;
  /** Why it is not trusted, as a code of Node's; undefined where it is. */
  distrust: string | undefined;
}

export interface CertificateRules {
  certificate_days: number;
  verify_certificate: boolean;
}

/** What is found of a connection's certificate. Nothing may be sent where one of `problems` is an error. */
export interface CertificateFinding {
  problems: Problem[];
  metadata: Finding['metadata'];
}

/**
 * Judges the certificate of a connection that has just been made.
 *
 * @param server how messages name it.
 * @param now milliseconds since the epoch.
 */
export function judgeCertificate(
  socket: TLSSocket,
  server: string,
  rules: CertificateRules,
  now: number,
): CertificateFinding {
  const certificate = readCertificate(socket);
  const { to } = certificate;
  const problem = judge(certificate, server, rules, now);
  return {
    problems: problem === undefined ? [] : [problem],
    metadata: Number.isNaN(to)
      ? {}
      : { certificate_ends: new Date(to).toISOString(), certificate_days: Math.floor((to - now) / DAY) },
  };
}

function readCertificate(socket: TLSSocket): Certificate {
  const { valid_from, valid_to, subjectaltname, subject } = socket.getPeerCertificate() as Partial<
    ReturnType<TLSSocket['getPeerCertificate']>
  >;
  return {
    from: Date.parse(valid_from ?? ''),
    to: Date.parse(valid_to ?? ''),
    names: (subjectaltname ?? String(subject?.CN ?? '')).replaceAll(/(DNS|IP Address):/g, ''),
    // Node's types have an Error here; what it sets is the error's code.
    distrust: socket.authorized ? undefined : String(socket.authorizationError),
  };
}

/** The date comes first: it is what a person can see to, and it counts even where trust is not asked for. */
function judge(
  { from, to, names, distrust }: Certificate,
  server: string,
  { certificate_days, verify_certificate }: CertificateRules,
  now: number,
): Problem | undefined {
  if (to <= now) {
    const message = `${server} has a certificate that expired on ${day(to)}, ${about(now - to)} ago. It must be renewed on the server.`;
    return { status: 'error', message };
  }
  if (from > now) {
    return {
      status: 'error',
      message: `${server} has a certificate that is not valid before ${day(from)}. Check this computer’s clock.`,
    };
  }
  if (verify_certificate && distrust !== undefined)
    return { status: 'error', message: untrusted(server, distrust, names) };
  if (to - now < certificate_days * DAY) {
    const message = `${server} has a certificate that expires on ${day(to)}, in ${about(to - now)}. It must be renewed on the server.`;
    return { status: 'warning', message };
  }
  return undefined;
}

function untrusted(server: string, code: string, names: string): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const whose = names === '' ? 'another name' : `another name, ${oneLine(names, QUOTED)}`;
    return `${server} has a certificate for ${whose}. Use the name that the certificate is for, or get one for this name.`;
  }
  return (
    networkFault({ code }, server) ??
    `${server} has a certificate that this computer does not trust (${oneLine(code, QUOTED)}).`
  );
}

/** Whole days where there are several, so that the message stays the same for as long. */
function about(ms: number): string {
  return ms < 2 * DAY ? formatDuration(ms) : plural(Math.floor(ms / DAY), 'day');
}

/** `1970-01-01`, as certificates count: in UTC. */
function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
