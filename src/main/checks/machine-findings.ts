import type { Thresholds } from '../../shared/check-settings.ts';
import type { Finding } from '../../shared/checks/check.ts';
import { formatDuration, plural } from '../../shared/text.ts';
import type { DiskSpace } from './disk-space.ts';
import { tenths } from './finding.ts';
import type { Memory } from './memory.ts';
import type { Sensors } from './sensors.ts';
import type { LevelState, Threshold } from './threshold.ts';

/** A result, and what it is called. */
export interface Named {
  name: string;
  finding: Finding;
}

/** Judges a value by those of the same name before it. */
export type Judge = (name: string, value: number, threshold: Threshold) => LevelState;

/** °C. What the makers of processors allow is near this; settings have no word for it. */
const TEMPERATURE: Threshold = { warning: 85, error: 95, for: 60 };
/** A file system that has not answered for this long will not in a while, in ms. */
const GONE_AFTER = 60_000;

export function cpuFinding(
  cpu: { percent: number; cores: number } | undefined,
  threshold: Threshold,
  judge: Judge,
): Named[] {
  if (cpu === undefined) return [];
  const state = judge('cpu', cpu.percent, threshold);
  const message = `${percent(cpu.percent)} of ${plural(cpu.cores, 'core')} in use${limits(state, threshold)}.`;
  return [named('cpu', state, message, { cpu_percent: tenths(cpu.percent), cores: cpu.cores })];
}

export function memoryFindings(memory: Memory, thresholds: Thresholds, judge: Judge): Named[] {
  const { total, available, swap } = memory;
  if (!(total > 0)) return [];
  const used = ((total - available) * 100) / total;
  const state = judge('memory', used, thresholds.memory);
  const message = `${percent(used)} used, ${bytes(available)} of ${bytes(total)} available${limits(state, thresholds.memory)}.`;
  const found = [named('memory', state, message, { memory_percent: tenths(used), available_bytes: available })];
  if (swap === null) return found;
  const swapped = ((swap.total - swap.free) * 100) / swap.total;
  const ofSwap = judge('swap', swapped, thresholds.swap);
  const words = `${percent(swapped)} of ${bytes(swap.total)} used${limits(ofSwap, thresholds.swap)}.`;
  return [...found, named('swap', ofSwap, words, { swap_percent: tenths(swapped) })];
}

/** One for each file system, and one for the inodes of all of them: of those the scarcest counts. */
export function diskFindings(spaces: readonly DiskSpace[], thresholds: Thresholds, judge: Judge, now: number): Named[] {
  const found = spaces.map((space) => diskFinding(space, thresholds.disk, judge, now));
  const [scarcest] = spaces
    .flatMap((space) =>
      space.answered && space.inodesPercent !== null ? [{ path: space.mount.path, used: space.inodesPercent }] : [],
    )
    .sort((a, b) => b.used - a.used);
  if (scarcest === undefined) return found;
  const { path, used } = scarcest;
  const state = judge('inodes', used, thresholds.inodes);
  const message = `${percent(used)} of the files that ${path} has room for${limits(state, thresholds.inodes)}.`;
  return [...found, named('inodes', state, message, { inodes_percent: tenths(used), mount: path })];
}

function diskFinding(space: DiskSpace, threshold: Threshold, judge: Judge, now: number): Named {
  const { path, type } = space.mount;
  const name = `disk:${path}`;
  if (!space.answered) return { name, finding: silent(space, now) };
  const { usedPercent, free, total } = space;
  const state = judge(name, usedPercent, threshold);
  const message = `${percent(usedPercent)} of ${path} used, ${bytes(free)} of ${bytes(total)} free${limits(state, threshold)}.`;
  return named(name, state, message, { disk_percent: tenths(usedPercent), free_bytes: free, mount: path, type });
}

function silent({ mount: { path, type }, since, fault }: DiskSpace & { answered: false }, now: number): Finding {
  if (since === null)
    return { status: 'unknown', message: `${path} does not tell how full it is. ${fault}`, metadata: {} };
  const lasts = now - since;
  const message = `${path} (${type}) has not answered for ${formatDuration(lasts)}: whatever uses it hangs. Check the machine that it is on.`;
  return { status: lasts > GONE_AFTER ? 'error' : 'unknown', message, metadata: { mount: path, type } };
}

export function temperatureFinding(degrees: number | null, judge: Judge): Named[] {
  if (degrees === null) return [];
  const state = judge('temperature', degrees, TEMPERATURE);
  const message = `${Math.round(degrees)} °C${limits(state, TEMPERATURE, ' °C')}.`;
  return [named('temperature', state, message, { temperature_celsius: tenths(degrees) })];
}

export function gpuFindings(gpus: Sensors['gpus'], judge: Judge): Named[] {
  return gpus.map((gpu, index) => {
    const name = gpus.length === 1 ? 'gpu' : `gpu ${index + 1}`;
    const { temperature, usePercent, memoryPercent } = gpu;
    const facts = [
      ...(usePercent === null ? [] : [`${percent(usePercent)} in use`]),
      ...(memoryPercent === null ? [] : [`${percent(memoryPercent)} of its memory`]),
      ...(temperature === null ? [] : [`${Math.round(temperature)} °C`]),
    ].join(', ');
    const metadata = {
      ...(usePercent === null ? {} : { gpu_percent: tenths(usePercent) }),
      ...(memoryPercent === null ? {} : { gpu_memory_percent: tenths(memoryPercent) }),
      ...(temperature === null ? {} : { temperature_celsius: tenths(temperature) }),
    };
    // Of a card only the heat is a fault: it is there to be used.
    const state = judge(name, temperature ?? 0, TEMPERATURE);
    return named(name, state, `${gpu.name}: ${facts}${limits(state, TEMPERATURE, ' °C')}.`, metadata);
  });
}

function named(name: string, { level }: LevelState, message: string, metadata: Finding['metadata']): Named {
  return { name, finding: { status: level, message, metadata } };
}

/** What it is judged by, where it is not well or on its way to another level. */
function limits({ level, towards }: LevelState, threshold: Threshold, unit = ' %'): string {
  const limit = (of: 'warning' | 'error'): string =>
    `${of === 'error' ? 'an error' : 'a warning'} from ${threshold[of]}${unit}`;
  if (towards === undefined) return level === 'healthy' ? '' : `: ${limit(level)}`;
  const lasts = formatDuration(threshold.for * 1_000);
  if (towards.level === 'healthy')
    return `: no longer ${level === 'error' ? 'an error' : 'a warning'} once it lasts for ${lasts}`;
  return `: ${limit(towards.level)} once it lasts for ${lasts}`;
}

function percent(value: number): string {
  return `${value < 10 ? tenths(value) : Math.round(value)} %`;
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** `1.2 GB`, in steps of 1000. */
function bytes(count: number): string {
  let [value, unit] = [count, 0];
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit] ?? ''}`;
}
