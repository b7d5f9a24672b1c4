// Another process that rewrites health files: writer.mjs <folder> <services> <checks> <rounds> <pause ms>. Prints a line a
// round, so that whoever reads knows how far it is.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [dir = '', ...numbers] = process.argv.slice(2);
const [services = 1, checks = 1, rounds = 1, pause = 1000] = numbers.map(Number);
mkdirSync(dir, { recursive: true });
const naive = (time) => new Date(time - new Date(time).getTimezoneOffset() * 60_000).toISOString().slice(0, -1) + '000';

for (let round = 0; round < rounds; round += 1) {
  const began = Date.now();
  for (let service = 0; service < services; service += 1) {
    const now = naive(Date.now());
    const records = Array.from({ length: checks }, (_, index) => ({
      name: `check_${index}`,
      status: 'healthy',
      message: `Part ${index} of this service works as it did in the round before`,
      timestamp: now,
      metadata: { uptime: 12.5, state: 'running', tasks_count: 4, fps: 24.1 },
    }));
    const report = {
      service_name: `s${service}`,
      overall_status: 'healthy',
      checks: records,
      last_updated: now,
      uptime: round,
    };
    const file = join(dir, `s${service}`);
    writeFileSync(
      `${file}.tmp`,
      JSON.stringify({ ...report, restart_count: 0, error_count: 0, last_check: now }, null, 2),
    );
    renameSync(`${file}.tmp`, `${file}.json`);
    // Spread over the first half of the round, as a thousand processes would be, not in one burst.
    if (service % 50 === 49) await new Promise((done) => setTimeout(done, pause / (services / 25)));
  }
  process.stdout.write(`${round}\n`);
  await new Promise((done) => setTimeout(done, Math.max(0, pause - (Date.now() - began))));
}
