import type { Command } from 'commander';
import { DeliveryStatus } from '../../shared/notification-state.ts';
import { number, oneOf, takesPlaces } from '../arguments.ts';

/** The database and the mail take longer to load than most commands take in all. */
const actions = async () => import('../notify/actions.ts');

/** `notify list`, `test`, `simulate` and `log`. */
export function addNotify(program: Command): void {
  const notify = program.command('notify').description('see, try out and trace how people are told');
  takesPlaces(notify.command('list'))
    .description('print the handlers and whether they can send')
    .option('--json', 'print JSON')
    .action(async (options) => (await actions()).list(options));
  takesPlaces(notify.command('test <handler>'))
    .description('send a test message by a handler; exit 1 where it is not delivered')
    .action(async (handler: string, options) => (await actions()).test(handler, options));
  takesPlaces(notify.command('simulate <service> <status>'))
    .description('print what would happen if a service had this status now; nobody is told')
    .option('--json', 'print JSON')
    .action(async (service: string, status: string, options) =>
      (await actions()).simulateOne(service, status, options),
    );
  takesPlaces(notify.command('log'))
    .description('print what was told, what was not, and why: newest first')
    .option('--search <words>', 'only entries with all of these words')
    .option('--handler <id>', 'only messages of this handler')
    .option('--service <service>', 'only entries about this service')
    .option(
      '--state <state>',
      `only entries in this state: ${DeliveryStatus.options.join(', ')}`,
      oneOf(DeliveryStatus.options),
    )
    .option('--dry-run', 'what monitor --dry-run would have told')
    .option('--limit <number>', 'how many', number(1, 200), 50)
    .option('--json', 'print JSON')
    .action(async (options) => (await actions()).log(options));
}
