import { z } from 'zod';
import { type FieldMeta, flag, wholeNumber } from '../handlers/fields.ts';

const HOST = /^([A-Za-z0-9._-]{1,253}|\[?[0-9A-Fa-f:.]{2,45}\]?)$/;

const missing =
  (fault: string) =>
  ({ input }: { input?: unknown }): string =>
    input === undefined ? 'is required' : fault;

/** The name or the IP address of a machine. */
export function hostName(meta: FieldMeta): z.ZodString {
  return z
    .string({ error: missing('must be a text in quotes') })
    .trim()
    .regex(HOST, { error: 'must be the name or the IP address of a machine, such as db.example.org' })
    .meta(meta);
}

/** A port that must be given. */
export function portNumber(meta: FieldMeta): z.ZodNumber {
  const error = 'must be a whole number from 1 to 65535';
  return z
    .number({ error: missing(error) })
    .int({ error })
    .min(1, { error })
    .max(65_535, { error })
    .meta(meta);
}

/** When an answer is too slow. 0 stands for never. */
export const latencyFields = {
  warning_ms: wholeNumber(0, 300_000, 0, {
    title: 'Warning from',
    description: 'Milliseconds for which it may take before that is a warning. 0: however long it takes.',
  }),
  error_ms: wholeNumber(0, 300_000, 0, {
    title: 'Error from',
    description: 'Milliseconds for which it may take before that is an error. 0: however long it takes.',
  }),
} as const;

/** What is wrong with a pair of latencies, if anything: then it concerns `error_ms`. */
export function latencyFault({ warning_ms, error_ms }: { warning_ms: number; error_ms: number }): string | undefined {
  return error_ms > 0 && warning_ms > error_ms ? 'must not be less than the milliseconds of the warning' : undefined;
}

/** How the certificate of a server is judged. */
export const certificateFields = {
  certificate_days: wholeNumber(0, 365, 14, {
    title: 'Certificate: days before',
    description: 'A certificate that ends within so many days is a warning. One that has ended is always an error.',
  }),
  verify_certificate: flag(true, {
    title: 'Check the certificate',
    description:
      'Whether somebody this computer trusts must have signed it for this name. Without that, anybody in between can answer.',
  }),
} as const;
