import { z } from 'zod';
import type { Message } from '../notification-message.ts';
import type { HealthStatus } from '../status.ts';
import { addressOn, optionalSecret, optionalText, requiredServer } from './fields.ts';
import { defineHandler, type HttpAnswer, type HttpRequest, type Outcome } from './handler.ts';
import { textOf, titleOf } from './wording.ts';

const TYPE: Readonly<Record<HealthStatus, 'info' | 'success' | 'warning' | 'failure'>> = {
  healthy: 'success',
  warning: 'warning',
  unknown: 'warning',
  error: 'failure',
  fatal: 'failure',
};

/** The hundred other services, by an Apprise API server. */
export const apprise = defineHandler({
  type: 'apprise',
  label: 'Apprise',
  help: 'Reaches a hundred further services by an Apprise API server. To run the apprise program instead, take the handler “Command”.',
  schema: z.strictObject({
    server: requiredServer({
      title: 'Server',
      description: 'Your Apprise API server.',
      examples: ['http://localhost:8000'],
    }),
    key: z
      .string({ error: 'must be a text in quotes' })
      .trim()
      .regex(/^[A-Za-z0-9_-]{0,128}$/, { error: 'must be letters, digits, dashes and underscores' })
      .default('')
      .meta({
        title: 'Configuration key',
        description: 'The name of the configuration stored on the server. Empty: the addresses below.',
        examples: ['experimance'],
      }),
    urls: optionalSecret(
      {
        title: 'Apprise addresses',
        description: 'Without a key: what to notify, divided by commas. Empty: the server’s own.',
        examples: ['mailto://…, matrix://…'],
      },
      { most: 8000 },
    ),
    tag: optionalText(
      {
        title: 'Tag',
        description: 'With a key: only those of its addresses that carry this tag. Empty: all.',
        examples: ['oncall'],
      },
      200,
    ),
  }),
  buildRequest(message, { server, key, urls, tag }): HttpRequest {
    const body = {
      title: titleOf(message, 250),
      body: textOf(message, 30_000),
      type: typeOf(message),
      format: 'text',
      ...(key === '' ? (urls === '' ? {} : { urls }) : tag === '' ? {} : { tag }),
    };
    return {
      transport: 'http',
      method: 'POST',
      url: addressOn(server, key === '' ? 'notify' : `notify/${key}`),
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify(body),
    };
  },
  readAnswer(answer: HttpAnswer, byStatus: Outcome): Outcome {
    // 204 is how Apprise says that the key names nothing: no one was told.
    if (answer.status === 204) {
      return {
        outcome: 'permanent',
        message: 'Apprise told nobody: 204 No Content. The server has no configuration under this key, or it is empty.',
      };
    }
    // 424: one of the services behind Apprise failed, or no address carries the tag.
    if (answer.status === 424) {
      return {
        outcome: 'temporary',
        message:
          'Apprise could not reach everybody: 424 Failed Dependency. See the server’s log, and whether the tag is right.',
      };
    }
    return byStatus;
  },
});

function typeOf({ event, status }: Message): 'info' | 'success' | 'warning' | 'failure' {
  return event === 'started' || event === 'stopped' || event === 'test' ? 'info' : TYPE[status];
}
