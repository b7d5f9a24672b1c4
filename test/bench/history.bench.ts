/*
 * How quick the history is with a year of 200 services in it, 5 million transitions and 10 million samples, on a real disk.
 * Prints JSON lines; nothing here fails by a time. `npm run bench history=0.1` makes do with a tenth of it.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Archive } from '../../src/main/history/archive.ts';
import type { Entry } from '../../src/main/history/entries.ts';
import { openHistory } from '../../src/main/history/open.ts';
import type { Question } from '../../src/main/history/queries/queries.ts';
import { Connection } from '../../src/main/sqlite/connection.ts';
import { systemClock } from '../../src/shared/clock.ts';
import type { Reason } from '../../src/shared/service-status.ts';
import type { HealthStatus } from '../../src/shared/status.ts';

const print = (result: object): void => console.log(JSON.stringify(result));
const rounded = (value: number): number => Math.round(value * 100) / 100;
const percentile = (values: number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN;

const scale = Number(process.argv[2] ?? 1);
const MINUTE = 60_000;
/** As often as the monitor gives a sign of life. */
const ALIVE = 10_000;
const DAY = 86_400_000;
const MINUTES = 525_600;
const TRANSITIONS = 5_000_000 * scale;
const SAMPLES = 10_000_000 * scale;
const limits = { history_days: 400, history_max_mb: 4096, sample_days: 14 };
/** So many are written together, as after a time in which the disk was busy. */
const IN_A_BATCH = 500;

/** Below the home folder: the temporary one is in memory on many machines. */
const dir = process.argv[3] ?? mkdtempSync(join(homedir(), '.history-bench-'));

/** The same numbers in every run. */
let seed = 12_345;
const random = (): number => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
};
const pick = <T>(values: readonly T[]): T => {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new Error('Nothing to pick from.');
  return value;
};

const TYPES = [
  'core',
  'audio',
  'display',
  'agent',
  'image_server',
  'lidar',
  'projector',
  'camera',
  'lights',
  'network',
];
const SERVICES = Array.from({ length: 200 }, (_, index) => `${TYPES[index % 10] ?? ''}_${Math.floor(index / 10)}`);
const METRICS = ['errors', 'process/cpu_percent', 'process/memory_mb', 'render/fps', 'queue/length'];
const number = (most: number): number => Math.floor(random() * most);

/** Sentences as the monitor and the services write them. */
const SAYS: Record<HealthStatus, (() => string)[]> = {
  healthy: [
    () => 'Reported healthy.',
    () => 'All checks pass.',
    () => `Reported healthy: ${number(60)} frames a second.`,
    () => 'Reconnected to the server.',
  ],
  warning: [
    () => `process: CPU at ${(70 + random() * 30).toFixed(1)} % for more than ${number(10)} min.`,
    () => `render: ${number(24)} frames a second, ${number(500)} dropped.`,
    () => `disk: ${(80 + random() * 20).toFixed(1)} % of /media/data full.`,
    () => `queue: ${number(1000)} messages wait.`,
    () => 'calibration is older than a day',
  ],
  error: [
    () => `connection: ZeroMQ publisher on port ${5550 + number(12)} does not answer.`,
    () => `camera: device /dev/video${number(8)} was lost (errno ${number(130)}).`,
    () => `model: request ${Math.floor(random() * 2 ** 32).toString(16)} failed: out of memory`,
    () => 'lidar: no scan for too long; the scanner is not reachable',
    () => `service_error: Traceback in handle_${pick(TYPES)}: KeyError '${pick(METRICS)}'`,
  ],
  fatal: [
    () => `process ended with exit code ${number(255)}.`,
    () => 'segmentation fault in the renderer; the service was not started again',
  ],
  unknown: [
    () =>
      `No report since 2026-${10 + number(3)}-${10 + number(19)} ${10 + number(13)}:${10 + number(49)}:${10 + number(49)} ` +
      '(at most 2 min are allowed). It last said: healthy.',
    () => 'Its file is gone.',
  ],
};
const NEXT: Record<HealthStatus, readonly HealthStatus[]> = {
  healthy: ['warning', 'warning', 'warning', 'error', 'error', 'unknown', 'fatal'],
  warning: ['healthy', 'healthy', 'healthy', 'error'],
  error: ['healthy', 'healthy', 'healthy', 'fatal', 'warning'],
  fatal: ['healthy', 'unknown'],
  unknown: ['healthy', 'healthy', 'error'],
};
const REASONS: Record<HealthStatus, Reason> = {
  healthy: 'reported',
  warning: 'reported',
  error: 'reported',
  fatal: 'reported',
  unknown: 'stale',
};

