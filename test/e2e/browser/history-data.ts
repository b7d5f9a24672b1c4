import { mkdir } from 'node:fs/promises';
import { Archive } from '../../../src/main/history/archive.ts';
import type { Entry } from '../../../src/main/history/entries.ts';
import type { CheckResult, Transition } from '../../../src/shared/service-status.ts';
import type { HealthStatus } from '../../../src/shared/status.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A change of status as a story tells it. */
export interface Step {
  at: number;
  service: string;
  to: HealthStatus;
  message: string;
}

export interface Story {
  /** When the monitor was first there. */
  begins: number;
  /** When it was there last: now. */
  ends: number;
  steps: Step[];
  /** When the machine slept. */
  asleep: { from: number; to: number }[];
  /** Numbers of a service at a time; undefined for none. */
  numbers?: (service: string, at: number) => Record<string, number>;
  /** From when on they are sampled every hour, and from when on every minute. */
  hourly?: number;
  finely?: number;
}

/** So many entries at once, as the monitor does. */
const BATCH = 500;

function checksAt({ to, message, at }: Step): string {
  const checks: CheckResult[] = [
    { name: 'mixer', status: to, message, at: at - 500, metadata: { device: 'hw:1,0', buffers_lost: 3 } },
    { name: 'self', status: 'healthy', message: 'Everything runs', at: at - 500, metadata: { cpu_percent: 41.5 } },
  ];
  return JSON.stringify(checks);
}

/** Puts a story into the entries that the monitor would have written, in the order of their times. */
export function entriesOf({ begins, ends, steps, asleep, numbers, hourly = begins, finely = ends }: Story): Entry[] {
  const last = new Map<string, HealthStatus>();
  const services = [...new Set(steps.map(({ service }) => service))];
  const timed: { at: number; entries: Entry[] }[] = steps.map((step) => ({ at: step.at, entries: [] }));
  const change = (step: Step): Entry => {
    const from = last.get(step.service) ?? null;
    last.set(step.service, step.to);
    const { at, service, to, message } = step;
    const transition: Transition = {
      ...{ at, service, name: service, from, to, message },
      ...{ reason: 'reported', fromReason: from === null ? null : 'reported' },
    };
    return { kind: 'change', transition, checks: checksAt(step) };
  };
  [...steps].sort((a, b) => a.at - b.at).forEach((step) => timed.push({ at: step.at, entries: [change(step)] }));
  for (const { from, to } of asleep) {
    timed.push({ at: from, entries: [{ kind: 'pause', at: from }] }, { at: to, entries: [{ kind: 'resume', at: to }] });
  }
  if (numbers !== undefined) {
    for (let at = hourly; at < ends; at += at < finely ? HOUR : MINUTE) {
      const time = at;
      const samples = services.map((service): Entry => {
        return { kind: 'samples', service, at: time, values: Object.entries(numbers(service, time)) };
      });
      timed.push({ at, entries: samples });
    }
  }
  timed.sort((a, b) => a.at - b.at);
  const sleeping = (at: number): boolean => asleep.some(({ from, to }) => at > from && at < to);
  const entries: Entry[] = [{ kind: 'start', at: begins, services: [] }];
  let here = begins;
  for (const { at, entries: some } of [...timed, { at: ends, entries: [] }]) {
    if (sleeping(at)) continue;
    if (at > here && !asleep.some(({ to }) => to === at)) entries.push({ kind: 'alive', from: here, to: at });
    entries.push(...some);
    here = at;
  }
  return entries;
}

/** Writes a story into the history of a data folder, through the monitor's own writer. To be done before it starts. */
export async function writeStory(dataDir: string, story: Story): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  const archive = new Archive({
    dataDir,
    limits: { history_days: 3650, history_max_mb: 2000, sample_days: 400 },
    now: () => story.ends,
    onNotice: (message) => {
      throw new Error(message);
    },
  });
  archive.open();
  const entries = entriesOf(story);
  for (let start = 0, number = 1; start < entries.length; start += BATCH, number += 1) {
    archive.write({ session: 'story', number, entries: entries.slice(start, start + BATCH) });
  }
  archive.close();
}

