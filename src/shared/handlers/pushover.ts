import { z } from 'zod';
import type { Priority } from '../notification-message.ts';
import { addressOn, optionalText, requiredSecret, server } from './fields.ts';
import { defineHandler, type HttpRequest } from './handler.ts';
import { unlessWebPage } from './http-status.ts';
import { linkOf, textOf, titleOf } from './wording.ts';

/** Pushover's own: 1 passes a phone's quiet hours; 2 would ring until somebody answers, which needs terms of its own. */
const PRIORITY: Readonly<Record<Priority, number>> = { low: -1, default: 0, high: 1, urgent: 1 };
const KEY = { regex: /^[A-Za-z0-9]{30}$/, error: 'must be 30 letters and digits' };

/** Push messages by Pushover. */
export const pushover = defineHandler({
  type: 'pushover',
  label: 'Pushover',
  help: 'Sends push messages by Pushover. Create an application there and take its token, and your user key.',
  schema: z.strictObject({
    token: requiredSecret({ title: 'Application token', description: 'The API token of the application.' }, KEY),
    user: requiredSecret({ title: 'User key', description: 'Yours, or the key of a group.' }, KEY),
    device: optionalText({ title: 'Device', description: 'Only this device of yours. Empty: all of them.' }, 100),
    server: server('https://api.pushover.net', {
      title: 'Server',
      description: 'Pushover’s own, or something that speaks like it.',
      examples: ['https://api.pushover.net'],
    }),
  }),
  buildRequest(message, { token, user, device, server: host }): HttpRequest {
    const link = linkOf(message);
    const body = {
      token,
      user,
      ...(device === '' ? {} : { device }),
      title: titleOf(message, 250),
      // An empty message is refused.
      message: textOf(message, 1024) || message.status,
      priority: PRIORITY[message.priority],
      timestamp: Math.floor(message.at / 1000),
      ...(link === null ? {} : { url: link, url_title: 'Open Experimance Health' }),
    };
    return {
      transport: 'http',
      method: 'POST',
      url: addressOn(host || 'https://api.pushover.net', '1/messages.json'),
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    };
  },
  readAnswer: unlessWebPage,
});