const status = new Map<string, HealthStatus>();

function changeOf(service: string, at: number): Entry {
  const from = status.get(service) ?? null;
  const to = from === null ? 'healthy' : pick(NEXT[from]);
  status.set(service, to);
  const message = pick(SAYS[to])();
  return {
    kind: 'change',
    transition: { service, name: service, from, to, at, reason: REASONS[to], fromReason: null, message },
  };
}

/** What happens in one minute, in order. */
function minute(start: number): Entry[] {
  const entries: { at: number; entry?: Entry }[] = [];
  const changes = Math.floor(TRANSITIONS / MINUTES + random());
  for (let index = 0; index < changes; index += 1) {
    entries.push({ at: start + number(MINUTE) });
  }
  const reports = Math.floor(SAMPLES / MINUTES / METRICS.length + random());
  for (let index = 0; index < reports; index += 1) {
    const at = start + number(MINUTE);
    const values = METRICS.map((metric): [string, number] => [metric, rounded(random() * 100)]);
    entries.push({ at, entry: { kind: 'samples', service: pick(SERVICES), at, values } });
  }
  for (let at = start + ALIVE; at <= start + MINUTE; at += ALIVE) {
    entries.push({ at, entry: { kind: 'alive', from: at - ALIVE, to: at } });
  }
  entries.sort((a, b) => a.at - b.at);
  // Only now is it known in which order they come.
  return entries.map(({ at, entry }) => entry ?? changeOf(pick(SERVICES), at));
}

interface Spent {
  ms: number;
  count: number;
}

function fill(began: number, end: number): { transitions: Spent; samples: Spent } {
  const archive = new Archive({ dataDir: dir, limits, now: () => Date.now(), onNotice: console.error });
  archive.open();
  const transitions: Spent = { ms: 0, count: 0 };
  const samples: Spent = { ms: 0, count: 0 };
  let batch: Entry[] = [];
  let numbers: Entry[] = [];
  let sequence = 0;
  const write = (entries: Entry[]): number => {
    sequence += 1;
    const start = performance.now();
    archive.write({ session: 'bench', number: sequence, entries });
    return performance.now() - start;
  };
  write([{ kind: 'start', at: began, services: [] }]);
  for (let start = began; start < end; start += MINUTE) {
    // The installation sleeps from two to six, and so does its machine.
    const hour = new Date(start).getHours();
    if (hour >= 2 && hour < 6) {
      if (hour === 2 && start % 3_600_000 === 0) batch.push({ kind: 'pause', at: start });
      continue;
    }
    if (hour === 6 && start % 3_600_000 === 0) batch.push({ kind: 'resume', at: start });
    for (const entry of minute(start)) (entry.kind === 'samples' ? numbers : batch).push(entry);
    if (batch.length < IN_A_BATCH) continue;
    transitions.count += batch.filter(({ kind }) => kind === 'change').length;
    transitions.ms += write(batch);
    samples.count += numbers.length * METRICS.length;
    if (numbers.length > 0) samples.ms += write(numbers);
    batch = [];
    numbers = [];
    if (sequence % 50 < 2) while (archive.tidy()) continue;
  }
  write([...batch, ...numbers]);
  archive.close();
  return { transitions, samples };
}

