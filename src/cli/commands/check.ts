import { type Command, InvalidArgumentError } from 'commander';
import { checkShape } from '../../shared/check-settings.ts';
import { ServiceType } from '../../shared/settings.ts';
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
}

/** A look that is made once counts for so long, in seconds: nobody is to be told that it is not made again. */
const ONE_DAY = 86_400;
/** Two looks may be missed before it is said that there are none any more. */
const LOOKS_MISSED = 3;
/** How long what was printed may take to be read, in ms. */
const LAST_WORDS = 1_000;

const EXIT_HELP = `
Exit code: 0 where all is well, 1 for a warning, 2 for an error or worse, 3 where that cannot be told.
What is found is also written to health.json in the folder of health files, as the installation's script does.`;

export function addCheck(program: Command): void {
  const check = options(program.command('check'))
    .description('look at everything once, also from outside; exit 0 healthy, 1 warning, 2 error or fatal, 3 unknown')
    .addHelpText('after', EXIT_HELP)
    .action(async (given: CheckOptions) => {
      process.exitCode = EXIT_CODES[statusOf(await look(given, ONE_DAY))];
      endSoon();
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
    .option('--project <name>', 'units are <service>@<project> (PROJECT_ENV)', project)
    .option('--services <names>', 'services that must run, separated by commas (SERVICES)', services)
    .option('--no-health-file', 'do not write health.json');
}

function words(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

function parts(text: string): Part[] {
  const found = words(text).map((name) => PARTS.find((known) => known === name));
  if (found.length === 0 || found.includes(undefined)) {
    throw new InvalidArgumentError(`It must be some of ${PARTS.join(',')}.`);
  }
  return found.flatMap((part) => part ?? []);
}

function services(text: string): string[] {
  return words(text).map((name) => {
    const parsed = ServiceType.safeParse(name);
    if (parsed.success) return name;
    throw new InvalidArgumentError(`${JSON.stringify(name)} ${parsed.error.issues[0]?.message ?? 'is wrong'}.`);
  });
}

function project(name: string): string {
  const parsed = checkShape.project.safeParse(name);
  if (parsed.success) return name;
  throw new InvalidArgumentError(`It ${parsed.error.issues[0]?.message ?? 'is wrong'}.`);
}

/** @param validFor for how many seconds what is found counts. */
async function look(given: CheckOptions, validFor: number): Promise<Outcome> {
  const { outcome, folder } = await lookOnce(given);
  for (const trouble of outcome.troubles) console.error(printable(trouble));
  const summary = summaryOf(outcome, validFor);
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

async function repeat(_own: unknown, command: Command): Promise<void> {
  const given = { ...command.parent?.opts(), ...stated(command) } as CheckOptions & { interval: number };
  const end = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end.abort());
  while (!end.signal.aborted) {
    const began = performance.now();
    // One look that fails is no reason to make none any more.
    await look(given, given.interval * LOOKS_MISSED).catch((error: unknown) =>
      console.error(printable(error instanceof Error ? error.message : String(error))),
    );
    await pause(given.interval * 1_000 - (performance.now() - began), end.signal);
  }
  endSoon();
}

/** Ends the program also where something that was asked never answers: a dead network drive, a graphics driver that hangs. */
function endSoon(): void {
  setTimeout(() => process.exit(), LAST_WORDS).unref();
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.max(0, ms));
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** What was said behind the word `monitor`; what was said before it is of `check`, and holds where nothing else was. */
function stated(command: Command): Record<string, unknown> {
  const all = Object.entries(command.opts<Record<string, unknown>>());
  return Object.fromEntries(
    all.filter(([key]) => command.getOptionValueSource(key) !== 'default' || key === 'interval'),
  );
}
