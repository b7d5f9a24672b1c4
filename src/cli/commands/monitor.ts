import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { startServer } from '../../main/headless/server.ts';
import { environmentSecrets } from '../../main/notifications/secrets.ts';
import { createProgram } from '../../main/program.ts';
import { formatMoment } from '../../shared/text.ts';
import { number, type PlaceOptions, takesPlaces } from '../arguments.ts';
import { printable } from '../terminal-text.ts';

export function addMonitor(program: Command): void {
  takesPlaces(program.command('monitor'))
    .description('watch without a screen, and serve the dashboard to a browser on this machine')
    .option('--port <number>', 'port of the dashboard; 0 for any free one', number(0, 65_535), 0)
    .option('--dry-run', 'decide whom to tell of what, and send nothing')
    .action(run);
}

async function run(options: PlaceOptions & { port: number; dryRun?: true }): Promise<void> {
  const program = createProgram(options);
  const { monitor } = program;
  const complain = (where: string, error: unknown): void => console.error(printable(`${where}: ${String(error)}`));
  monitor.onUpdate(({ transitions }) => {
    for (const { service, from, to, at, reason, message } of transitions) {
      const change = from === null ? to : `${from} → ${to}`;
      console.log(`${formatMoment(at)}  ${printable(service)}: ${change} (${reason})  ${printable(message)}`);
    }
  });
  let said: string[] = [];
  monitor.onChanges(({ monitor: { problems }, notes }) => {
    const messages = [...problems, ...notes].flatMap(({ message }) => message.split('\n'));
    for (const message of messages) if (!said.includes(message)) console.error(printable(message));
    said = messages;
  });
  const secrets = environmentSecrets(process.env);
  const notifications = await program.openNotifications({
    secrets,
    dryRun: options.dryRun,
  });
  const history = await program.openHistory(notifications);
  const checks = await program.openChecks({ secrets });
  const assets = fileURLToPath(new URL('../renderer', import.meta.url));
  const server = await startServer({
    monitor,
    notifications,
    history,
    checks,
    port: options.port,
    assets,
    onError: complain,
  }).catch(async (error: unknown) => {
    // What is open already would keep the process from ending.
    await program.close();
    throw new Error(
      `The dashboard cannot be served on port ${options.port}: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
  console.log(`Dashboard: ${server.url}`);
  await program.start();
  for (const folder of monitor.snapshot().folders) {
    console.log(printable(`Watching ${folder.path} (${folder.chosenBy}). ${folder.message}`));
  }
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  await server.close();
  await program.close();
}
