import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HealthFolder } from '../../../../src/main/sources/health-files.ts';
import { writeHealthFile } from '../../../../src/reporter/write-health-file.ts';
import { systemClock } from '../../../../src/shared/clock.ts';
import { formatHealthReport } from '../../../../src/shared/health-report-format.ts';
import type { FolderState, Observation } from '../../../../src/shared/observation.ts';
import type { HealthStatus } from '../../../../src/shared/status.ts';
import { reportOf } from '../../../fixtures/reports.ts';

let root: string;
let dir: string;
let folder: HealthFolder;
let seen: Observation[];
let states: FolderState[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'folder-'));
  dir = join(root, 'deep', 'health');
  seen = [];
  states = [];
});
afterEach(() => {
  folder.close();
  rmSync(root, { recursive: true, force: true });
});

function watch(label = ''): Promise<void> {
  folder = new HealthFolder({
    path: dir,
    label,
    chosenBy: '--dir',
    clock: systemClock({ keepAlive: true }),
    onObservations: (observations) => seen.push(...observations),
    onState: (state) => states.push(state),
  });
  return folder.start();
}

function write(service: string, status: HealthStatus, lastCheck = Date.now()): void {
  writeHealthFile(dir, service, formatHealthReport(reportOf(status, lastCheck)));
}

const last = (service: string): string | undefined => {
  const observation = seen.findLast((each) => each.service === service);
  return observation?.problem?.fault ?? observation?.report?.overall_status;
};
const settles = (service: string, what: string | undefined): Promise<void> =>
  vi.waitFor(() => expect(last(service)).toBe(what), { timeout: 5_000, interval: 5 });

describe('a folder of health files', () => {
  it('is read once at the start: every .json file, no temporary and no hidden one', async () => {
    mkdirSync(dir, { recursive: true });
    write('core', 'healthy');
    write('audio', 'error');
    writeFileSync(join(dir, 'display.tmp'), 'half');
    writeFileSync(join(dir, '.hidden.json'), '{}');
    await watch();
    expect(seen.map(({ service }) => service).sort()).toEqual(['audio', 'core']);
    expect(folder.state.state).toBe('watching');
  });

  it('tells each new content, a file that goes and one that comes back', async () => {
    mkdirSync(dir, { recursive: true });
    await watch();
    write('core', 'healthy');
    await settles('core', 'healthy');
    write('core', 'fatal');
    await settles('core', 'fatal');
    rmSync(join(dir, 'core.json'));
    await settles('core', 'file-missing');
    write('core', 'warning');
    await settles('core', 'warning');
  });

  it('is waited for where it is missing, and found when it is made', async () => {
    await watch();
    expect(folder.state).toMatchObject({ state: 'missing', message: `The folder ${dir} does not exist.` });
    write('core', 'healthy');
    await settles('core', 'healthy');
    expect(states.at(-1)?.state).toBe('watching');
  });

  it('is followed through being removed and made again', async () => {
    mkdirSync(dir, { recursive: true });
    write('core', 'healthy');
    await watch();
    rmSync(dir, { recursive: true });
    await vi.waitFor(() => expect(['folder-missing', 'file-missing']).toContain(last('core')));
    await vi.waitFor(() => expect(folder.state.state).toBe('missing'));
    write('core', 'error');
    await settles('core', 'error');
    write('core', 'healthy');
    await settles('core', 'healthy');
  });

  it('is followed through being replaced by another of its name', async () => {
    mkdirSync(dir, { recursive: true });
    write('core', 'healthy');
    await watch();
    renameSync(dir, `${dir}.old`);
    mkdirSync(dir);
    write('core', 'fatal');
    await settles('core', 'fatal');
    write('core', 'warning');
    await settles('core', 'warning');
  });

  it('gives a writer that does not rename the time to finish', async () => {
    mkdirSync(dir, { recursive: true });
    await watch();
    writeFileSync(join(dir, 'core.json'), '');
    writeFileSync(join(dir, 'core.json'), formatHealthReport(reportOf('healthy', Date.now())));
    await settles('core', 'healthy');
    expect(seen.filter(({ problem }) => problem !== undefined)).toEqual([]);
  });

  it('tells a file that stays cut off', async () => {
    mkdirSync(dir, { recursive: true });
    await watch();
    writeFileSync(join(dir, 'core.json'), '{"service_name": "co');
    await settles('core', 'truncated');
  });

  it('does not take a touched file for a new report', async () => {
    mkdirSync(dir, { recursive: true });
    const ahead = Date.now() + 86_400_000;
    write('core', 'healthy', ahead);
    const hourAgo = new Date(Date.now() - 3_600_000);
    utimesSync(join(dir, 'core.json'), hourAgo, hourAgo);
    await watch();
    const first = seen.at(-1)?.observedAt;
    expect(first).toBe(hourAgo.getTime());
    utimesSync(join(dir, 'core.json'), new Date(), new Date());
    await folder.sweep();
    expect(seen.at(-1)?.observedAt).toBe(first);
  });

  it('reads nothing again in a sweep where nothing is new', async () => {
    mkdirSync(dir, { recursive: true });
    write('core', 'healthy');
    await watch();
    const before = seen.length;
    await folder.sweep();
    expect(seen.length).toBe(before);
  });

  it('puts its label before the names of its services', async () => {
    mkdirSync(dir, { recursive: true });
    write('core', 'healthy');
    await watch('stage');
    expect(seen[0]?.service).toBe('stage/core');
  });

  it('says so where it is a file', async () => {
    mkdirSync(join(root, 'deep'));
    writeFileSync(dir, '');
    await watch();
    expect(folder.state).toMatchObject({ state: 'unreadable' });
    expect(folder.state.message).toContain(dir);
  });
});
