import { z } from 'zod';

/** What a form shows of a field; see `HandlerType`. A type, since zod wants one with any further keys. */
export type FieldMeta = { title: string; description: string; examples?: string[]; multiline?: boolean };

/** What a text must look like, and what is said of one that does not. */
export interface Pattern {
  regex: RegExp;
  error: string;
}
/** What every header can carry. */
export const PRINTABLE_ASCII: Pattern = {
  regex: /^[\x20-\x7e]*$/,
  error: 'must be Latin letters, digits and signs without accents',
};

const notText = (issue: { input?: unknown }): string =>
  issue.input === undefined ? 'is required' : 'must be a text in quotes';

/** A text that must be given. `most` is in UTF-16 units. */
export function requiredText(meta: FieldMeta, most = 500): z.ZodString {
  return text(most).min(1, { error: 'must not be empty' }).meta(meta);
}

/** A text that may be left empty. */
export function optionalText(meta: FieldMeta, most = 500): z.ZodDefault<z.ZodString> {
  return text(most).default('').meta(meta);
}

/** A secret that must be given. */
export function requiredSecret(meta: FieldMeta, pattern: Pattern = PRINTABLE_ASCII): z.ZodString {
  // `meta` is the last call: what follows it would make a schema without it.
  return text(2000)
    .min(1, { error: 'must not be empty' })
    .regex(pattern.regex, { error: pattern.error })
    .meta({ ...meta, writeOnly: true });
}

/** A secret that may be left empty. `most` is in UTF-16 units. */
export function optionalSecret(
  meta: FieldMeta,
  { most = 2000, regex, error }: Partial<Pattern> & { most?: number } = {},
): z.ZodDefault<z.ZodString> {
  const any = text(most);
  return (regex === undefined ? any : any.regex(regex, { error })).default('').meta({ ...meta, writeOnly: true });
}

/** An address that must be given. */
export function requiredAddress(meta: FieldMeta): z.ZodString {
  return text(2000)
    .min(1, { error: 'must not be empty' })
    .refine(isHttpAddress, { error: NOT_AN_ADDRESS, when: isNotEmpty })
    .meta(meta);
}

/** An address of which every part may be secret, as those of webhooks are. */
export function secretAddress(meta: FieldMeta): z.ZodString {
  return requiredAddress(meta).meta({ ...meta, writeOnly: true });
}

/** A server that a person can host, with the one that is meant where nothing is said. */
export function server(usual: string, meta: FieldMeta): z.ZodDefault<z.ZodString> {
  return text(2000)
    .refine((value) => value === '' || isHttpAddress(withScheme(value)), { error: NOT_AN_ADDRESS })
    .default(usual)
    .meta(meta);
}

/** A server that must be named. */
export function requiredServer(meta: FieldMeta): z.ZodString {
  return text(2000)
    .min(1, { error: 'must not be empty' })
    .refine((value) => isHttpAddress(withScheme(value)), { error: NOT_AN_ADDRESS, when: isNotEmpty })
    .meta(meta);
}

/** A whole number with bounds. */
export function wholeNumber(least: number, most: number, usual: number, meta: FieldMeta): z.ZodDefault<z.ZodNumber> {
  const error = `must be a whole number from ${least} to ${most}`;
  return z.number({ error }).int({ error }).min(least, { error }).max(most, { error }).default(usual).meta(meta);
}

/** A whole number with bounds that may be left out; `description` says what then holds. */
export function optionalNumber(least: number, most: number, meta: FieldMeta): z.ZodOptional<z.ZodNumber> {
  const error = `must be a whole number from ${least} to ${most}`;
  return z.number({ error }).int({ error }).min(least, { error }).max(most, { error }).optional().meta(meta);
}

/** What the program or the connection sets by itself. */
const NOT_YOURS = /^(host|content-length|transfer-encoding|connection|keep-alive|upgrade|expect|te|trailer)$/i;

/** Headers of a request: names with texts. */
export function headerPairs(meta: FieldMeta): z.ZodDefault<z.ZodRecord<z.ZodString, z.ZodString>> {
  const name = z
    .string()
    .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/, { error: 'must be the name of a header, such as X-Room' })
    .refine((value) => !NOT_YOURS.test(value), { error: 'is set by the connection itself' });
  const value = z
    .string({ error: 'must be a text in quotes' })
    .regex(/^[\x20-\x7e\xa0-\xff\t]{0,2000}$/, { error: 'must be one line of Latin letters' });
  // Of a name that is wrong, zod itself says no more than that it is.
  return z
    .record(name, value, {
      error: (issue) => (issue.code === 'invalid_key' ? issue.issues[0]?.message : 'must be names with texts'),
    })
    .default({})
    .meta(meta);
}

/** Yes or no. */
export function flag(usual: boolean, meta: FieldMeta): z.ZodDefault<z.ZodBoolean> {
  return z.boolean({ error: 'must be true or false' }).default(usual).meta(meta);
}

const NOT_AN_ADDRESS = 'must be an address that begins with https:// or http://';
const NOT_PRINTABLE = /[\u0000-\u001f\u007f]/;

function text(most: number): z.ZodString {
  return z
    .string({ error: notText })
    .trim()
    .max(most, { error: `must be at most ${most} characters` })
    .refine((value) => !NOT_PRINTABLE.test(value), { error: 'must be one line without control characters' });
}

const isNotEmpty = ({ value }: { value: unknown }): boolean => typeof value === 'string' && value !== '';

/** Whether this is the full address of something that speaks HTTP. */
export function isHttpAddress(value: string): boolean {
  // URL.canParse repairs what a person mistyped: "https:example.org" would be taken.
  if (!/^https?:\/\/[^/?#]/i.test(value) || !URL.canParse(value)) return false;
  return new URL(value).hostname !== '';
}

/** A server's address: https unless it says otherwise (COMPATIBILITY, "Environment", of NTFY_SERVER). */
export function withScheme(value: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `https://${value}`;
}

/**
 * The address of something on a server, which may itself lie in a folder of a bigger one.
 *
 * @param path without a leading slash; parts that are not ours must be encoded.
 */
export function addressOn(base: string, path: string): string {
  const url = new URL(withScheme(base));
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${path}`;
  url.hash = '';
  return url.href;
}
