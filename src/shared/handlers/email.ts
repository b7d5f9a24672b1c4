import { z } from 'zod';
import type { Message } from '../notification-message.ts';
import { oneLine } from './bounded-text.ts';
import { emailHtml } from './email-html.ts';
import { optionalNumber, optionalSecret, optionalText } from './fields.ts';
import { defineHandler, type EmailRequest } from './handler.ts';
import { linkOf, textOf, titleOf } from './wording.ts';

const TEXT_LENGTH = 100_000;
const ADDRESS = /^[^\s@<>",;:()[\]\\]{1,64}@[^\s@<>",;:()[\]\\]{1,253}$/;
const NOT_AN_ADDRESS = 'must be an email address such as ada@example.org';

const missing = (issue: { input?: unknown }): string =>
  issue.input === undefined ? 'is required' : 'must be a text in quotes';

/** Where nothing is set. */
const USUAL_PORTS = { starttls: 587, tls: 465, none: 25 } as const;

/** Email through an SMTP server. The mails of one incident stand in one thread. */
export const email = defineHandler({
  type: 'email',
  label: 'Email',
  help: 'Sends mail through an SMTP server of yours or of your provider.',
  schema: z.strictObject({
    to: z
      .array(z.string({ error: 'must be a text in quotes' }).trim().regex(ADDRESS, { error: NOT_AN_ADDRESS }), {
        error: (issue) => (issue.input === undefined ? 'is required' : 'must be a list of email addresses'),
      })
      .min(1, { error: 'must have one address at least' })
      .max(100, { error: 'must have at most 100 addresses' })
      .meta({ title: 'To', description: 'Who gets the mail, one address a line.', examples: ['ada@example.org'] }),
    from: z
      .string({ error: missing })
      .trim()
      .refine((value) => senderOf(value) !== undefined, {
        error: 'must be an email address, or a name with one: Health <health@example.org>',
      })
      .meta({
        title: 'From',
        description: 'The sender. Most servers want an address that belongs to the user.',
        examples: ['Experimance Health <health@example.org>'],
      }),
    host: z
      .string({ error: missing })
      .trim()
      .regex(/^([A-Za-z0-9._-]{1,253}|\[?[0-9A-Fa-f:.]{2,45}\]?)$/, {
        error: 'must be the name or the IP address of a server, such as smtp.example.org',
      })
      .meta({ title: 'Server', description: 'The SMTP server that takes the mail.', examples: ['smtp.example.org'] }),
    port: optionalNumber(1, 65_535, {
      title: 'Port',
      description: 'Where empty: 587 with STARTTLS, 465 with TLS, 25 without either.',
    }),
    security: z.enum(['starttls', 'tls', 'none'], { error: 'must be starttls, tls or none' }).default('starttls').meta({
      title: 'Encryption',
      description:
        'starttls (port 587) and tls (port 465) are both safe. With none, anybody on the way can read the password.',
    }),
    username: optionalText({
      title: 'User name',
      description: 'Where the server wants a log-in; often the whole email address.',
    }),
    password: optionalSecret({
      title: 'Password',
      description: 'Providers with two-step log-in want an app password here.',
    }),
    subject_prefix: optionalText(
      { title: 'Subject begins with', description: 'Put before every subject, to sort by.', examples: ['[health]'] },
      60,
    ),
  }),
  buildRequest(message, config): EmailRequest {
    const link = linkOf(message);
    return {
      transport: 'smtp',
      server: {
        host: config.host.replace(/^\[|\]$/g, ''),
        port: config.port ?? USUAL_PORTS[config.security],
        security: config.security,
        ...(config.username === '' ? {} : { username: config.username, password: config.password }),
      },
      from: senderOf(config.from) ?? config.from,
      to: config.to,
      subject: oneLine(`${config.subject_prefix} ${titleOf(message, 200)}`, 260),
      text: link === null ? textOf(message, TEXT_LENGTH) : `${textOf(message, TEXT_LENGTH)}\n\n${link}`,
      html: emailHtml(message),
      headers: headersOf(message),
    };
  },
});

/**
 * A sender as a mail can carry it, its name quoted.
 * @returns undefined where it is neither an address nor a name with one.
 */
function senderOf(text: string): string | undefined {
  if (ADDRESS.test(text)) return text;
  const match = /^"?([^"<>\r\n]{1,100}?)"?\s*<([^<>]+)>$/.exec(text);
  const [, name = '', address = ''] = match ?? [];
  return ADDRESS.test(address) ? `"${oneLine(name, 100).replaceAll('\\', '')}" <${address}>` : undefined;
}

function headersOf(message: Message): Record<string, string> {
  const domain = message.host.replace(/[^A-Za-z0-9.-]/g, '-').slice(0, 100) || 'health';
  const identity = (id: string): string => `<${id.replace(/[^A-Za-z0-9._-]/g, '-').slice(0, 100)}@${domain}>`;
  // No mail has an incident's own identity: all of them answer to it, so that mail programs show them as one thread,
  // whichever of them arrived.
  const threads = [...new Set(message.services.map(({ incident }) => incident))]
    .filter((incident) => incident !== null)
    .slice(0, 10)
    .map((incident) => identity(`incident-${incident}`));
  return {
    // The same for every try, so that servers which saw the mail already can drop it.
    'Message-ID': identity(message.id),
    ...(threads.length === 0 ? {} : { 'In-Reply-To': threads[0] ?? '', References: threads.join(' ') }),
    // RFC 3834: no out-of-office answers to a machine.
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
    ...urgency(message),
  };
}

function urgency({ priority }: Message): Record<string, string> {
  if (priority === 'urgent') return { 'X-Priority': '1 (Highest)', Importance: 'high' };
  if (priority === 'high') return { 'X-Priority': '2 (High)', Importance: 'high' };
  return priority === 'low' ? { 'X-Priority': '5 (Lowest)', Importance: 'low' } : {};
}
