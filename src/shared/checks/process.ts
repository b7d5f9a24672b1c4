import { z } from 'zod';
import { optionalText, wholeNumber } from '../handlers/fields.ts';
import type { CheckType } from './check.ts';

const schema = z
  .strictObject({
    executable: optionalText(
      { title: 'Program', description: 'Its name without the folder.', examples: ['mosquitto'] },
      200,
    ),
    contains: optionalText({
      title: 'Command line contains',
      description: 'Text that must be in its command line, letter by letter.',
      examples: ['-m experimance_core'],
    }),
    pattern: optionalText({
      title: 'Command line matches',
      description: 'A regular expression that must match somewhere in its command line.',
      examples: ['--port[= ]8080'],
    }),
    at_least: wholeNumber(0, 10_000, 1, {
      title: 'At least',
      description: 'So many of them must run. 0: none need to.',
    }),
    at_most: wholeNumber(0, 10_000, 0, {
      title: 'At most',
      description: 'So many of them may run. 0: as many as there are.',
    }),
    memory_warning_mb: wholeNumber(0, 10_000_000, 0, {
      title: 'Memory, warning from',
      description: 'Megabytes that all of them together may use before that is a warning. 0: however much.',
    }),
    memory_error_mb: wholeNumber(0, 10_000_000, 0, {
      title: 'Memory, error from',
      description: 'Megabytes that all of them together may use before that is an error. 0: however much.',
    }),
  })
  .superRefine((config, context) => {
    const issue = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
    const { executable, contains, pattern, at_least, at_most, memory_warning_mb, memory_error_mb } = config;
    if (executable === '' && contains === '' && pattern === '') {
      issue('executable', 'is required, or a text or a pattern of the command line');
    }
    if (!isPattern(pattern)) issue('pattern', 'must be a regular expression');
    if (at_most > 0 && at_most < at_least) issue('at_most', 'must not be less than how many must run');
    if (memory_error_mb > 0 && memory_warning_mb > memory_error_mb) {
      issue('memory_error_mb', 'must not be less than the megabytes of the warning');
    }
  });

function isPattern(text: string): boolean {
  try {
    return new RegExp(text).source !== '';
  } catch {
    // The engine's words are for programmers; the person sees best by looking at it.
    return false;
  }
}

export type ProcessCheck = z.output<typeof schema>;

/** Whether a program runs on this machine. */
export const processes = {
  type: 'process',
  label: 'Process',
  help: 'Looks for processes of this machine by their program or command line: how many run, and with how much memory.',
  schema,
  usual: { interval: 30, timeLimit: 10 },
  target({ executable, contains, pattern }: ProcessCheck): string {
    return [executable, contains, pattern === '' ? '' : `/${pattern}/`].filter((text) => text !== '').join(' ');
  },
} as const satisfies CheckType<typeof schema>;
