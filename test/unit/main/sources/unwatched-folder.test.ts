import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { HealthFolder } from '../../../../src/main/sources/health-files.ts';
import { writeHealthFile } from '../../../../src/reporter/write-health-file.ts';
import { systemClock } from '../../../../src/shared/clock.ts';
import { formatHealthReport } from '../../../../src/shared/health-report-format.ts';
import type { Observation } from '../../../../src/shared/observation.ts';
import { reportOf } from '../../../fixtures/reports.ts';

// The system's limit of watches cannot be used up in a test without disturbing everything else on the machine.
vi.mock('node:fs', async (original) => ({
  ...(await original<object>()),
  watch: () => {
    throw Object.assign(new Error('ENOSPC: System limit for number of file watchers reached'), { code: 'ENOSPC' });
  },
}));

it('a folder that cannot be watched is read every so often, says so, and its services are not called gone', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'unwatched-'));
  const seen: Observation[] = [];
  const write = (status: 'healthy' | 'error'): void =>
    writeHealthFile(dir, 'core', formatHealthReport(reportOf(status, Date.now())));
  write('healthy');
  const folder = new HealthFolder({
    path: dir,
    label: '',
    chosenBy: '--dir',
    clock: systemClock({ keepAlive: true }),
    onObservations: (observations) => seen.push(...observations),
    onState: () => undefined,
  });
  try {
    await folder.start();
    expect(folder.state).toMatchObject({ state: 'watching', message: expect.stringContaining('ENOSPC') });
    write('error');
    await vi.waitFor(() => expect(seen.at(-1)?.report?.overall_status).toBe('error'), { timeout: 10_000 });
    expect(seen.filter(({ problem }) => problem !== undefined)).toEqual([]);
  } finally {
    folder.close();
    rmSync(dir, { recursive: true, force: true });
  }
});
