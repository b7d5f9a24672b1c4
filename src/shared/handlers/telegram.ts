import { z } from 'zod';
import { cut } from './bounded-text.ts';
import { addressOn, flag, requiredSecret, server } from './fields.ts';
import { defineHandler, type HttpAnswer, type HttpRequest, type Outcome } from './handler.ts';
import { jsonObject, retryAfter, unlessWebPage } from './http-status.ts';
import { isQuietUpdate } from './quiet-update.ts';
import { linkOf, STATUS_SIGN, textOf, titleOf } from './wording.ts';

/** Telegram's limit of a message, characters. */
const LIMIT = 4096;
const TITLE_LENGTH = 250;

/** A chat of Telegram's, by a bot. */
export const telegram = defineHandler({
  type: 'telegram',
  label: 'Telegram',
  help: 'Writes into a Telegram chat. Create a bot with @BotFather and write to it once, or add it to the group.',
  schema: z.strictObject({
    bot_token: requiredSecret(
      {
        title: 'Bot token',
        description: 'What @BotFather gave you.',
        examples: ['123456:ABC…'],
      },
      { regex: /^\d{1,20}:[A-Za-z0-9_-]{20,100}$/, error: 'must be a bot token such as 123456:ABC-def…' },
    ),
    chat_id: z
      .string({ error: (issue) => (issue.input === undefined ? 'is required' : 'must be a text in quotes') })
      .trim()
      .regex(/^(-?\d{1,20}|@[A-Za-z0-9_]{3,64})$/, {
        error: 'must be a number such as -1001234567890, or the name of a public channel such as @ours',
      })
      .meta({
        title: 'Chat',
        description: 'The number of the chat or group, or the @name of a public channel.',
        examples: ['-1001234567890'],
      }),
    silent: flag(false, {
      title: 'Never ring',
      description: 'Deliver every message without a sound. Those of low priority always are.',
    }),
    server: server('https://api.telegram.org', {
      title: 'Server',
      description: 'Telegram’s, or a bot API server of your own.',
      examples: ['https://api.telegram.org'],
    }),
  }),
  buildRequest(message, config, { receipt }): HttpRequest {
    const title = `${STATUS_SIGN[message.status]} ${titleOf(message, TITLE_LENGTH)}`;
    const link = linkOf(message);
    const tail = link === null ? '' : `\n\n${link}`;
    const text = cut(`${title}\n${textOf(message, LIMIT)}`, LIMIT - tail.length) + tail;
    const edits = receipt !== undefined && /^\d{1,20}$/.test(receipt) && isQuietUpdate(message);
    const body = {
      chat_id: config.chat_id,
      text,
      // Said by position, so that nothing in a message is ever read as markup.
      entities: [{ type: 'bold', offset: 0, length: title.length }],
      link_preview_options: { is_disabled: true },
      ...(edits
        ? { message_id: Number(receipt) }
        : { disable_notification: config.silent || message.priority === 'low' }),
    };
    return {
      transport: 'http',
      method: 'POST',
      url: addressOn(
        config.server || 'https://api.telegram.org',
        `bot${config.bot_token}/${edits ? 'editMessageText' : 'sendMessage'}`,
      ),
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    };
  },
  readAnswer,
});

function readAnswer(answer: HttpAnswer, byStatus: Outcome): Outcome {
  const body = jsonObject(answer.body);
  if (body?.ok === true) {
    const { message_id: id } = asObject(body.result);
    return typeof id === 'number'
      ? { outcome: 'delivered', answer: `${answer.status} OK: message ${id}`, receipt: String(id) }
      : { outcome: 'delivered', answer: `${answer.status} OK` };
  }
  const reason = typeof body?.description === 'string' ? body.description : '';
  // The chat shows already what was to be written.
  if (/message is not modified/i.test(reason))
    return { outcome: 'delivered', answer: `${answer.status}: not modified` };
  if (/message (to edit not found|can't be edited)|MESSAGE_ID_INVALID/i.test(reason)) {
    return {
      outcome: 'temporary',
      message: 'Telegram no longer lets the earlier message be updated; a new one is written.',
      retryAfter: 0,
      receiptGone: true,
    };
  }
  const wait = asObject(body?.parameters).retry_after;
  if (byStatus.outcome === 'temporary' && typeof wait === 'number') {
    return { ...byStatus, retryAfter: retryAfter(String(wait), 0) };
  }
  // Telegram says with 200 and ok: false only what it would not do.
  if (body?.ok === false && byStatus.outcome === 'delivered') {
    return { outcome: 'permanent', message: `Telegram refused: ${reason || 'it did not say why'}` };
  }
  return unlessWebPage(answer, byStatus);
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
