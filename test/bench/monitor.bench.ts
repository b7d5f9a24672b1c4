/*
 * How quick and how cheap the monitor is. Prints JSON lines; nothing here fails by a time. Times differ between machines, so
 * each comes with a yardstick measured in the same run: a bare read and parse of the same file.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMonitor, type Monitor } from '../../src/main/monitor.ts';
import { writeHealthFile } from '../../src/reporter/write-health-file.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { formatHealthReport } from '../../src/shared/health-report-format.ts';
import type { HealthReport } from '../../src/shared/health-report.ts';
import { DEFAULT_SETTINGS } from '../../src/shared/settings.ts';
import { formatNaiveLocal } from '../../src/shared/timestamp.ts';

const print = (result: object): void => console.log(JSON.stringify(result));
const percentile = (values: number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN;
const rounded = (value: number): number => Math.round(value * 1000) / 1000;

/** In memory where the machine has that: it is the monitor that is measured, not the disk. */
const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

function temporary(): string {
  return mkdtempSync(join(PLACE, 'bench-'));
}

function monitorOf(dir: string): Monitor {
  return createMonitor({
    clock: systemClock({ keepAlive: true }),
    settings: { ...DEFAULT_SETTINGS, startup_grace_period: 0 },
    folders: [{ path: dir, label: '', chosenBy: 'bench' }],
    version: 'bench',
    onError: (where, error) => console.error(where, error),
  });
}

function report(status: HealthReport['overall_status']): string {
  const now = formatNaiveLocal(Date.now());
  return formatHealthReport({
    service_name: 'bench',
    overall_status: status,
    checks: [{ name: 'main', status, message: 'bench', timestamp: now, metadata: {} }],
    last_updated: now,
    last_check: now,
    uptime: 1,
    restart_count: 0,
    error_count: 0,
  });
}

/** From the rename of a health file to the changed status in a subscriber. */
async function latency(): Promise<void> {
  const dir = temporary();
  for (let index = 0; index < 100; index += 1) writeHealthFile(dir, `s${index}`, report('healthy'));
  const began = performance.now();
  const monitor = monitorOf(dir);
  await monitor.start();
  print({ bench: 'start to first full status of 100 files', ms: rounded(performance.now() - began), target_ms: 300 });
  const delays: number[] = [];
  for (let index = 0; index < 1000; index += 1) {
    const status = index % 200 < 100 ? 'error' : 'healthy';
    const service = `s${index % 100}`;
    const seen = new Promise<void>((resolve) => {
      const stop = monitor.onUpdate(({ transitions }) => {
        if (!transitions.some((transition) => transition.service === service && transition.to === status)) return;
        stop();
        resolve();
      });
    });
    const text = report(status);
    const start = performance.now();
    writeHealthFile(dir, service, text);
    await seen;
    delays.push(performance.now() - start);
  }
  await monitor.close();
  const path = join(dir, 's0.json');
  const bare = performance.now();
  for (let index = 0; index < 1000; index += 1) JSON.parse(readFileSync(path, 'utf8'));
  const yardstick = (performance.now() - bare) / 1000;
  print({
    bench: 'write and rename to the status in a subscriber, 100 services',
    p50_ms: rounded(percentile(delays, 0.5)),
    p99_ms: rounded(percentile(delays, 0.99)),
    target_p50_ms: 5,
    target_p99_ms: 50,
    p50_in_bare_reads: rounded(percentile(delays, 0.5) / yardstick),
  });
  rmSync(dir, { recursive: true });
}

/** Another process rewrites every service; none may be missed. */
async function storm(services: number, checks: number, rounds: number, pause: number): Promise<void> {
  const dir = temporary();
  const writer = spawn(process.execPath, [
    join(import.meta.dirname, 'writer.mjs'),
    dir,
    ...[services, checks, rounds, pause].map(String),
  ]);
  const done = new Promise((resolve) => writer.on('close', resolve));
  await new Promise((resolve) => writer.stdout.once('data', resolve));
  const monitor = monitorOf(dir);
  const seen = new Map<string, Set<number>>();
  monitor.onUpdate(({ changed }) => {
    for (const { service, uptime } of changed) {
      const rounds = seen.get(service) ?? new Set();
      if (uptime !== null) rounds.add(uptime);
      seen.set(service, rounds);
    }
  });
  await monitor.start();
  const [cpu, began] = [process.cpuUsage(), performance.now()];
  await done;
  const used = process.cpuUsage(cpu);
  const seconds = (performance.now() - began) / 1000;
  // The last round's events may still be on their way when the writer ends.
  await monitor.checkNow();
  const missed = [...seen.values()].reduce(
    (sum, each) => sum + (rounds - 1 - [...each].filter((round) => round > 0).length),
    0,
  );
  await monitor.close();
  const text = readFileSync(join(dir, 's0.json'), 'utf8');
  const bareBegan = process.cpuUsage();
  for (let index = 0; index < 2000; index += 1) JSON.parse(readFileSync(join(dir, 's0.json'), 'utf8'));
  const bare = process.cpuUsage(bareBegan);
  const perReport = (used.user + used.system) / (services * (rounds - 1));
  print({
    bench: `${services} services of ${checks} checks (${Math.round(text.length / 1000)} kB), rewritten every ${pause} ms by another process`,
    in: PLACE,
    missed,
    of: services * (rounds - 1),
    core_percent: rounded((used.user + used.system) / 10_000 / seconds),
    us_per_report: rounded(perReport),
    in_bare_reads: rounded(perReport / ((bare.user + bare.system) / 2000)),
    rss_mib: Math.round(process.memoryUsage.rss() / 1024 / 1024),
  });
  rmSync(dir, { recursive: true });
}

await latency();
await storm(1000, 50, 41, 1000);
if (process.argv.includes('--idle')) await storm(50, 3, 3, 30_000);
