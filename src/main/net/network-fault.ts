/**
 * Why a server could not be spoken to, as the end of a sentence that begins with its name, and what a person can do.
 * The words are ours throughout: those of the error can hold addresses, which can hold secrets.
 */
interface Fault {
  cause: string;
  advice: string;
}

const UNKNOWN_HOST: Fault = {
  cause: 'is not known: no address was found for the name',
  advice: 'Check the name, and whether this computer is online.',
};
const REFUSED: Fault = {
  cause: 'refused the connection',
  advice: 'Check the port, and whether the server is running.',
};
const CUT: Fault = {
  cause: 'closed the connection before it had answered',
  advice: 'Check the port, and whether it wants http or https.',
};
const TOO_SLOW: Fault = {
  cause: 'did not answer in time',
  advice: 'Check whether it is running and whether a firewall lies in between.',
};
const NO_ROUTE: Fault = {
  cause: 'cannot be reached from here',
  advice: 'Check the network, the VPN and the firewall.',
};
const UNTRUSTED: Fault = {
  cause: 'has a certificate that was signed by nobody this computer trusts',
  advice: 'For a private authority, name its certificate in NODE_EXTRA_CA_CERTS and start again.',
};
const NOT_TLS: Fault = {
  cause: 'could not agree on encryption with this computer',
  advice: 'Check whether the port is the one for TLS.',
};
const NOT_HTTP: Fault = {
  cause: 'gave an answer that is not HTTP',
  advice: 'Check the port, and whether it wants http or https.',
};

const FAULTS: Readonly<Record<string, Fault>> = {
  ENOTFOUND: UNKNOWN_HOST,
  EAI_AGAIN: UNKNOWN_HOST,
  EAI_NODATA: UNKNOWN_HOST,
  EAI_NONAME: UNKNOWN_HOST,
  EDNS: UNKNOWN_HOST,
  ECONNREFUSED: REFUSED,
  ECONNRESET: CUT,
  ECONNABORTED: CUT,
  ECONNECTION: CUT,
  EPIPE: CUT,
  UND_ERR_SOCKET: CUT,
  ETIMEDOUT: TOO_SLOW,
  UND_ERR_CONNECT_TIMEOUT: TOO_SLOW,
  UND_ERR_HEADERS_TIMEOUT: TOO_SLOW,
  UND_ERR_BODY_TIMEOUT: TOO_SLOW,
  EHOSTUNREACH: NO_ROUTE,
  ENETUNREACH: NO_ROUTE,
  ENETDOWN: NO_ROUTE,
  EADDRNOTAVAIL: NO_ROUTE,
  EACCES: NO_ROUTE,
  EPERM: NO_ROUTE,
  DEPTH_ZERO_SELF_SIGNED_CERT: {
    cause: 'has a certificate that it signed itself',
    advice: 'Where that is meant to be, name the certificate in NODE_EXTRA_CA_CERTS and start again.',
  },
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  CERT_UNTRUSTED: UNTRUSTED,
  // An authority of the same name as one that is known, and of another key.
  CERT_SIGNATURE_FAILURE: UNTRUSTED,
  CERT_HAS_EXPIRED: {
    cause: 'has a certificate that has expired',
    advice: 'It must be renewed on the server; check this computer’s clock as well.',
  },
  CERT_NOT_YET_VALID: {
    cause: 'has a certificate that is not valid yet',
    advice: 'Check this computer’s clock.',
  },
  CERT_REVOKED: { cause: 'has a certificate that was revoked', advice: 'It must be replaced on the server.' },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    cause: 'has a certificate for another name',
    advice: 'Use the name that the certificate is for, or get one for this name.',
  },
  EPROTO: NOT_TLS,
  ETLS: NOT_TLS,
};

/**
 * The sentence for a failed connection.
 *
 * @param server `host:port`.
 * @returns undefined where the error is none of the network's.
 */
export function networkFault(error: unknown, server: string): string | undefined {
  for (const code of codesOf(error)) {
    const fault = FAULTS[code] ?? familyOf(code);
    if (fault !== undefined) return `${server} ${fault.cause}. ${fault.advice}`;
  }
  return undefined;
}

function familyOf(code: string): Fault | undefined {
  if (code.startsWith('HPE_')) return NOT_HTTP;
  return code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') ? NOT_TLS : undefined;
}

/** The codes of an error, the most exact first: of what caused it, of what it was before a library renamed it, its own. */
function codesOf(error: unknown, depth = 0): string[] {
  if (typeof error !== 'object' || error === null || depth > 5) return [];
  const { cause, code, originalCode, errors } = error as Record<string, unknown>;
  // Where a name has several addresses, each has failed for a reason of its own.
  const inner = [cause, ...(Array.isArray(errors) ? (errors as unknown[]) : [])];
  return [...inner.flatMap((each) => codesOf(each, depth + 1)), originalCode, code].filter(
    (each) => typeof each === 'string',
  );
}
