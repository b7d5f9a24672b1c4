import { type Command, InvalidArgumentError } from 'commander';
import { EXIT_CODES } from '../../shared/status-json.ts';
import { formatNaiveLocal } from '../../shared/timestamp.ts';
import { number, oneOf, type PlaceOptions, takesPlaces } from '../arguments.ts';
import { checkJson, checkNagios, checkText } from '../check/formats.ts';
import { summaryOf, writeSummary } from '../check/health-file.ts';
import { lookOnce } from '../check/look.ts';
import { type Outcome, type Part, PARTS, statusOf } from '../check/outcome.ts';
import { printable } from '../terminal-text.ts';

const FORMATS = ['json', 'text', 'nagios'] as const;

interface CheckOptions extends PlaceOptions {
  format: (typeof FORMATS)[number];
  only: Part[];
  project?: string;
  services?: string[];
  healthFile: boolean;
  /** Seconds between two looks, where there will be another. */
  interval?: number;
}

const ONE_DAY = 86_400;

export function addCheck(program: Command): void {
  const check = options(program.command('check'))
    .description('look at everything once, also from outside; exit 0 healthy, 1 warning, 2 error or fatal, 3 unknown')
    .action(async (given: CheckOptions) => {
      process.exitCode = EXIT_CODES[statusOf(await look(given))];
    });
  options(check.command('monitor'))
    .description('the same again and again, until it is ended')
    .option('--interval <seconds>', 'from the beginning of one look to that of the next', number(1, 86_400), 300)
    .action(repeat);
}

function options(command: Command): Command {
  return takesPlaces(command)
    .option('--format <name>', FORMATS.join(', '), oneOf(FORMATS), 'json')
    .option('--only <parts>', `some of ${PARTS.join(',')}`, parts, [...PARTS])
    .option('--project <name>', 'units are <service>@<project>')
    .option('--services <names>', 'services that must run, separated by commas', names)
    .option('--no-health-file', `do not write what was found to health.json, as the installation's script does`);
}

function names(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function parts(text: string): Part[] {
  return names(text).map((name) => {
    const part = PARTS.find((known) => known === name);
    if (part === undefined) throw new InvalidArgumentError(`It must be some of ${PARTS.join(',')}.`);
    return part;
  });
}

async function look(given: CheckOptions): Promise<Outcome> {
  const { outcome, folder } = await lookOnce(given);
  // Two looks may be missed before it is said that there are none any more.
  const summary = summaryOf(outcome, given.interval === undefined ? ONE_DAY : given.interval * 3);
  if (given.healthFile && folder !== undefined) {
    try {
      writeSummary(folder, summary);
    } catch (error) {
      console.error(printable(error instanceof Error ? error.message : String(error)));
    }
  }
  if (given.format === 'text') console.log(checkText(outcome));
  else if (given.format === 'nagios') console.log(checkNagios(outcome));
  else console.log(JSON.stringify(checkJson(outcome, formatNaiveLocal(outcome.at), summary), null, 2));
  return outcome;
}

async function repeat(given: CheckOptions & { interval: number }, command: Command): Promise<void> {
  // What was said before the word `monitor` belongs to it, too.
  const all = { ...command.parent?.opts<CheckOptions>(), ...stated(command) } as CheckOptions & { interval: number };
  let ended = false;
  let wake = (): void => undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      ended = true;
      wake();
    });
  }
  while (!ended) {
    const began = Date.now();
    await look({ ...all, interval: given.interval });
    const pause = Math.max(0, given.interval * 1_000 - (Date.now() - began));
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pause);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
      if (ended) wake();
    });
  }
}

/** The options that were really given to a command, not those that it has by default. */
function stated(command: Command): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(command.opts<Record<string, unknown>>()).filter(
      ([key]) => command.getOptionValueSource(key) !== 'default' || command.parent?.getOptionValue(key) === undefined,
    ),
  );
}
