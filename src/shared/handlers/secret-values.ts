import type { z } from 'zod';
import { isHttpAddress } from './fields.ts';
import { secretFields } from './form.ts';

/** Shorter than this, a piece of an address is a word such as `api`, and hiding it would garble sentences. */
const PIECE = 8;
const HIDDEN = '•••';

/**
 * What must never be seen of a configuration, in every form in which a server could repeat it: the secrets themselves, the
 * paths of secret addresses and their pieces, and what basic authentication makes of them.
 */
export function secretValues(schema: z.ZodObject, config: Readonly<Record<string, unknown>>): string[] {
  const values = new Set<string>();
  for (const name of secretFields(schema)) {
    const value = config[name];
    if (typeof value !== 'string' || value === '') continue;
    values.add(value);
    values.add(JSON.stringify(value).slice(1, -1));
    values.add(encodeURIComponent(value));
    // `Bearer abc` is repeated as `abc` by servers that quote the token alone.
    for (const word of value.split(/[\s,]+/)) if (word.length >= PIECE) values.add(word);
    for (const piece of piecesOfAddress(value)) values.add(piece);
    if (typeof config.username === 'string') values.add(basicCredentials(config.username, value));
  }
  // The longest first: a piece must not be hidden out of the middle of its whole.
  return [...values].filter((value) => value.length > 2).sort((a, b) => b.length - a.length);
}

function piecesOfAddress(value: string): string[] {
  if (!isHttpAddress(value)) return [];
  const { pathname, search, href } = new URL(value);
  return [href, pathname + search, pathname, ...`${pathname}${search}`.split(/[/?&=]/)].filter(
    (piece) => piece.length >= PIECE,
  );
}

/** A user name and a password as the `Authorization: Basic` header carries them: UTF-8 in base 64. */
export function basicCredentials(username: string, password: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(`${username}:${password}`)));
}

/** A sentence without the secrets in it. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text);
}
