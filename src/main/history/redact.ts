/*
 * What leaves this machine in a file that is mailed to somebody: no secret, and not whose machine it was. It errs on the side
 * of hiding, since a sentence with a word too few does less harm than one with a password. Every pattern is bounded, so that a
 * long hostile message costs no more than its length.
 */

const HIDDEN = '•••';

/** A word that names a secret, alone or as part of a longer name (`DB_PASSWORD`, `client-secret`). */
const SECRET_NAME =
  'pass(?:word|wd|phrase|code)s?|pwd|secret|credentials?|api[_-]?key|apikey|access[_-]?key|private[_-]?key|signing[_-]?key|webhook[_-]?(?:url|auth)|ntfy[_-]?topic';
/** Names that also stand in harmless sentences: only a value that looks like a secret is hidden behind a colon. */
const DOUBTFUL_NAME = 'tokens?|auth|authorization|session(?:[_-]?id)?|cookie|signature|sig|pass|topic';
const IN_NAME = '[A-Za-z0-9_.-]{0,40}?';
const VALUE = `"(?:[^"\\\\\\n]|\\\\.){0,4000}"|'(?:[^'\\\\\\n]|\\\\.){0,4000}'|[^\\s"'&,;<>(){}\\[\\]]{1,4000}`;

const NAMED = new RegExp(
  `(?<![A-Za-z0-9_.-])(["']?${IN_NAME}(?:${SECRET_NAME})${IN_NAME}["']?\\s{0,3}[=:]\\s{0,3})(${VALUE})`,
  'gi',
);
const DOUBTFUL = new RegExp(
  `(?<![A-Za-z0-9])(["']?(?:[A-Za-z0-9]{1,20}[_.-]){0,3}(?:${DOUBTFUL_NAME})["']?\\s{0,3})([=:])(\\s{0,3})(${VALUE})`,
  'gi',
);
const OPTION = new RegExp(`(?<![\\w-])(--?${IN_NAME}(?:${SECRET_NAME}|token|auth)\\s{1,3})(${VALUE})`, 'gi');
/** A header's value goes to the end of its line. */
const HEADER =
  /(?<![\w-])((?:proxy-)?authorization|(?:set-)?cookie|x-[a-z0-9-]{0,30}(?:key|token|secret|auth|signature))(["']?\s{0,3}:\s{0,3}["']?)((?:bearer|basic|digest|token)\s{1,3})?([^\r\n"']{1,4000})/gi;
