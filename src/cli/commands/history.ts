import type { Command } from 'commander';
import { HealthStatus } from '../../shared/status.ts';
import { number, oneOf, takesPlaces } from '../arguments.ts';
import { parseMoment } from '../moment.ts';

/** The database takes longer to load than most commands take in all. */
const actions = async () => import('../history/actions.ts');

const FORMATS = ['table', 'json', 'csv'] as const;
const several = (word: string, all: string[] = []): string[] => [...all, word];

/** `history`, `history report` and `uptime`. */
export function addHistory(program: Command): void {
  const history = takesPlaces(program.command('history'))
    .description('print what happened: incidents and changes of status, newest first')
    .option('--service <service>', 'only of this service; may be given several times', several)
    .option('--since <moment>', '2h, 7d, today, yesterday or an ISO date', (text) =>
      parseMoment(text, Date.now(), 'begin'),
    )
    .option('--until <moment>', 'the same; a date is the end of that day', (text) =>
      parseMoment(text, Date.now(), 'end'),
    )
    .option(
      '--status <status>',
      'only incidents that were this bad, only changes to it; may be given several times',
      (word: string, all: HealthStatus[] = []) => [...all, oneOf(HealthStatus.options)(word)],
    )
    .option('--search <words>', 'only where these words stand in the service or a message')
    .option(
      '--what <which>',
      'incidents or changes, where not both; csv is of incidents',
      oneOf(['incidents', 'changes']),
    )
    .option('--format <format>', FORMATS.join(', '), oneOf(FORMATS), 'table' as const)
    .option('--limit <number>', 'how many of each', number(1, 100_000), 50)
    .action(async (options) => (await actions()).history(options));
  takesPlaces(history.command('report <incident>'))
    .description('print an incident as a web page that can be mailed: history report 12 > incident.html')
    .action(async (incident: string, _own: unknown, command: Command) =>
      // What stands before the word "report" belongs to `history`, and means the same.
      (await actions()).report(number(1, Number.MAX_SAFE_INTEGER)(incident), command.optsWithGlobals()),
    );
  takesPlaces(program.command('uptime'))
    .description('print how much of the time each service worked, of the time that was observed')
    .option('--service <service>', 'only this service; may be given several times', several)
    .option('--format <format>', FORMATS.join(', '), oneOf(FORMATS), 'table' as const)
    .action(async (options) => (await actions()).uptime(options));
}
