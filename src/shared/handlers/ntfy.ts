import { z } from 'zod';
import type { Message } from '../notification-message.ts';
import type { HealthStatus } from '../status.ts';
import { byteLength, cutToBytes, oneLine } from './bounded-text.ts';
import { addressOn, optionalSecret, optionalText, PRINTABLE_ASCII, server } from './fields.ts';
import { defineHandler, type HttpRequest } from './handler.ts';
import { unlessWebPage } from './http-status.ts';
import { basicCredentials } from './secret-values.ts';
import { linkOf, textOf, titleOf } from './wording.ts';

/** What a server takes as a message; anything longer becomes an attachment there. Bytes. */
const BODY_LIMIT = 4096;
const TITLE_LENGTH = 250;

const KIND: Readonly<Record<HealthStatus, 'critical' | 'warning' | 'info'>> = {
  fatal: 'critical',
  error: 'critical',
  warning: 'warning',
  unknown: 'info',
  healthy: 'info',
};

/** Push messages to phones and desktops, on ntfy.sh or a server of one's own (COMPATIBILITY, "On the wire"). */
export const ntfy = defineHandler({
  type: 'ntfy',
  label: 'ntfy',
  help: 'Sends push messages to phones and desktops by ntfy. Choose a topic and subscribe to it in the ntfy app.',
  schema: z.strictObject({
    topic: z
      .string({ error: (issue) => (issue.input === undefined ? 'is required' : 'must be a text in quotes') })
      .trim()
      .regex(/^[-_A-Za-z0-9]{1,64}$/, { error: 'must be 1 to 64 letters, digits, dashes and underscores' })
      .meta({
        title: 'Topic',
        description: 'On a public server whoever knows the topic can read it: take one that nobody guesses.',
        examples: ['experimance-health-5f3a91'],
      }),
    server: server('https://ntfy.sh', {
      title: 'Server',
      description: 'A server of your own, or ntfy.sh.',
      examples: ['https://ntfy.sh'],
    }),
    token: optionalSecret(
      {
        title: 'Access token',
        description: 'Where the topic is protected: a token from the server’s account page.',
        examples: ['tk_…'],
      },
      PRINTABLE_ASCII,
    ),
    username: optionalText({
      title: 'User name',
      description: 'In place of a token: the user who may write to the topic.',
    }),
    password: optionalSecret({ title: 'Password', description: 'The password of that user.' }),
  }),
  buildRequest(message, config): HttpRequest {
    const link = linkOf(message);
    // An empty body would arrive as the word "triggered".
    const text = textOf(message, BODY_LIMIT);
    return {
      transport: 'http',
      method: 'POST',
      url: addressOn(config.server || 'https://ntfy.sh', config.topic),
      headers: {
        Title: headerText(titleOf(message, TITLE_LENGTH)),
        Priority: message.priority,
        Tags: headerText(tagsOf(message).join(',')),
        'Content-Type': 'text/plain; charset=utf-8',
        ...(link === null ? {} : { Click: link }),
        ...authorization(config),
      },
      body: cutToBytes(text, BODY_LIMIT),
    };
  },
  readAnswer: unlessWebPage,
});

function authorization(config: { token: string; username: string; password: string }): Record<string, string> {
  if (config.token !== '') return { Authorization: `Bearer ${config.token}` };
  if (config.username === '') return {};
  return { Authorization: `Basic ${basicCredentials(config.username, config.password)}` };
}

/** The Python monitor's tags, in its order. */
function tagsOf({ services, status, priority }: Message): string[] {
  const [only] = services;
  const one = services.length === 1 && only !== undefined;
  return [
    'experimance',
    'health',
    status,
    // A comma would make two tags of one service.
    one ? oneLine(only.service, 100).replaceAll(',', '_') : 'system',
    `priority-${priority}`,
    KIND[status],
    one ? 'service' : 'system',
  ];
}

/** RFC 2047 allows an encoded word 75 characters, of which 12 are around the text: 45 bytes are 60 characters. */
const WORD_BYTES = 45;

/** Text as a header can carry it: ASCII as it is, anything else as encoded words, which ntfy reads. */
function headerText(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text) && !text.includes('=?')) return text;
  const words: string[] = [];
  let word = '';
  for (const character of text) {
    if (byteLength(word + character) > WORD_BYTES) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  return [...words, word]
    .map((each) => `=?UTF-8?B?${btoa(String.fromCharCode(...new TextEncoder().encode(each)))}?=`)
    .join(' ');
}