/** Bytes on disk of tables and indexes. */
function sizes(): Map<string, number> {
  const database = new Connection(join(dir, 'history.db'), { readOnly: true });
  const rows = database.rows('SELECT name, sum(pgsize) FROM dbstat GROUP BY name');
  database.close();
  return new Map(rows.map(([name, size]) => [String(name), Number(size)]));
}

const now = Math.floor(Date.now() / MINUTE) * MINUTE;
const began = now - MINUTES * MINUTE;
if (process.argv[3] === undefined) {
  const start = performance.now();
  const { transitions, samples } = fill(began, now);
  const bySize = sizes();
  const of = (...names: string[]): number => names.reduce((sum, name) => sum + (bySize.get(name) ?? 0), 0);
  const words = [...bySize.keys()].filter((name) => name.startsWith('message'));
  const parts = {
    change: of('change', 'change_service', 'change_message'),
    messages_and_words: of(...words),
    incident: of('incident', 'incident_service'),
    rollups: of('hour', 'day', 'day_sum', 'moment', 'run'),
  };
  const each = (bytes: number): number => rounded(bytes / transitions.count);
  print({
    bench: `a year of 200 services written, ${transitions.count} transitions and ${samples.count} samples`,
    us_per_transition: rounded((transitions.ms * 1000) / transitions.count),
    target_us: 30,
    us_per_sample: rounded((samples.ms * 1000) / samples.count),
    bytes_per_transition: each(Object.values(parts).reduce((sum, part) => sum + part, 0)),
    target_bytes: 120,
    ...Object.fromEntries(Object.entries(parts).map(([name, bytes]) => [`${name}_bytes`, each(bytes)])),
    bytes_per_sample: rounded(of('series', 'sample_hour', 'sample_day') / samples.count),
    file_mib: rounded(statSync(join(dir, 'history.db')).size / 1024 / 1024),
    seconds: rounded((performance.now() - start) / 1000),
  });
}

const service = 'audio_3';
const QUESTIONS: [string, number | undefined, Question][] = [
  ['overview: bars of 24 h', undefined, { name: 'bars', input: { from: now - DAY, to: now, buckets: 96 } }],
  ['overview: uptime', undefined, { name: 'uptime', input: { at: now } }],
  ['incidents, first page', 100, { name: 'incidents', input: { limit: 50, state: 'all' } }],
  ['incidents with a common word', 100, { name: 'incidents', input: { limit: 50, state: 'all', search: 'cpu' } }],
  [
    'incidents with several words',
    100,
    { name: 'incidents', input: { limit: 50, state: 'all', search: 'audio zeromq 555' } },
  ],
  ['incidents with a rare word', 100, { name: 'incidents', input: { limit: 50, state: 'all', search: 'a3f' } }],
  ['incidents with a word in vain', 100, { name: 'incidents', input: { limit: 50, state: 'all', search: 'nowhere' } }],
  ['incidents with only a number', 100, { name: 'incidents', input: { limit: 50, state: 'all', search: '99.9' } }],
  [
    'fatal incidents of a month, half a year ago',
    100,
    {
      name: 'incidents',
      input: { limit: 50, state: 'all', statuses: ['fatal'], from: now - 210 * DAY, to: now - 180 * DAY },
    },
  ],
  [
    'transitions of a service with a word',
    100,
    { name: 'transitions', input: { limit: 50, services: [service], search: 'disk' } },
  ],
  [
    'bars of 90 days of a service',
    100,
    { name: 'bars', input: { from: now - 90 * DAY, to: now, buckets: 90, services: [service] } },
  ],
  ['bars of 90 days of all', undefined, { name: 'bars', input: { from: now - 90 * DAY, to: now, buckets: 90 } }],
  ['timeline of 30 days of all', undefined, { name: 'bars', input: { from: now - 30 * DAY, to: now, buckets: 300 } }],
  [
    'chart of 90 days',
    100,
    { name: 'series', input: { service, metric: 'process/cpu_percent', from: now - 90 * DAY, to: now, points: 1000 } },
  ],
  [
    'chart of an hour',
    100,
    { name: 'series', input: { service, metric: 'process/cpu_percent', from: now - 3_600_000, to: now, points: 1000 } },
  ],
  [
    'sparks of 24 h of all',
    undefined,
    { name: 'sparks', input: { metric: 'process/cpu_percent', from: now - DAY, to: now, points: 60 } },
  ],
  [
    'two months compared',
    undefined,
    {
      name: 'compare',
      input: { a: { from: now - 60 * DAY, to: now - 30 * DAY }, b: { from: now - 30 * DAY, to: now } },
    },
  ],
  ['trends of all', undefined, { name: 'trends', input: undefined }],
];

