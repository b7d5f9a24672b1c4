import { z } from 'zod';
import type { Message, MessageService } from '../notification-message.ts';
import { formatNaiveLocal } from '../timestamp.ts';
import { cut, oneLine } from './bounded-text.ts';
import { requiredText, wholeNumber } from './fields.ts';
import { defineHandler, type LogRequest } from './handler.ts';

/** A line longer than this helps nobody, and a hostile file could fill the disk with one. */
const LONGEST = 4000;

/** A line for each service, in the words of the installation (COMPATIBILITY, "Log line"). */
export const log = defineHandler({
  type: 'log',
  label: 'Log file',
  help: 'Writes a line for each service into a file, which is put aside when it has grown.',
  schema: z.strictObject({
    file: requiredText(
      {
        title: 'File',
        description: 'Where the lines go. Its folder is created where it is missing; ~/ is your own folder.',
        examples: ['/var/log/experimance/health.log'],
      },
      1000,
    ),
    rotate_at: wholeNumber(1, 10_000, 10, {
      title: 'Put aside at (MB)',
      description: 'A file that has grown to so many megabytes becomes health.log.1, and a new one begins.',
    }),
    keep: wholeNumber(0, 100, 5, {
      title: 'Old files kept',
      description: 'How many of the files that were put aside are kept. With 0 the file begins anew.',
    }),
  }),
  buildRequest(message, { file, rotate_at, keep }): LogRequest {
    return { transport: 'log', file, lines: linesOf(message), rotateAt: rotate_at * 1_000_000, keep };
  },
});

function linesOf(message: Message): string[] {
  if (message.services.length === 0) {
    const text = message.text === '' ? '' : ` - ${escaped(message.text)}`;
    return [cut(`[${formatNaiveLocal(message.at)}] System health: ${escaped(message.title)}${text}`, LONGEST)];
  }
  return message.services.map(lineOf);
}

function lineOf(service: MessageService): string {
  const { at, status } = service;
  const line = `[${formatNaiveLocal(at)}] Service ${escaped(service.service)} health: ${status}`;
  return cut(`${line}${latestOf(service)}`, LONGEST);
}

/**
 * The check that the line quotes. Where the service's own report is not the reason (it is stale, missing, …), its latest
 * check would tell nothing of it, so the reason stands in its place, as the Python monitor records a check of its own.
 */
function latestOf({ reason, status, message, latest }: MessageService): string {
  if (reason !== 'reported') return ` - Latest: ${reason} (${status}): ${escaped(message)}`;
  return latest === null
    ? ''
    : ` - Latest: ${escaped(latest.name)} (${latest.status}): ${escaped(latest.message ?? '')}`;
}

/** A text in which a line's end is written `\n`, so that nothing in a message can pass for a line of its own. */
function escaped(text: string): string {
  const lines = text
    .slice(0, LONGEST)
    .replaceAll('\\', '\\\\')
    .replace(/\r\n|[\n\r\u0085\u2028\u2029]/g, '\\n');
  return oneLine(lines, LONGEST);
}
