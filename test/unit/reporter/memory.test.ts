import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startCommand } from '../../fixtures/reporter/program.ts';

it(
  'memory does not grow with what is recorded, over a million records of 5,000 names',
  { timeout: 120_000 },
  async () => {
    const dir = mkdtempSync(join(tmpdir(), 'leak-'));
    const program = join(import.meta.dirname, '../../fixtures/reporter/leak.mjs');
    const { stdout, stderr } = await startCommand(process.execPath, ['--expose-gc', program, dir]).ended;
    rmSync(dir, { recursive: true });
    expect(stderr).toBe('');
    // A single kilobyte kept for each record would be a gigabyte.
    expect((JSON.parse(stdout) as { grownMiB: number }).grownMiB).toBeLessThan(4);
  },
);
