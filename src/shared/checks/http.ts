import { z } from 'zod';
import {
  headerPairs,
  optionalSecret,
  optionalText,
  PRINTABLE_ASCII,
  requiredAddress,
  wholeNumber,
} from '../handlers/fields.ts';
import type { CheckType } from './check.ts';
import { certificateFields, latencyFault, latencyFields } from './fields.ts';
import { parseJsonCondition } from './json-condition.ts';
import { parseStatusRanges } from './status-range.ts';

const ADDRESS = {
  title: 'Address',
  description: 'What is called. A user and a password do not belong here but under Authorization.',
  examples: ['https://example.org/health'],
};

const schema = z
  .strictObject({
    url: requiredAddress(ADDRESS)
      // A password in an address would stand in the settings file for everybody to read.
      .refine((url) => !hasUser(url), { error: 'must have no user and no password: enter them under Authorization' })
      .meta(ADDRESS),
    method: z
      .enum(['GET', 'HEAD', 'OPTIONS', 'POST'], { error: 'must be GET, HEAD, OPTIONS or POST' })
      .default('GET')
      .meta({ title: 'Method', description: 'GET, unless the server wants another. Nothing is sent along.' }),
    status: z
      .string({ error: 'must be a text in quotes' })
      .trim()
      .max(200, { error: 'must be at most 200 characters' })
      .refine((text) => parseStatusRanges(text) !== undefined, {
        error: 'must be statuses such as 200-299, 404 or 2xx',
      })
      .default('200-299')
      .meta({
        title: 'Status',
        description: 'Which statuses are right, with commas between them.',
        examples: ['200, 204, 301-302'],
      }),
    headers: headerPairs({
      title: 'Headers',
      description: 'Further headers. They are stored in the settings file: what is secret belongs below.',
    }),
    authorization: optionalSecret(
      {
        title: 'Authorization',
        description: 'The value of the Authorization header, with the word in front.',
        examples: ['Bearer …'],
      },
      PRINTABLE_ASCII,
    ),
    contains: optionalText({
      title: 'Contains',
      description: 'Text that must be in the answer, as it is written there.',
    }),
    lacks: optionalText({ title: 'Does not contain', description: 'Text that must not be in the answer.' }),
    pattern: z
      .string({ error: 'must be a text in quotes' })
      .max(200, { error: 'must be at most 200 characters' })
      .refine(isPattern, { error: 'must be a regular expression' })
      .default('')
      .meta({
        title: 'Matches',
        description: 'A regular expression for the first 64 KB of the answer; ^ and $ are the ends of a line.',
        examples: ['^status: (ok|fine)$'],
      }),
    json: z
      .array(
        z
          .string({ error: 'must be a text in quotes' })
          .max(400, { error: 'must be at most 400 characters' })
          .superRefine(judgeCondition),
        {
          error: 'must be a list of texts',
        },
      )
      .max(20, { error: 'must have at most 20 conditions' })
      .default([])
      .meta({
        title: 'JSON',
        description: 'What must hold of the answer’s fields, one condition a line, with =, !=, <, <=, > or >=.',
        examples: ['database.state = ok'],
      }),
    ...latencyFields,
    redirects: wholeNumber(0, 10, 5, {
      title: 'Redirects',
      description: 'How many are followed. Headers and Authorization are for the first server alone.',
    }),
    ...certificateFields,
  })
  .superRefine((config, context) => {
    const fault = latencyFault(config);
    if (fault !== undefined) context.addIssue({ code: 'custom', path: ['error_ms'], message: fault });
    const { contains, lacks, pattern, json } = config;
    if (config.method === 'HEAD' && (contains !== '' || lacks !== '' || pattern !== '' || json.length > 0)) {
      context.addIssue({
        code: 'custom',
        path: ['method'],
        message: 'must not be HEAD, which asks for no text to look at',
      });
    }
  });

function hasUser(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { username, password } = new URL(url);
  return username !== '' || password !== '';
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'm').multiline;
  } catch {
    // What the expression's fault is, the person sees best by looking at it: the engine's words are for programmers.
    return false;
  }
}

function judgeCondition(text: string, context: z.RefinementCtx<string>): void {
  const condition = parseJsonCondition(text);
  if (typeof condition === 'string') context.addIssue({ code: 'custom', message: condition });
}

export type HttpCheck = z.output<typeof schema>;

/** Whether a server answers over HTTP, and with what. */
export const http = {
  type: 'http',
  label: 'HTTP',
  help: 'Calls an address and looks at the status, the text, the time it takes and the certificate.',
  schema,
  usual: { interval: 30, timeLimit: 10 },
  target({ url }: HttpCheck): string {
    // What stands behind the question mark can be a token.
    const { origin, pathname } = new URL(url);
    return `${origin}${pathname}`;
  },
} as const satisfies CheckType<typeof schema>;
