import { z } from 'zod';
import type { Message } from '../notification-message.ts';
import { escapeWithin } from './bounded-text.ts';
import { secretAddress } from './fields.ts';
import { defineHandler, type HttpRequest } from './handler.ts';
import { unlessWebPage } from './http-status.ts';
import { linkOf, STATUS_SIGN, textOf, titleOf } from './wording.ts';

/** Slack's limits: characters of a header and of a section, as sent. */
const HEADER_LENGTH = 150;
const SECTION_LENGTH = 3000;
/** So many sections tell enough; Slack would take 50 blocks. */
const SECTIONS = 4;

const MARKUP: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escape = (character: string): string => MARKUP[character] ?? character;

/** Slack, by an incoming webhook. */
export const slack = defineHandler({
  type: 'slack',
  label: 'Slack',
  help: 'Posts into a Slack channel. Create an app with an incoming webhook at api.slack.com/apps.',
  schema: z.strictObject({
    webhook_url: secretAddress({
      title: 'Webhook address',
      description: 'The address that Slack gave you. Whoever has it can post.',
      examples: ['https://hooks.slack.com/services/…'],
    }),
  }),
  buildRequest(message, { webhook_url }): HttpRequest {
    const title = `${STATUS_SIGN[message.status]} ${titleOf(message, HEADER_LENGTH - 4)}`;
    const link = linkOf(message);
    const body = {
      // What notifications and screen readers show in place of the blocks.
      text: escapeWithin(title, SECTION_LENGTH, escape),
      blocks: [
        // Plain text would still turn :words: into pictures.
        { type: 'header', text: { type: 'plain_text', text: title, emoji: false } },
        ...sections(textOf(message, SECTION_LENGTH * SECTIONS)),
        ...(link === null ? [] : [section(`<${escapeWithin(link, 2000, escape)}|Open Experimance Health>`)]),
        { type: 'context', elements: [{ type: 'plain_text', text: context(message), emoji: false }] },
      ],
    };
    return {
      transport: 'http',
      method: 'POST',
      url: webhook_url,
      headers: { 'Content-Type': 'application/json; charset=utf-8' },
      body: JSON.stringify(body),
    };
  },
  readAnswer: unlessWebPage,
});

/** `verbatim` keeps Slack from making links of what looks like a channel or an address. */
function section(text: string): object {
  return { type: 'section', text: { type: 'mrkdwn', text, verbatim: true } };
}

/** A text in as many sections as it needs, divided between lines. */
function sections(text: string): object[] {
  const parts: string[] = [''];
  for (const line of text.split('\n')) {
    const escaped = escapeWithin(line, SECTION_LENGTH, escape);
    const last = parts.at(-1) ?? '';
    if (last === '') parts[parts.length - 1] = escaped;
    else if (last.length + 1 + escaped.length <= SECTION_LENGTH) parts[parts.length - 1] = `${last}\n${escaped}`;
    else if (parts.length === SECTIONS) break;
    else parts.push(escaped);
  }
  // A section without text would make Slack refuse the whole.
  return parts.filter((part) => part.trim() !== '').map(section);
}

function context({ host, status, priority }: Message): string {
  return escapeWithin(`${status}, priority ${priority}, told by ${host || 'Experimance Health'}`, 300, (each) =>
    /\p{C}/u.test(each) ? ' ' : each,
  );
}
