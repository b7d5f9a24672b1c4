import { join } from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const eslint = new ESLint({ cwd: root });

/** What the lint rule says of a file at `path` that holds only this. */
async function importing(path: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: join(root, path) });
  const rules = result?.messages.map(({ ruleId, message, fatal }) => (fatal ? message : ruleId)) ?? [];
  return rules.filter((rule) => rule !== '@typescript-eslint/no-unused-vars').map(String);
}

const FORBIDDEN = ['boundaries/dependencies'];

describe('the table of imports', () => {
  it.each([
    ['src/shared/status.ts', "import 'node:fs';"],
    ['src/shared/status.ts', "import 'electron';"],
    ['src/shared/status.ts', "import '../main/monitor.ts';"],
    ['src/main/engine/rules.ts', "import '../sources/health-files.ts';"],
    [
      'src/main/engine/rules.ts',
      "import type { HealthFolder } from '../sources/health-files.ts'; export type A = HealthFolder;",
    ],
    ['src/main/engine/rules.ts', "import 'electron';"],
    ['src/main/engine/rules.ts', "import '../sqlite/connection.ts';"],
    ['src/main/sqlite/connection.ts', "import '../notifications/center.ts';"],
    ['src/main/net/network-fault.ts', "import '../sqlite/connection.ts';"],
    ['src/main/checks/probe.ts', "import '../notifications/center.ts';"],
    ['src/main/engine/rules.ts', "import '../net/network-fault.ts';"],
    ['src/main/monitor.ts', "import 'electron';"],
    ['src/main/monitor.ts', "import './headless/server.ts';"],
    ['src/main/headless/server.ts', "import 'electron';"],
    ['src/cli/main.ts', "import 'electron';"],
    ['src/reporter/write-health-file.ts', "import '../main/monitor.ts';"],
    ['src/reporter/write-health-file.ts', "import 'chokidar';"],
    ['src/renderer/main.ts', "import '../main/monitor.ts';"],
    ['src/renderer/main.ts', "import 'electron';"],
    ['src/preload/index.ts', "import 'node:fs';"],
    ['src/main/desktop/tray.ts', "import { createMonitor } from '../monitor.ts'; createMonitor;"],
  ])('refuses in %s: %s', async (path, code) => {
    expect(await importing(path, code)).toEqual(expect.arrayContaining(FORBIDDEN));
  });

  it.each([
    ['src/shared/status.ts', "import 'zod';"],
    ['src/main/engine/rules.ts', "import '../../shared/status.ts'; import 'node:path';"],
    ['src/main/notifications/center.ts', "import '../sqlite/connection.ts'; import '../net/network-fault.ts';"],
    ['src/main/checks/probe.ts', "import '../net/network-fault.ts'; import 'zeromq';"],
    ['src/main/monitor.ts', "import './engine/engine.ts'; import './sources/health-files.ts';"],
    ['src/main/headless/server.ts', "import '../monitor.ts'; import 'hono'; import '@hono/node-server';"],
    [
      'src/cli/main.ts',
      "import '../main/headless/server.ts'; import '../reporter/write-health-file.ts'; import 'commander';",
    ],
    [
      'src/main/desktop/tray.ts',
      "import 'electron'; import type { Monitor } from '../monitor.ts'; export type A = Monitor;",
    ],
    ['src/renderer/main.ts', "import '../shared/status.ts'; import 'svelte'; import 'uplot';"],
  ])('allows in %s: %s', async (path, code) => {
    expect(await importing(path, code)).not.toEqual(expect.arrayContaining(FORBIDDEN));
  });
});
