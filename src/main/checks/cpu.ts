import { cpus } from 'node:os';

/** What all cores together have done since the machine was started, in the system's own unit of time. */
export interface CpuTimes {
  busy: number;
  total: number;
  cores: number;
}

export function cpuTimes(): CpuTimes {
  const all = cpus();
  let [busy, total] = [0, 0];
  for (const { times } of all) {
    const { user, nice, sys, idle, irq } = times;
    busy += user + nice + sys + irq;
    total += user + nice + sys + irq + idle;
  }
  return { busy, total, cores: all.length };
}

/** How much of all cores was used between two looks, in per cent; null where no time has passed. */
export function cpuPercent(before: CpuTimes, after: CpuTimes): number | null {
  const total = after.total - before.total;
  if (!(total > 0)) return null;
  return Math.min(100, Math.max(0, ((after.busy - before.busy) * 100) / total));
}