function ask(): void {
  const archive = new Archive({ dataDir: dir, limits, now: () => Date.now(), onNotice: console.error });
  archive.open();
  let overview = 0;
  for (const [name, target, question] of QUESTIONS) {
    const times: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      const start = performance.now();
      archive.answer(question, now);
      times.push(performance.now() - start);
    }
    if (name.startsWith('overview')) overview += percentile(times, 0.5);
    print({
      bench: name,
      first_ms: rounded(times[0] ?? NaN),
      p50_ms: rounded(percentile(times, 0.5)),
      ...(target === undefined ? {} : { target_ms: target }),
    });
  }
  print({ bench: 'overview: bars of 24 h and uptime of 200 services', p50_ms: rounded(overview), target_ms: 50 });
  const { incidents } = archive.answer({ name: 'incidents', input: { limit: 50, state: 'all' } }, now) as {
    incidents: { id: number }[];
  };
  const times = incidents.map(({ id }) => {
    const start = performance.now();
    archive.answer({ name: 'incident', input: id }, now);
    return performance.now() - start;
  });
  print({
    bench: 'an incident with all about it',
    p50_ms: rounded(percentile(times, 0.5)),
    worst_ms: rounded(Math.max(...times)),
  });
  archive.close();
}

/** What the monitor's own thread notices while questions are answered and transitions come in. */
async function delays(): Promise<void> {
  const history = openHistory({
    dataDir: dir,
    clock: systemClock(),
    limits,
    onState: () => undefined,
    onTrouble: (message) => message !== null && console.error(message),
    worker: join(import.meta.dirname, 'history-worker.mjs'),
  });
  await history.uptime({});
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const end = performance.now() + 10_000;
  let longest = 0;
  let recorded = 0;
  const record = setInterval(() => {
    const entry = changeOf(pick(SERVICES), Date.now());
    if (entry.kind !== 'change') return;
    const start = performance.now();
    history.record([entry.transition], () => null);
    longest = Math.max(longest, performance.now() - start);
    recorded += 1;
  }, 5);
  let asked = 0;
  while (performance.now() < end) {
    await Promise.all([
      history.bars({ from: now - DAY, to: now, buckets: 96 }),
      history.uptime({}),
      history.incidents({ limit: 50, state: 'all', search: 'cpu' }),
      history.series({ service, metric: 'process/cpu_percent', from: now - 90 * DAY, to: now, points: 1000 }),
    ]);
    asked += 4;
  }
  clearInterval(record);
  delay.disable();
  print({
    bench: `the monitor's own thread, while ${asked} questions were answered and ${recorded} transitions recorded`,
    // What the timer that measures it waits for by itself is in it: a millisecond.
    delay_p99_ms: rounded(delay.percentile(99) / 1e6),
    delay_worst_ms: rounded(delay.max / 1e6),
    record_worst_ms: rounded(longest),
    target_ms: 5,
  });
  await history.close();
}

ask();
await delays();
if (process.argv[3] === undefined) rmSync(dir, { recursive: true });
