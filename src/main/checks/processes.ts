import type { ServiceProcess } from '../../shared/observation.ts';
import { processRuns } from './pid.ts';
import type { ListProcesses, ProcessEntry, ProcessList } from './process-table.ts';

/** A process of this machine that was looked for. */
export interface RunningProcess {
  pid: number;
  /** Tells it from a later process of the same number; undefined where the system does not say. */
  start: number | undefined;
  name: string;
  /** Milliseconds since the epoch; null where it is not known. */
  startedAt: number | null;
  memoryBytes: number;
  /** Of one core, since it was looked at before; null at the first look. */
  cpuPercent: number | null;
  /** It has ended, and only its parent has not asked how. */
  zombie: boolean;
}

export interface ProcessFinderOptions {
  list: ListProcesses;
  /** Monotonic milliseconds. */
  now: () => number;
}

/** Looks for processes, and remembers what they used of the processor. */
export class ProcessFinder {
  /** By process: what it had used at the last look. */
  #used = new Map<string, { at: number; cpuSeconds: number }>();

  constructor(private readonly options: ProcessFinderOptions) {}

  /** Those that `select` picks out of all processes of this machine, but never this one. */
  async find(select: (entries: readonly ProcessEntry[]) => readonly ProcessEntry[]): Promise<RunningProcess[]> {
    const list = await this.options.list();
    return this.#describe(list, select(others(list)));
  }

  /**
   * The processes of each service: by the installation's rule, and the one that its report names.
   *
   * @param reported what health files say of their processes on this machine.
   */
  async ofServices(
    services: readonly string[],
    reported: readonly ServiceProcess[] = [],
  ): Promise<Map<string, RunningProcess[]>> {
    const list = await this.options.list();
    const byService = byInstallation(others(list), services);
    for (const { service, pid, start } of reported) {
      const known = byService.get(service);
      if (known === undefined || known.some((entry) => entry.pid === pid) || !processRuns(pid, start)) continue;
      const entry = list.entries.find((one) => one.pid === pid);
      known.unshift(entry ?? { pid, name: '', command: '' });
    }
    return new Map([...byService].map(([service, entries]) => [service, this.#describe(list, entries)]));
  }

  #describe(list: ProcessList, entries: readonly ProcessEntry[]): RunningProcess[] {
    const now = this.options.now();
    return entries.flatMap(({ pid, name }) => {
      const facts = list.factsOf(pid);
      if (facts === undefined) return [];
      const { cpuSeconds, ...rest } = facts;
      return [{ pid, name, cpuPercent: this.#cpuPercent(pid, facts.start, cpuSeconds, now), ...rest }];
    });
  }

  #cpuPercent(pid: number, start: number | undefined, cpuSeconds: number | null, now: number): number | null {
    if (cpuSeconds === null) return null;
    const key = `${pid} ${start ?? ''}`;
    const before = this.#used.get(key);
    // Processes that have ended are forgotten once there are many of them.
    if (this.#used.size > 1_000) this.#used = new Map();
    this.#used.set(key, { at: now, cpuSeconds });
    if (before === undefined || now <= before.at) return null;
    return Math.max(0, ((cpuSeconds - before.cpuSeconds) * 100_000) / (now - before.at));
  }
}

/** Without the monitor itself, whose own arguments name services, too. */
function others({ entries }: ProcessList): ProcessEntry[] {
  return entries.filter(({ pid }) => pid !== process.pid);
}

/** The one service of the installation whose package has another name (COMPATIBILITY, "Health check script"). */
const PACKAGES: Readonly<Record<string, string>> = { image_server: 'image_server' };

/**
 * The Python processes of each service: those whose command line holds `python` and `experimance_<service>` (or `image_server`).
 * What also holds a longer name of another service is that one's: `experimance_core_tools` is not `core`.
 *
 * @returns by service, each of them; the one that a person would name first.
 */
export function byInstallation(
  entries: readonly ProcessEntry[],
  services: readonly string[],
): Map<string, ProcessEntry[]> {
  const found = new Map<string, ProcessEntry[]>(services.map((service) => [service, []]));
  const marks = services.map((service) => ({
    service,
    words: [`experimance_${service}`, PACKAGES[service] ?? ''].filter((word) => word !== ''),
  }));
  for (const entry of entries) {
    // Nearly every process is out after this.
    if (!entry.command.includes('python')) continue;
    let best: { service: string; length: number } | undefined;
    for (const { service, words } of marks) {
      for (const word of words) {
        if (word.length > (best?.length ?? 0) && entry.command.includes(word)) best = { service, length: word.length };
      }
    }
    if (best !== undefined) found.get(best.service)?.push(entry);
  }
  // A shell or `uv run` around it has the same words; the interpreter itself is what is meant.
  for (const its of found.values()) its.sort((a, b) => Number(isPython(b)) - Number(isPython(a)));
  return found;
}

function isPython({ name }: ProcessEntry): boolean {
  return name.startsWith('python');
}
