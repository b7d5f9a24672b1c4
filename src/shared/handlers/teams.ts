import { z } from 'zod';
import { byteLength, cut, oneLine } from './bounded-text.ts';
import { secretAddress } from './fields.ts';
import { defineHandler, type HttpRequest } from './handler.ts';
import { unlessWebPage } from './http-status.ts';
import type { HealthStatus } from '../status.ts';
import type { Message } from '../notification-message.ts';
import { linkOf, STATUS_SIGN, textOf, titleOf } from './wording.ts';

/** Teams refuses payloads of more than 28 KB; what it adds itself counts, too. Bytes. */
const PAYLOAD_LIMIT = 24_000;
const LINE_LENGTH = 1000;
const MOST_LINES = 100;

/** The adaptive card's own names for colours, so that it reads in every theme. */
const COLOUR: Readonly<Record<HealthStatus, 'good' | 'warning' | 'attention' | 'default'>> = {
  healthy: 'good',
  warning: 'warning',
  error: 'attention',
  fatal: 'attention',
  unknown: 'default',
};

/** Microsoft Teams, by a workflow that posts what it receives. */
export const teams = defineHandler({
  type: 'teams',
  label: 'Microsoft Teams',
  help: 'Posts a card into a Teams channel. Create the workflow “Post to a channel when a webhook request is received”.',
  schema: z.strictObject({
    webhook_url: secretAddress({
      title: 'Workflow address',
      description: 'The address that the workflow gave you. Whoever has it can post.',
      examples: ['https://prod-00.westeurope.logic.azure.com/workflows/…'],
    }),
  }),
  buildRequest(message, { webhook_url }): HttpRequest {
    return {
      transport: 'http',
      method: 'POST',
      url: webhook_url,
      headers: { 'Content-Type': 'application/json; charset=utf-8' },
      body: payload(message),
    };
  },
  readAnswer: unlessWebPage,
});

function payload(message: Message): string {
  const lines = textOf(message, MOST_LINES * LINE_LENGTH).split('\n');
  let shown = lines.slice(0, MOST_LINES).map((line) => cut(line, LINE_LENGTH));
  let json = JSON.stringify(envelope(message, shown, lines.length));
  // Half as many lines at each turn: a few turns at most.
  while (byteLength(json) > PAYLOAD_LIMIT && shown.length > 0) {
    shown = shown.slice(0, Math.floor(shown.length / 2));
    json = JSON.stringify(envelope(message, shown, lines.length));
  }
  return json;
}

function envelope(message: Message, shown: readonly string[], all: number): object {
  const link = linkOf(message);
  const title = { weight: 'bolder', size: 'medium', color: COLOUR[message.status] };
  const rest = all > shown.length ? [paragraph(`… and ${all - shown.length} more lines.`)] : [];
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    msteams: { width: 'Full' },
    body: [
      paragraph(`${STATUS_SIGN[message.status]} ${titleOf(message, 250)}`, title),
      ...shown.filter((line) => line.trim() !== '').map((line) => paragraph(line)),
      ...rest,
      paragraph(`${message.status}, priority ${message.priority}, told by ${oneLine(message.host, 100)}`, {
        isSubtle: true,
        size: 'small',
      }),
    ],
    ...(link === null ? {} : { actions: [{ type: 'Action.OpenUrl', title: 'Open Experimance Health', url: link }] }),
  };
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }],
  };
}

/** A `TextBlock` would read Markdown in somebody's message; a run of text is shown as it is. */
function paragraph(text: string, style: object = {}): object {
  return { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text, ...style }] };
}
