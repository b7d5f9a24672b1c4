/*
 * What it costs to look at this machine: one whole `check`, and the default checks again and again. Prints JSON lines; nothing
 * here fails by a time. The command line must have been built (`npm run build`).
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Machine } from '../../src/main/checks/machine.ts';
import { processRuns, readStat } from '../../src/main/checks/pid.ts';
import { createProcessTable } from '../../src/main/checks/process-table.ts';
import { ProcessFinder } from '../../src/main/checks/processes.ts';
import { writeHealthFile } from '../../src/reporter/write-health-file.ts';
import { Thresholds } from '../../src/shared/check-settings.ts';
import { formatHealthReport } from '../../src/shared/health-report-format.ts';
import { reportOf } from '../fixtures/reports.ts';

const cli = join(import.meta.dirname, '../../out/main/cli.js');
const names = Array.from({ length: 20 }, (_, index) => `service${index}`);
/** The default interval of checks, and of the look whether processes still run, in ms. */
const [INTERVAL, PIDS_INTERVAL] = [30_000, 2_000];

const rounded = (value: number): number => Math.round(value * 1000) / 1000;
const print = (line: object): void => console.log(JSON.stringify(line));
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

function wholeCheck(runs: number): void {
  const root = mkdtempSync(join(tmpdir(), 'bench-check-'));
  const dir = join(root, 'health');
  for (const name of names) writeHealthFile(dir, name, formatHealthReport(reportOf('healthy', Date.now())));
  const args = [cli, 'check', '--dir', dir, '--data', join(root, 'data'), '--settings', join(root, 'settings.json')];
  const walls: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const began = performance.now();
    const { status, stderr } = spawnSync(process.execPath, [...args, '--services', names.join(',')], {
      encoding: 'utf8',
    });
    walls.push(performance.now() - began);
    if (status === null || status > 2) throw new Error(`check failed: ${stderr}`);
  }
  const bare: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const began = performance.now();
    spawnSync(process.execPath, ['-e', '0']);
    bare.push(performance.now() - began);
  }
  const wall = median(walls);
  print({
    bench: 'one full check of 20 services, Node’s start included',
    wall_ms: Math.round(wall),
    in_bare_node_starts: rounded(wall / median(bare)),
  });
  rmSync(root, { recursive: true });
}

/** Milliseconds of the processor that one call costs. */
async function cost(runs: number, call: () => Promise<unknown>): Promise<number> {
  await call();
  const began = process.cpuUsage();
  for (let run = 0; run < runs; run += 1) await call();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1_000 / runs;
}

async function steady(): Promise<void> {
  let now = 0;
  // Each look is a new one: nothing may come out of what was kept from the one before.
  const list = createProcessTable({ monotonic: () => (now += 2_000) });
  const finder = new ProcessFinder({ list, now: () => performance.now() });
  const self = { pid: process.pid, start: readStat(process.pid)?.start, host: hostname(), reportedAt: 0 };
  const reported = names.map((service) => ({ service, ...self }));
  const count = (await list()).entries.length;
  const processes = await cost(200, () => finder.ofServices(names, reported));
  const machine = new Machine({ sensors: { look: () => Promise.resolve({ temperature: null, gpus: [] }) } });
  const { signal } = new AbortController();
  const thresholds = Thresholds.parse({});
  const resources = await cost(200, () => machine.look({ signal }, thresholds));
  const pids = await cost(2_000, () => Promise.resolve(names.map(() => processRuns(process.pid, self.start))));
  print({
    bench: `default checks of 20 services among ${count} processes, every ${INTERVAL / 1000} s; their pids every ${PIDS_INTERVAL / 1000} s`,
    processes_ms: rounded(processes),
    machine_ms: rounded(resources),
    pids_ms: rounded(pids),
    core_percent: rounded(((processes + resources) / INTERVAL + pids / PIDS_INTERVAL) * 100),
  });
}

async function manyProcesses(count: number): Promise<void> {
  const shell: ChildProcess = spawn(
    'sh',
    ['-c', `i=0; while [ $i -lt ${count} ]; do sleep 600 & i=$((i+1)); done; echo up; wait`],
    { stdio: ['ignore', 'pipe', 'ignore'], detached: true },
  );
  await new Promise((resolve) => shell.stdout?.once('data', resolve));
  let now = 0;
  const list = createProcessTable({ monotonic: () => (now += 2_000) });
  const finder = new ProcessFinder({ list, now: () => performance.now() });
  let [longest, before] = [0, performance.now()];
  const ticker = setInterval(() => {
    longest = Math.max(longest, performance.now() - before);
    before = performance.now();
  }, 1);
  const all = (await list()).entries.length;
  const ms = await cost(10, () => finder.ofServices(names));
  clearInterval(ticker);
  if (shell.pid !== undefined) process.kill(-shell.pid, 'SIGKILL');
  print({
    bench: `the processes of 20 services among ${all}`,
    ms: rounded(ms),
    core_percent: rounded((ms / INTERVAL) * 100),
    longest_pause_ms: rounded(longest),
  });
}

wholeCheck(7);
await steady();
await manyProcesses(10_000);
