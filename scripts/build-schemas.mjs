// `npm run schemas`: writes the JSON schemas of the settings file and of health files from their zod schemas. With --check it
// only compares.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer } from 'vite';
import { z } from 'zod';

const root = join(import.meta.dirname, '..');
const server = await createServer({
  root,
  configFile: false,
  logLevel: 'error',
  server: { middlewareMode: true, ws: false },
  // Nothing is served: the window's sources need not even compile.
  optimizeDeps: { noDiscovery: true, include: [] },
});
const schemas = [
  { file: 'settings.schema.json', source: 'src/shared/settings.ts', name: 'Settings' },
  { file: 'health-report.schema.json', source: 'src/shared/health-file-schema.ts', name: 'HealthFile' },
];
for (const { file, source, name } of schemas) {
  const { [name]: schema } = await server.ssrLoadModule(`/${source}`);
  const path = join(root, 'resources', file);
  const text = JSON.stringify(z.toJSONSchema(schema, { io: 'input' }), null, 2) + '\n';
  if (!process.argv.includes('--check')) writeFileSync(path, text);
  else if (!existsSync(path) || readFileSync(path, 'utf8') !== text) {
    console.error(`${path} is not what ${source} says: run npm run schemas`);
    process.exitCode = 1;
  }
}
await server.close();
