import type { Command } from 'commander';
import { createProgram } from '../../main/program.ts';
import type { Snapshot } from '../../shared/snapshot.ts';
import type { ServiceSummary } from '../../shared/service-status.ts';
import { EXIT_CODES, statusJson, worstFirst } from '../../shared/status-json.ts';
import { formatCounts, formatDuration, plural } from '../../shared/text.ts';
import { type PlaceOptions, takesPlaces } from '../arguments.ts';
import { printable } from '../terminal-text.ts';

export function addStatus(program: Command): void {
  takesPlaces(program.command('status'))
    .description('print every service once; exit 0 healthy, 1 warning, 2 error or fatal, 3 unknown')
    .option('--json', 'print JSON')
    .action(async (options: PlaceOptions & { json?: true }) => {
      const { monitor, loaded } = createProgram(options, (settings) => ({ ...settings, startup_grace_period: 0 }));
      for (const problem of loaded.problems) console.error(printable(problem));
      await monitor.start();
      const snapshot = monitor.snapshot();
      await monitor.close();
      if (options.json) console.log(JSON.stringify(statusJson(snapshot), null, 2));
      else printText(snapshot);
      process.exitCode = EXIT_CODES[snapshot.status];
    });
}

function printText(snapshot: Snapshot): void {
  for (const folder of snapshot.folders) if (folder.message !== '') console.error(printable(folder.message));
  if (snapshot.services.length === 0) {
    const folders = snapshot.folders.map(({ path, chosenBy }) => `${path} (${chosenBy})`).join(', ');
    console.log(printable(`No service has reported. Looked in ${folders}.`));
    return;
  }
  const services = worstFirst(snapshot.services);
  const width = Math.min(40, Math.max(...services.map(({ service }) => printable(service).length)));
  for (const service of services) {
    const age = service.reportedAt === null ? '' : ` (report ${formatDuration(snapshot.at - service.reportedAt)} old)`;
    const reason = service.reason === 'reported' ? '' : `[${service.reason}] `;
    const name = printable(service.service).padEnd(width);
    console.log(`${service.status.toUpperCase().padEnd(7)}  ${name}  ${reason}${printable(service.message)}${age}`);
    const restarts = restartsOf(service, snapshot.at);
    if (restarts !== '') console.log(`${' '.repeat(9 + width)}  ${printable(restarts)}`);
  }
  console.log(
    `\n${snapshot.status.toUpperCase()}: ${plural(services.length, 'service')}, ${formatCounts(snapshot.counts)}.`,
  );
}

/** `3 restarts, the last 5 min ago: …`; empty where there was none. */
function restartsOf({ restartCount, crashLoop, lastRestart }: ServiceSummary, now: number): string {
  if (restartCount === 0 && !crashLoop) return '';
  const count = `${crashLoop ? 'Crash loop: ' : ''}${plural(restartCount, 'restart')}`;
  if (lastRestart === null) return `${count}.`;
  const when = restartCount === 1 ? '' : ', the last';
  return `${count}${when} ${formatDuration(now - lastRestart.at)} ago: ${lastRestart.reason}`;
}