/** A generator of numbers from 0 to 1, the same ones for the same seed. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return state / 2 ** 32;
  };
}

const TROUBLES: readonly [HealthStatus, string][] = [
  ['warning', 'mixer: 3 buffers lost within a minute'],
  ['error', 'model: timed out after 30 s'],
  ['fatal', 'out of memory'],
  ['unknown', 'not seen for 3 min'],
];

/** A year in which a service fails now and then, and is well at its end. */
function yearOf(service: string, begins: number, ends: number, everyDays: number, seed: number): Step[] {
  const next = random(seed);
  const steps: Step[] = [{ at: begins, service, to: 'healthy', message: 'Everything runs' }];
  for (let at = begins + next() * everyDays * DAY; at < ends - DAY; at += (0.3 + next()) * everyDays * DAY) {
    const [to, message] = TROUBLES[Math.floor(next() * TROUBLES.length)] ?? ['error', 'failed'];
    const end = at + (3 + next() * 120) * MINUTE;
    steps.push(
      { at: Math.round(at), service, to, message },
      { at: Math.round(end), service, to: 'healthy', message: 'Everything runs' },
    );
  }
  return steps;
}

export const SERVICES = ['audio', 'core', 'display', 'lights', 'projector'] as const;

/** Many services that had a bad hour each within the last week. */
export function manyStory(now: number, services: readonly string[]): Story {
  const begins = now - 8 * DAY;
  const steps = services.flatMap((service, index): Step[] => {
    const at = begins + DAY + HOUR + (index % 150) * HOUR;
    return [
      { at: begins, service, to: 'healthy', message: 'Everything runs' },
      { at, service, to: 'error', message: 'model: timed out after 30 s' },
      { at: at + (index + 1) * 1000, service, to: 'healthy', message: 'Everything runs' },
    ];
  });
  return { begins, ends: now, steps, asleep: [] };
}

/** What the story of these tests has: a year, and a last day of which they know every minute. */
export function yearStory(now: number): Story {
  const begins = now - 365 * DAY;
  const step = (hours: number, service: string, to: HealthStatus, message: string): Step => ({
    at: now - hours * HOUR,
    service,
    to,
    message,
  });
  return {
    begins,
    ends: now,
    steps: [
      ...yearOf('audio', begins, now, 1.5, 1),
      ...yearOf('core', begins, now, 12, 2),
      ...yearOf('display', begins, now, 20, 3),
      { at: begins, service: 'lights', to: 'healthy', message: 'Everything runs' },
      ...yearOf('projector', begins, now, 40, 4),
      step(3.5, 'audio', 'warning', 'mixer: 5 buffers lost within a minute'),
      step(3, 'audio', 'fatal', 'mixer: no sound card'),
      step(2.25, 'audio', 'error', 'mixer: the sound card is silent'),
      step(2, 'audio', 'healthy', 'Everything runs'),
      step(2.9, 'display', 'error', 'gpu: no signal from the projector'),
      step(2.4, 'display', 'healthy', 'Everything runs'),
      step(0.75, 'core', 'warning', 'queue: 40 images wait'),
    ],
    asleep: [
      { from: now - 21 * DAY, to: now - 19 * DAY },
      { from: now - 6 * HOUR, to: now - 5 * HOUR },
    ],
    hourly: now - 95 * DAY,
    finely: now - 26 * HOUR,
    numbers: (service, at) => ({
      'system/cpu_percent': 40 + 20 * Math.sin(at / HOUR) + (service === 'audio' ? 10 : 0),
      'system/memory_bytes': 7e8 + ((at / DAY) % 3) * 1e8,
      'http/latency_ms': 30 + 10 * Math.sin(at / (20 * MINUTE)),
      'queue/length': Math.round(5 + 5 * Math.sin(at / (30 * MINUTE))),
    }),
  };
}
