import type { Finding } from '../../shared/checks/check.ts';
import type { ProcessCheck } from '../../shared/checks/process.ts';
import { formatDuration, plural } from '../../shared/text.ts';
import { conclude, type Problem, tenths } from './finding.ts';
import { matching } from './pattern.ts';
import type { Probe } from './probe.ts';
import { createProcessTable, type ProcessEntry } from './process-table.ts';
import { ProcessFinder, type RunningProcess } from './processes.ts';

const MEGABYTE = 1_000_000;
/** So many numbers of processes are named; more say nothing to a person. */
const NAMED = 5;

/** Looks for processes by what a person knows of them. */
export function createProcessProbe(finder: ProcessFinder): Probe<ProcessCheck> {
  return async (config, { now }) => {
    let tooLong = false;
    const found = await finder.find((entries) => {
      const selected = select(entries, config);
      tooLong = selected === undefined;
      return selected ?? [];
    });
    if (!tooLong) return judge(config, found, now);
    const message = `The pattern ${config.pattern} takes too long on the command lines here: make it simpler.`;
    return { status: 'unknown', message, metadata: {} };
  };
}

/** All checks of processes share what is read of them. */
export const processProbe = createProcessProbe(
  new ProcessFinder({ list: createProcessTable(), now: () => performance.now() }),
);

/** @returns undefined where the pattern takes too long. */
function select(entries: readonly ProcessEntry[], config: ProcessCheck): ProcessEntry[] | undefined {
  const { executable, contains, pattern } = config;
  // Names of programs know no upper case on Windows, where they also have an ending.
  const wanted = executable.toLowerCase().replace(/\.exe$/, '');
  const some = entries.filter(
    ({ name, command }) =>
      (wanted === '' || name.toLowerCase().replace(/\.exe$/, '') === wanted) && command.includes(contains),
  );
  if (pattern === '') return some;
  const right = matching(
    pattern,
    some.map(({ command }) => command),
  );
  return right && some.filter((_, index) => right[index]);
}

function judge(config: ProcessCheck, found: readonly RunningProcess[], now: number): Finding {
  const { at_least, at_most, memory_warning_mb, memory_error_mb } = config;
  const alive = found.filter(({ zombie }) => !zombie);
  const zombies = found.length - alive.length;
  const memory = alive.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
  const dead = zombies === 0 ? '' : `, and ${plural(zombies, 'has', 'have')} ended without its parent taking notice`;
  const number = alive.length === 0 ? 'No such process runs' : plural(alive.length, 'process runs', 'processes run');
  const problems: Problem[] = [];
  if (alive.length < at_least) {
    const expected = at_least === 1 && alive.length === 0 ? '' : `, of at least ${at_least} that must`;
    problems.push({ status: alive.length === 0 ? 'fatal' : 'error', message: `${number}${expected}${dead}.` });
  }
  if (at_most > 0 && alive.length > at_most) {
    problems.push({ status: 'error', message: `${number}, of at most ${at_most} that may: ${numbers(alive)}.` });
  }
  const limits = [
    { status: 'error', limit: memory_error_mb },
    { status: 'warning', limit: memory_warning_mb },
  ] as const;
  const broken = limits.find(({ limit }) => limit > 0 && memory >= limit * MEGABYTE);
  if (broken !== undefined) {
    const used = `${Math.round(memory / MEGABYTE)} MB of memory are used, ${broken.limit} MB or more`;
    problems.push({ status: broken.status, message: `${used} (${numbers(alive)}).` });
  }
  const well = alive.length === 0 ? `${number}${dead}.` : `${number}${ageOf(alive, now)}: ${numbers(alive)}${dead}.`;
  return conclude(problems, well, factsOf(alive, zombies, memory));
}

function factsOf(alive: readonly RunningProcess[], zombies: number, memory: number): Finding['metadata'] {
  const used = alive.flatMap(({ cpuPercent }) => (cpuPercent === null ? [] : [cpuPercent]));
  const [first] = alive;
  return {
    processes: alive.length,
    ...(zombies === 0 ? {} : { zombies }),
    ...(first === undefined ? {} : { pid: first.pid }),
    memory_bytes: memory,
    ...(used.length === 0 ? {} : { cpu_percent: tenths(used.reduce((sum, value) => sum + value, 0)) }),
  };
}

function numbers(found: readonly RunningProcess[]): string {
  const named = found.slice(0, NAMED).map(({ pid }) => pid);
  return found.length > NAMED ? `${named.join(', ')}, …` : named.join(', ');
}

/** Since when the youngest runs: a program that is started again and again is seen by that. */
function ageOf(found: readonly RunningProcess[], now: number): string {
  const starts = found.flatMap(({ startedAt }) => (startedAt === null ? [] : [startedAt]));
  if (starts.length === 0) return '';
  const age = formatDuration(now - Math.max(...starts));
  return found.length === 1 ? ` for ${age}` : `, the youngest for ${age}`;
}
