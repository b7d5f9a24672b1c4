// `npm run bench`: builds the benchmarks and runs them, each in a process of its own. Prints JSON lines.
import { spawnSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

const root = join(import.meta.dirname, '..');
await build({
  root,
  configFile: false,
  logLevel: 'warn',
  build: {
    ssr: true,
    target: 'node20.18',
    outDir: join(root, 'out/bench'),
    rollupOptions: {
      input: { monitor: join(root, 'test/bench/monitor.bench.ts') },
      output: { format: 'es', entryFileNames: '[name].mjs' },
    },
  },
});
copyFileSync(join(root, 'test/bench/writer.mjs'), join(root, 'out/bench/writer.mjs'));
const { status } = spawnSync(
  process.execPath,
  [...process.execArgv, join(root, 'out/bench/monitor.mjs'), ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
process.exitCode = status ?? 1;
