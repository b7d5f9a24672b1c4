import type { Thresholds } from '../../shared/check-settings.ts';
import { cpuPercent, type CpuTimes, cpuTimes } from './cpu.ts';
import { DiskSpaces } from './disk-space.ts';
import { MACHINE } from './host-checks.ts';
import {
  cpuFinding,
  diskFindings,
  gpuFindings,
  memoryFindings,
  type Named,
  temperatureFinding,
} from './machine-findings.ts';
import { type Memory, readMemory } from './memory.ts';
import { listMounts, type Mount } from './mounts.ts';
import type { CheckContext } from './probe.ts';
import type { Found } from './scheduler.ts';
import { wait } from './scope.ts';
import { RareSensors, type Sensors } from './sensors.ts';
import { judgeLevel, type LevelState, type Threshold } from './threshold.ts';

/** What the machine is asked; each can be something else than this machine. */
export interface MachineParts {
  /** Monotonic milliseconds. */
  now: () => number;
  cpu: () => CpuTimes;
  memory: () => Promise<Memory>;
  mounts: () => Promise<Mount[]>;
  disks: Pick<DiskSpaces, 'look'>;
  sensors: { look(): Promise<Sensors> };
}

/** Between the two looks that the use of the processor is told from, where there was none before, in ms. */
const FIRST_WINDOW = 200;
/** Where that was busy it may have been for a moment only, this program's start among the reasons: so much longer, in ms. */
const SECOND_WINDOW = 300;

/** How this machine is: processor, memory, file systems, temperature. Judged by what it was before. */
export class Machine {
  readonly #parts: MachineParts;
  #levels = new Map<string, LevelState>();
  #cpu: CpuTimes | undefined;

  constructor(parts: Partial<MachineParts> = {}) {
    const now = parts.now ?? (() => performance.now());
    this.#parts = {
      now,
      cpu: cpuTimes,
      memory: readMemory,
      mounts: listMounts,
      disks: new DiskSpaces(now),
      sensors: new RareSensors(now),
      ...parts,
    };
  }

  /** Looks once: a result for each resource, with what was measured as numbers in its metadata. */
  async look({ signal }: Pick<CheckContext, 'signal'>, thresholds: Thresholds): Promise<Found[]> {
    const { memory, mounts, disks, sensors } = this.#parts;
    const [cpu, ofMemory, spaces, { temperature, gpus }] = await Promise.all([
      this.#cpuPercent(signal, thresholds.cpu.warning),
      memory(),
      mounts().then((all) => disks.look(all)),
      sensors.look(),
    ]);
    const now = this.#parts.now();
    const before = this.#levels;
    // What is not there any more is forgotten.
    this.#levels = new Map();
    const judge = (name: string, value: number, threshold: Threshold): LevelState => {
      const state = judgeLevel(value, threshold, before.get(name), now);
      this.#levels.set(name, state);
      return state;
    };
    const found: Named[] = [
      ...cpuFinding(cpu, thresholds.cpu, judge),
      ...memoryFindings(ofMemory, thresholds, judge),
      ...diskFindings(spaces, thresholds, judge, now),
      ...temperatureFinding(temperature, judge),
      ...gpuFindings(gpus, judge),
    ];
    return found.map((one) => ({ service: MACHINE, ...one }));
  }

  async #cpuPercent(signal: AbortSignal, busy: number): Promise<{ percent: number; cores: number } | undefined> {
    const { cpu } = this.#parts;
    let before = this.#cpu;
    let after = cpu();
    if (before === undefined) {
      before = after;
      await wait(FIRST_WINDOW, signal);
      after = cpu();
      if ((cpuPercent(before, after) ?? 0) >= busy) {
        await wait(SECOND_WINDOW, signal);
        after = cpu();
      }
    }
    this.#cpu = after;
    const percent = cpuPercent(before, after);
    return percent === null ? undefined : { percent, cores: after.cores };
  }
}
