import { z } from 'zod';
import { cutToBytes } from './bounded-text.ts';
import { requiredText, wholeNumber } from './fields.ts';
import { type CommandRequest, defineHandler } from './handler.ts';
import { messageDocument } from './message-document.ts';
import { fillTemplate, placeholderValues, templateFault } from './template.ts';

/** Bytes. All arguments and the environment together must fit into 32 KB on Windows. */
const VALUE_LIMIT = 2000;

/** A program of one's own. */
export const command = defineHandler({
  type: 'command',
  label: 'Command',
  help: 'Runs a program of yours for every message, which reads it as JSON from its standard input.',
  schema: z.strictObject({
    command: requiredText(
      {
        title: 'Program',
        description: 'A program’s name or path. No shell is involved: pipes, quotes and variables mean nothing here.',
        examples: ['/usr/local/bin/tell-me'],
      },
      1000,
    ),
    args: z
      .array(
        z
          .string({ error: 'must be a text in quotes' })
          .max(2000, { error: 'must be at most 2000 characters' })
          .superRefine((argument, context) => {
            if (argument.includes('\u0000')) context.addIssue({ code: 'custom', message: 'must not hold a NUL' });
            const fault = templateFault(argument);
            if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
          }),
        { error: 'must be a list of texts' },
      )
      .max(50, { error: 'must be at most 50 arguments' })
      .default([])
      .meta({
        title: 'Arguments',
        description:
          'One a line, each passed as it stands. {{title}}, {{text}}, {{status}}, {{service}} and others are filled in.',
        examples: ['--title={{title}}'],
      }),
    time_limit: wholeNumber(1, 600, 30, {
      title: 'Time limit (seconds)',
      description: 'A program that runs longer is ended, and the message tried again later.',
    }),
  }),
  buildRequest(message, config): CommandRequest {
    const values = placeholderValues(message);
    const input = JSON.stringify(messageDocument(message));
    const bounded = (name: keyof typeof values): string => cutToBytes(values[name], VALUE_LIMIT);
    return {
      transport: 'command',
      command: config.command,
      args: config.args.map((argument) =>
        // The whole message is for the standard input: no system takes so much as an argument.
        fillTemplate(argument, (name) => (name === 'json' ? cutToBytes(input, VALUE_LIMIT) : bounded(name))),
      ),
      input: `${input}\n`,
      env: Object.fromEntries(
        (Object.keys(values) as (keyof typeof values)[]).map((name) => [
          `EXPERIMANCE_${name.toUpperCase()}`,
          bounded(name),
        ]),
      ),
      timeLimit: config.time_limit,
    };
  },
});
