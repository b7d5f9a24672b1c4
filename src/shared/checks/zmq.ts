import { z } from 'zod';
import { optionalText } from '../handlers/fields.ts';
import type { CheckType } from './check.ts';

const ENDPOINT = /^(tcp:\/\/([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]):([1-9]\d{0,4})|ipc:\/\/[^\s\0]{1,100})$/;
/** 32 bytes as ZeroMQ writes keys (RFC 32). */
const KEY = /^([0-9A-Za-z.\-:+=^!/*?&<>()[\]{}@%$#]{40})?$/;

const schema = z
  .strictObject({
    endpoint: z
      .string({ error: ({ input }) => (input === undefined ? 'is required' : 'must be a text in quotes') })
      .trim()
      .refine(isEndpoint, { error: 'must be tcp://host:port or ipc:///path, with a host that can be called: not *' })
      .meta({ title: 'Endpoint', description: 'Where it listens.', examples: ['tcp://localhost:5555'] }),
    peer: z
      .enum(['publisher', 'subscriber', 'router', 'reply', 'pull'], {
        error: 'must be publisher, subscriber, router, reply or pull',
      })
      .default('publisher')
      .meta({
        title: 'What listens there',
        description: 'The kind of its socket. Nothing is ever sent to it, and nothing taken from others.',
      }),
    topic: optionalText({
      title: 'Topic',
      description: 'What the awaited message begins with. Empty: any message.',
      examples: ['space_time_update'],
    }),
    message_within: z
      .number({ error: 'must be a number of seconds from 0 to 300' })
      .min(0, { error: 'must be at least 0 (seconds)' })
      .max(300, { error: 'must be at most 300 (seconds)' })
      .default(0)
      .meta({
        title: 'A message within',
        description:
          'Seconds in which the publisher must send something. 0: it may be silent. Less than the time limit.',
      }),
    server_key: z
      .string({ error: 'must be a text in quotes' })
      .trim()
      .regex(KEY, { error: 'must be a public key of 40 characters, as ZeroMQ writes it' })
      .default('')
      .meta({
        title: 'Server key',
        description:
          'The server’s public CURVE key, where the endpoint is encrypted. This check makes a key of its own.',
      }),
  })
  .superRefine(({ peer, topic, message_within }, context) => {
    if (peer !== 'publisher' && message_within > 0) {
      context.addIssue({ code: 'custom', path: ['message_within'], message: 'must be 0 for what does not publish' });
    }
    if (topic !== '' && message_within === 0) {
      context.addIssue({
        code: 'custom',
        path: ['message_within'],
        message: 'must be more than 0 where a topic is awaited',
      });
    }
  });

function isEndpoint(text: string): boolean {
  const [whole, , , port = '1'] = ENDPOINT.exec(text) ?? [];
  return whole !== undefined && Number(port) <= 65_535;
}

export type ZmqCheck = z.output<typeof schema>;

/** Whether a real ZeroMQ peer answers. */
export const zmq = {
  type: 'zmq',
  label: 'ZeroMQ',
  help: 'Connects to an endpoint and waits for the handshake of a real peer, and for a message where one is due.',
  schema,
  usual: { interval: 30, timeLimit: 5 },
  target({ endpoint }: ZmqCheck): string {
    return endpoint;
  },
} as const satisfies CheckType<typeof schema>;