const SCHEME = /(?<![\w-])(bearer|basic)(\s{1,3})([A-Za-z0-9._~+/=-]{8,4000})/gi;
const USER_OF_ADDRESS = /(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@"'<>]{1,400}@/gi;
const ADDRESS = /(?<![a-z0-9+.-])((?:https?|wss?):\/\/)([^\s/"'<>?#]{1,300})([^\s"'<>]{0,4000})/gi;
const KEY_BLOCK = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]{0,20000}?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g;
/** Secrets that say by their beginning what they are. */
const KNOWN =
  /(?<![\w-])(?:gh[opsur]_\w{16,255}|github_pat_\w{16,255}|glpat-[\w-]{16,255}|xox[abeoprs]-[\w-]{8,255}|sk-[\w-]{16,255}|[rs]k_(?:live|test)_\w{8,255}|AKIA[0-9A-Z]{16}|AIza[\w-]{30,60}|eyJ[\w-]{8,2000}\.[\w-]{4,4000}(?:\.[\w-]{0,2000})?|\d{6,12}:AA[\w-]{30,40})/g;

/** Whose whole path is the secret: who knows it can write there. */
const SECRET_PATHS =
  /(?:^|\.)(?:hooks\.slack\.com|webhook\.office\.com|logic\.azure\.com|ntfy\.sh|hc-ping\.com)(?::\d{1,5})?$/i;
const SECRET_PATH_OF = /^((?:\/api)?\/webhooks\/|\/bot)[^?#]{1,1000}/i;

const SOMEBODY =
  /(?<![\w.-])(?:[A-Za-z]:)?(\\{1,2}|\/)(?:home|Users|Documents and Settings)\1(?!Shared\b|Public\b)[^\s\\/"'<>:;,]{1,100}/g;

/** Whether a word looks made by a machine: long, or of letters and digits mixed. */
function looksMade(word: string): boolean {
  const bare = word.replace(/^["']|["']$/g, '');
  if (/^[\d.,:%]{1,9}$/.test(bare)) return false;
  return bare.length >= 20 || (bare.length >= 6 && /\d/.test(bare)) || /[a-z][A-Z]|=$/.test(bare);
}

/** Replaces a value by dots, within its quotation marks where it has them. */
function dots(value: string): string {
  const quote = /^["']/.exec(value)?.[0] ?? '';
  return quote + HIDDEN + quote;
}

function withoutSecretsIn(host: string, rest: string): string {
  if (SECRET_PATHS.test(host)) return rest.length > 1 ? `/${HIDDEN}` : rest;
  return rest
    .replace(SECRET_PATH_OF, (_all, start: string) => start + HIDDEN)
    .replace(/([?&#][^=&#]{0,100}(?:key|code|token|hash)=)[^&#]{1,4000}/gi, (_all, start: string) => start + HIDDEN)
    .replace(/(?<=\/)[\w~+.-]{20,4000}(?=[/?#]|$)/g, (piece) =>
      /\d/.test(piece) && /[A-Za-z]/.test(piece) && !/\.\w{1,5}$/.test(piece) ? HIDDEN : piece,
    );
}

/**
 * A text without what should not leave this machine: secrets become dots, homes become `~`.
 *
 * @param homes home folders of this machine, beside those that are known by their place (`/home/…`, `C:\Users\…`).
 */
export function redact(text: string, homes: readonly string[] = []): string {
  const safe = text
    .replace(KEY_BLOCK, HIDDEN)
    .replace(
      HEADER,
      (_all, name: string, colon: string, scheme: string | undefined) => name + colon + (scheme ?? '') + HIDDEN,
    )
    .replace(KNOWN, HIDDEN)
    .replace(USER_OF_ADDRESS, (_all, scheme: string) => `${scheme}${HIDDEN}@`)
    .replace(
      ADDRESS,
      (_all, scheme: string, host: string, rest: string) => scheme + host + withoutSecretsIn(host, rest),
    )
    .replace(SCHEME, (all, scheme: string, gap: string, value: string) =>
      looksMade(value) ? scheme + gap + HIDDEN : all,
    )
    .replace(NAMED, (_all, name: string, value: string) => name + dots(value))
    .replace(OPTION, (_all, name: string, value: string) => name + dots(value))
    .replace(DOUBTFUL, (all, name: string, sign: string, gap: string, value: string) =>
      looksMade(value) || (sign === '=' && !/^[\d.,]{1,9}$/.test(value)) ? name + sign + gap + dots(value) : all,
    );
  return withoutHomes(safe, homes);
}

function withoutHomes(text: string, homes: readonly string[]): string {
  let rest = text;
  for (const home of homes) {
    // A home that is a whole drive, or nothing, would take every path's beginning.
    if (home.length < 3) continue;
    const path = home.replace(/[/\\]+$/, '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    // In JSON, each backslash of a path is two.
    rest = rest.replace(new RegExp(`(?<![\\w.-])${path.replaceAll('\\\\', '\\\\{1,2}')}(?![\\w.-])`, 'gi'), '~');
  }
  return rest.replace(SOMEBODY, '~');
}

/** Whether what this key holds is a secret by its name. */
function isSecretName(key: string): boolean {
  return new RegExp(SECRET_NAME, 'i').test(key) || new RegExp(`(?:^|[_.-])(?:${DOUBTFUL_NAME})$`, 'i').test(key);
}

/** The same for a value with its structure: also what a key with the name of a secret holds is hidden. */
export function redactValue(value: unknown, homes: readonly string[] = []): unknown {
  if (typeof value === 'string') return redact(value, homes);
  if (Array.isArray(value)) return value.map((item) => redactValue(item, homes));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      redact(key, homes),
      isSecretName(key) && typeof inner === 'string' && inner !== '' ? HIDDEN : redactValue(inner, homes),
    ]),
  );
}
