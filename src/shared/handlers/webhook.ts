import { z } from 'zod';
import type { JsonValue } from '../json.ts';
import type { Message, MessageService } from '../notification-message.ts';
import { formatNaiveLocal } from '../timestamp.ts';
import { boundedJson } from './bounded-json.ts';
import { headerPairs, optionalSecret, PRINTABLE_ASCII, requiredAddress } from './fields.ts';
import { defineHandler, type HttpRequest } from './handler.ts';
import { messageDocument } from './message-document.ts';
import { fillTemplate, placeholderValues, templateFault } from './template.ts';

/** Bytes. Beyond this, texts inside reports are shortened: what reads webhooks commonly stops at a few megabytes. */
const REPORTS_LIMIT = 1_000_000;

/** JSON to an address of one's own (COMPATIBILITY, "On the wire"). */
export const webhook = defineHandler({
  type: 'webhook',
  label: 'Webhook',
  help: 'Sends JSON to an address of your own: the installation’s payload, or one that you write as a template.',
  schema: z.strictObject({
    url: requiredAddress({
      title: 'Address',
      description: 'What is called for every message.',
      examples: ['https://example.org/health'],
    }),
    method: z.enum(['POST', 'PUT'], { error: 'must be POST or PUT' }).default('POST').meta({
      title: 'Method',
      description: 'POST, unless the receiver wants PUT.',
    }),
    authorization: optionalSecret(
      {
        title: 'Authorization',
        description: 'The value of the Authorization header, with the word in front.',
        examples: ['Bearer …'],
      },
      PRINTABLE_ASCII,
    ),
    headers: headerPairs({
      title: 'Headers',
      description: 'Further headers. They are stored in the settings file: what is secret belongs above.',
    }),
    signing_secret: optionalSecret({
      title: 'Signing secret',
      description:
        'With it each message carries X-Experimance-Signature, by which the receiver knows that it is yours.',
    }),
    content_type: z
      .string({ error: 'must be a text in quotes' })
      .trim()
      .regex(/^([\w.+-]+\/[\w.+-]+(; ?[\w.+-]+=[\w.+-]+)*)?$/, { error: 'must be a media type such as text/plain' })
      .default('')
      .meta({
        title: 'Content type',
        description: 'What a template makes. Empty: application/json.',
        examples: ['application/json'],
      }),
    template: z
      .string({ error: 'must be a text in quotes' })
      .max(20_000, { error: 'must be at most 20,000 characters' })
      .superRefine((template, context) => {
        const fault = templateFault(template);
        if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
      })
      .default('')
      .meta({
        title: 'Template',
        description:
          'What is sent in place of the installation’s payload, with {{title}}, {{text}}, {{status}}, {{service}} and others filled in; {{json}} is the whole payload.',
        examples: ['{"message": "{{title}}", "colour": "{{status}}"}'],
        multiline: true,
      }),
  }),
  buildRequest(message, config): HttpRequest {
    const payload = JSON.stringify(payloadOf(message));
    const contentType = config.content_type || 'application/json';
    return {
      transport: 'http',
      method: config.method,
      url: config.url,
      headers: {
        'Content-Type': contentType,
        ...withoutContentType(config.headers),
        ...(config.authorization === '' ? {} : { Authorization: config.authorization }),
      },
      body: config.template === '' ? payload : filled(config.template, message, payload, contentType),
      ...(config.signing_secret === ''
        ? {}
        : { sign: { header: 'X-Experimance-Signature', secret: config.signing_secret } }),
    };
  },
});

/** The content type has a field of its own; two headers of one name would be joined by a comma. */
function withoutContentType(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !/^content-type$/i.test(name)));
}

function filled(template: string, message: Message, payload: string, contentType: string): string {
  const values = placeholderValues(message);
  const isJson = /\bjson\b/i.test(contentType);
  return fillTemplate(template, (placeholder) => {
    if (placeholder === 'json') return payload;
    const value = values[placeholder];
    // A template puts its own quotation marks around a placeholder.
    return isJson ? JSON.stringify(value).slice(1, -1) : value;
  });
}

/** The Python monitor's payload with our own fields beside it, so that what read theirs reads ours. */
function payloadOf(message: Message): JsonValue {
  const timestamp = formatNaiveLocal(message.at);
  const experimance = messageDocument(message);
  const [only] = message.services;
  if (only !== undefined && message.services.length === 1) {
    return { type: 'service_health', timestamp, service: boundedJson(only.report, REPORTS_LIMIT), experimance };
  }
  return {
    type: 'system_health',
    timestamp,
    services: boundedJson(reportsOf(message.services), REPORTS_LIMIT),
    experimance,
  };
}

function reportsOf(services: readonly MessageService[]): { [name: string]: JsonValue } {
  const reports = new Map<string, JsonValue>();
  for (const { service, host, report } of services) {
    // Two machines can have a service of one name.
    reports.set(reports.has(service) ? `${service}@${host}` : service, report);
  }
  return Object.fromEntries(reports);
}
