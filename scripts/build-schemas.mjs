// `npm run schemas`: writes the JSON schema of the settings file from its zod schema. With --check it only compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer } from 'vite';
import { z } from 'zod';

const root = join(import.meta.dirname, '..');
const file = join(root, 'resources/settings.schema.json');
const server = await createServer({
  root,
  configFile: false,
  logLevel: 'error',
  server: { middlewareMode: true, ws: false },
});
const { Settings } = await server.ssrLoadModule('/src/shared/settings.ts');
await server.close();
const text = JSON.stringify(z.toJSONSchema(Settings, { io: 'input' }), null, 2) + '\n';
if (!process.argv.includes('--check')) writeFileSync(file, text);
else if (readFileSync(file, 'utf8') !== text) {
  console.error(`${file} is not what src/shared/settings.ts says: run npm run schemas`);
  process.exitCode = 1;
}
