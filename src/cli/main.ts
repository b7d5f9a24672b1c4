#!/usr/bin/env node
import { Command } from 'commander';
import { VERSION } from '../shared/version.ts';
import { addCheck } from './commands/check.ts';
import { addFake } from './commands/fake.ts';
import { addHistory } from './commands/history.ts';
import { addNotify } from './commands/notify.ts';
import { addMonitor } from './commands/monitor.ts';
import { addStatus } from './commands/status.ts';

const program = new Command('experimance-health')
  .description('Tells whether every service of an installation is well.')
  .version(VERSION)
  .showHelpAfterError()
  // What was asked for wrongly is not a warning, which 1 stands for.
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 3));
addStatus(program);
addCheck(program);
addMonitor(program);
addNotify(program);
addHistory(program);
addFake(program);

program.parseAsync().catch((error: unknown) => {
  console.error(`experimance-health: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 3;
});
