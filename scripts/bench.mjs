// `npm run bench [name[=argument]…]`: builds the benchmarks and runs them one after the other, each in a process of its own. Prints
// JSON lines. Without a name: all of them.
import { spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'test/bench');
const all = readdirSync(folder)
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.slice(0, -'.bench.ts'.length));
const given = new Map(process.argv.slice(2).map((word) => word.split('=', 2)));
const wanted = [...given.keys()];
const unknown = wanted.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}. There are: ${all.join(', ')}.`);
  process.exit(2);
}
const names = wanted.length > 0 ? wanted : all;
await build({
  root,
  configFile: false,
  logLevel: 'warn',
  build: {
    ssr: true,
    target: 'node20.18',
    outDir: join(root, 'out/bench'),
    rollupOptions: {
      input: {
        ...Object.fromEntries(names.map((name) => [name, join(folder, `${name}.bench.ts`)])),
        'history-worker': join(root, 'src/main/history/worker.ts'),
      },
      output: { format: 'es', entryFileNames: '[name].mjs' },
    },
  },
});
// What a benchmark starts as a process of its own.
for (const helper of ['writer.mjs', 'servers.mjs']) copyFileSync(join(folder, helper), join(root, 'out/bench', helper));
for (const name of names) {
  console.error(`— ${name}`);
  const argument = given.get(name);
  const file = join(root, `out/bench/${name}.mjs`);
  const { status } = spawnSync(process.execPath, [...process.execArgv, file, ...(argument ? [argument] : [])], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = status ?? 1;
}
