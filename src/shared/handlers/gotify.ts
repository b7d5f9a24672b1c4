import { z } from 'zod';
import type { Priority } from '../notification-message.ts';
import { addressOn, requiredSecret, requiredServer } from './fields.ts';
import { defineHandler, type HttpRequest } from './handler.ts';
import { unlessWebPage } from './http-status.ts';
import { linkOf, textOf, titleOf } from './wording.ts';

/** Gotify's app stays silent up to 3, makes a sound from 4 on and insists from 8 on. */
const PRIORITY: Readonly<Record<Priority, number>> = { low: 2, default: 5, high: 7, urgent: 10 };

/** Push messages by a Gotify server of one's own. */
export const gotify = defineHandler({
  type: 'gotify',
  label: 'Gotify',
  help: 'Sends push messages by your Gotify server. Create an application there and take its token.',
  schema: z.strictObject({
    server: requiredServer({
      title: 'Server',
      description: 'Your Gotify server.',
      examples: ['https://gotify.example.org'],
    }),
    token: requiredSecret(
      {
        title: 'Application token',
        description: 'The token of the application, not that of a client.',
      },
      { regex: /^[\x21-\x7e]+$/, error: 'must be Latin letters, digits and signs without blanks' },
    ),
  }),
  buildRequest(message, { server, token }): HttpRequest {
    const link = linkOf(message);
    const body = {
      title: titleOf(message, 250),
      message: textOf(message, 16_000),
      priority: PRIORITY[message.priority],
      extras: {
        // Plain text, so that nothing in a message is read as Markdown.
        'client::display': { contentType: 'text/plain' },
        ...(link === null ? {} : { 'client::notification': { click: { url: link } } }),
      },
    };
    return {
      transport: 'http',
      method: 'POST',
      url: addressOn(server, 'message'),
      headers: { 'Content-Type': 'application/json', 'X-Gotify-Key': token },
      body: JSON.stringify(body),
    };
  },
  readAnswer: unlessWebPage,
});
