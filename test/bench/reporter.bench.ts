/*
 * How little a service pays for its reporter. Prints JSON lines; nothing here fails by a time. Times differ between machines,
 * so each comes with a yardstick measured in the same run: the bare write and rename of a file of the same size.
 * It measures the built reporter (`npm run build`), which is what services import.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Reporter from '../../src/reporter/index.ts';

const BUILT = pathToFileURL(join(process.cwd(), 'out/reporter/index.js')).href;
const { HealthReporter } = (await import(/* @vite-ignore */ BUILT)) as typeof Reporter;

const print = (result: object): void => console.log(JSON.stringify(result));
const percentile = (values: number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN;
const rounded = (value: number): number => Math.round(value * 1000) / 1000;

/** In memory where the machine has that: it is the reporter that is measured, not the disk. */
const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const METADATA = { uptime: 12.5, state: 'running', tasks_count: 4 };

function inFolder(measure: (dir: string) => void): void {
  const dir = mkdtempSync(join(PLACE, 'bench-'));
  measure(dir);
  rmSync(dir, { recursive: true });
}

/** A bare write and rename of a file's text, in ms each. */
function bareWrites(dir: string, text: string, count: number): number[] {
  return Array.from({ length: count }, () => {
    const began = performance.now();
    writeFileSync(join(dir, 'bare.tmp'), text);
    renameSync(join(dir, 'bare.tmp'), join(dir, 'bare'));
    return performance.now() - began;
  });
}

function unchanged(dir: string): void {
  const reporter = new HealthReporter('Bench', 'bench', { healthDir: dir });
  const round = (count: number): number => {
    const began = performance.now();
    for (let index = 0; index < count; index += 1) {
      reporter.recordHealthCheck('periodic_health_check', 'healthy', 'Service bench is responsive', METADATA);
    }
    return ((performance.now() - began) * 1000) / count;
  };
  round(20_000);
  const rounds = Array.from({ length: 10 }, () => round(100_000));
  reporter.close();
  print({
    bench: 'recordHealthCheck, unchanged status, 50 records kept, a million calls',
    us_amortised: rounded(rounds.reduce((sum, each) => sum + each, 0) / rounds.length),
    us_worst_round: rounded(Math.max(...rounds)),
    target_us: 10,
  });
}

function changes(dir: string): void {
  const reporter = new HealthReporter('Bench', 'bench', { healthDir: dir });
  for (let index = 0; index < 50; index += 1)
    reporter.recordHealthCheck(`check ${index % 10}`, 'healthy', 'well', METADATA);
  const times = Array.from({ length: 5_000 }, (_, index) => {
    const began = performance.now();
    reporter.recordHealthCheck('main', index % 2 === 0 ? 'error' : 'healthy', `change ${index}`, METADATA);
    return performance.now() - began;
  });
  reporter.close();
  const text = readFileSync(join(dir, 'bench.json'), 'utf8');
  const bare = bareWrites(dir, text, 5_000);
  print({
    bench: 'a change of status to the disk, 50 records',
    in: PLACE,
    bytes: text.length,
    p50_ms: rounded(percentile(times, 0.5)),
    p99_ms: rounded(percentile(times, 0.99)),
    target_p99_ms: 5,
    p50_in_bare_writes: rounded(percentile(times, 0.5) / percentile(bare, 0.5)),
  });
}

/** Each in a process of its own: a module is imported once. The yardstick is the import of a module that holds nothing. */
function importTime(dir: string): void {
  const program = join(dir, 'program.mjs');
  writeFileSync(
    program,
    'const began = performance.now(); await import(process.argv[2]); console.log(performance.now() - began);',
  );
  const empty = join(dir, 'empty.mjs');
  writeFileSync(empty, '');
  const once = (module: string): number =>
    Number(spawnSync(process.execPath, [program, module], { encoding: 'utf8' }).stdout);
  const times: number[] = [];
  const yardstick: number[] = [];
  for (let index = 0; index < 25; index += 1) {
    times.push(once(BUILT));
    yardstick.push(once(pathToFileURL(empty).href));
  }
  print({
    bench: 'import',
    best_ms: rounded(Math.min(...times)),
    p50_ms: rounded(percentile(times, 0.5)),
    target_ms: 10,
    empty_module_p50_ms: rounded(percentile(yardstick, 0.5)),
  });
}

/**
 * A service that runs and does nothing, for 10 s with a heartbeat every second: how often it woke up. The yardstick is a bare
 * interval of a second.
 */
function idle(dir: string): void {
  const wakesWith = (what: string): number => {
    const code = `
      import { BaseService } from ${JSON.stringify(BUILT)};
      ${what}
      await new Promise((resolve) => setTimeout(resolve, 500));
      const before = performance.nodeTiming.uvMetricsInfo.loopCount;
      setTimeout(() => {
        console.log(performance.nodeTiming.uvMetricsInfo.loopCount - before);
        process.exit();
      }, 10_000);
    `;
    return Number(spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' }).stdout);
  };
  const options = JSON.stringify({ healthDir: dir, heartbeatSeconds: 1 });
  print({
    bench: 'wake-ups of an idle service in 10 s, heartbeat every second',
    wakes: wakesWith(`void new BaseService('Idle', 'idle', ${options}).run();`),
    bare_interval: wakesWith('setInterval(() => undefined, 1_000);'),
  });
}

inFolder(unchanged);
inFolder(changes);
inFolder(importTime);
inFolder(idle);
