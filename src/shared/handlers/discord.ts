import { z } from 'zod';
import { escapeWithin, oneLine } from './bounded-text.ts';
import { optionalText, secretAddress } from './fields.ts';
import { defineHandler, type HttpAnswer, type HttpRequest, type Outcome } from './handler.ts';
import { jsonObject, retryAfter, unlessWebPage } from './http-status.ts';
import { isQuietUpdate } from './quiet-update.ts';
import { isoTime } from './template.ts';
import { linkOf, STATUS_COLOUR, STATUS_SIGN, textOf, titleOf } from './wording.ts';

/** Discord's limits of an embed, characters as sent: title, description, and all of them together 6,000. */
const TITLE_LENGTH = 256;
const DESCRIPTION_LENGTH = 4096;
/** Discord's code for an answer to an edit of a message that somebody has deleted. */
const UNKNOWN_MESSAGE = 10_008;

const escape = (character: string): string => (/[\\*_~`|>#[\]()<@:-]/.test(character) ? `\\${character}` : character);

/** Discord, by a channel's webhook. */
export const discord = defineHandler({
  type: 'discord',
  label: 'Discord',
  help: 'Posts into a Discord channel. Create a webhook in the channel’s settings, under Integrations.',
  schema: z.strictObject({
    webhook_url: secretAddress({
      title: 'Webhook address',
      description: 'The address that Discord gave you. Whoever has it can post.',
      examples: ['https://discord.com/api/webhooks/…'],
    }),
    username: optionalText(
      { title: 'Posts as', description: 'The name above the messages. Empty: the webhook’s own.' },
      80,
    ),
  }),
  buildRequest(message, { webhook_url, username }, { receipt }): HttpRequest {
    const link = linkOf(message);
    const edits = receipt !== undefined && /^\d{1,30}$/.test(receipt) && isQuietUpdate(message);
    const body = {
      ...(username === '' || edits ? {} : { username: oneLine(username, 80) }),
      embeds: [
        {
          title: escapeWithin(`${STATUS_SIGN[message.status]} ${titleOf(message, TITLE_LENGTH)}`, TITLE_LENGTH, escape),
          description: escapeWithin(textOf(message, DESCRIPTION_LENGTH), DESCRIPTION_LENGTH, escape),
          color: Number.parseInt(STATUS_COLOUR[message.status], 16),
          timestamp: isoTime(message.at),
          footer: { text: `${message.status}, priority ${message.priority}, ${oneLine(message.host, 100)}` },
          ...(link === null ? {} : { url: link }),
        },
      ],
      // Nothing in a message rings anybody, whatever it says.
      allowed_mentions: { parse: [] },
    };
    const url = new URL(webhook_url);
    if (edits) url.pathname = `${url.pathname.replace(/\/+$/, '')}/messages/${receipt}`;
    // Without it the answer would come before the message is posted, and without its identity.
    else url.search = url.search === '' ? '?wait=true' : `${url.search}&wait=true`;
    return {
      transport: 'http',
      method: edits ? 'PATCH' : 'POST',
      url: url.href,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    };
  },
  readAnswer(answer: HttpAnswer, byStatus: Outcome): Outcome {
    const body = jsonObject(answer.body);
    if (byStatus.outcome === 'delivered') {
      const id = body?.id;
      return typeof id === 'string' && /^\d{1,30}$/.test(id)
        ? { outcome: 'delivered', answer: `${answer.status} OK: message ${id}`, receipt: id }
        : unlessWebPage(answer, byStatus);
    }
    if (answer.status === 404 && body?.code === UNKNOWN_MESSAGE) {
      return {
        outcome: 'temporary',
        message: 'Discord no longer has the message that was to be updated; it is posted anew.',
        retryAfter: 0,
        receiptGone: true,
      };
    }
    // Discord says in the body to the millisecond what its header rounds.
    const wait = body?.retry_after;
    if (byStatus.outcome === 'temporary' && typeof wait === 'number') {
      return { ...byStatus, retryAfter: retryAfter(String(wait), 0) ?? byStatus.retryAfter };
    }
    return byStatus;
  },
});
