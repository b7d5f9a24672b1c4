import type { RunProgram } from './actions.ts';

/** A unit as systemd tells of it. */
export interface UnitState {
  /** As it was asked for. */
  unit: string;
  /** Every name that systemd knows it by. */
  names: readonly string[];
  /** `loaded`, `not-found`, `masked`, … */
  load: string;
  /** `active`, `inactive`, `failed`, `activating`, … */
  active: string;
  sub: string;
  /** 0 where there is none. */
  pid: number;
  /** How often systemd has started it again by itself. */
  restarts: number;
  /** `success`, `exit-code`, `signal`, `oom-kill`, … */
  result: string;
  /** Of its main process: the exit status, or the signal's number. */
  exitStatus: number;
  /** `oneshot` units do their work and are done. */
  type: string;
  /** `enabled`: to be started with the machine. */
  enabled: string;
  /** When its state changed last, milliseconds since the epoch; null where that is not known. */
  changedAt: number | null;
}

/** How `systemctl` is reached. */
export interface Systemd {
  run: RunProgram;
  /** The units of the user who runs the monitor, not the system's. */
  user: boolean;
  /** Milliseconds. */
  timeLimit: number;
  /** The wall clock and the time since boot as systemd counts it, both in milliseconds. */
  clocks: () => { now: number; sinceBoot: number };
}

const PROPERTIES = [
  'Id',
  'Names',
  'Type',
  'UnitFileState',
  'LoadState',
  'ActiveState',
  'SubState',
  'MainPID',
  'NRestarts',
  'Result',
  'ExecMainStatus',
  'StateChangeTimestampMonotonic',
];
/** What systemd takes for a unit's name as it stands; it can be neither an option nor a pattern. */
const UNIT = /^[A-Za-z0-9:_.@\\][A-Za-z0-9:_.@\\-]*$/;
/** A name longer than this is no unit's (systemd's own limit). */
const LONGEST = 255;
/** `core@experimance.service`; undefined for a service or a project whose name cannot be in a unit's. */
export function unitOf(service: string, project: string): string | undefined {
  return unitName(`${service}@${project}`);
}

/** A name as systemd knows it, with its suffix; undefined for one that cannot be a unit's. */
export function unitName(name: string): string | undefined {
  const full = /\.(service|socket|timer|target|mount|path|slice|scope)$/.test(name) ? name : `${name}.service`;
  // A template without an instance is no unit, and systemctl would refuse all that is asked for with it.
  return UNIT.test(full) && full.length <= LONGEST && !/@\.[a-z]+$/.test(full) ? full : undefined;
}

/**
 * Asks for all of these units at once: one process, however many they are.
 *
 * @param units as `unitName` gives them.
 * @returns by unit, as it was asked for.
 * @throws Error with a sentence where systemd does not answer.
 */
export async function showUnits(systemd: Systemd, units: readonly string[]): Promise<Map<string, UnitState>> {
  const states = await queryUnits(systemd, units);
  if (states.length !== units.length) {
    throw new Error(`systemctl told of ${states.length} units, though it was asked for ${units.length}.`);
  }
  // In the order in which they were asked for; its own name for a unit may be another one.
  return new Map(units.map((unit, index) => [unit, { ...(states[index] ?? NOTHING), unit }]));
}

/**
 * The same, also for patterns: of those, every unit that systemd has in memory.
 *
 * @param patterns names as `unitName` gives them, or such with a `*`.
 */
export async function queryUnits(systemd: Systemd, patterns: readonly string[]): Promise<UnitState[]> {
  if (patterns.length === 0) return [];
  const args = [...scope(systemd), 'show', `--property=${PROPERTIES.join(',')}`, '--', ...patterns];
  const printed = await systemd.run('systemctl', args, systemd.timeLimit);
  const { now, sinceBoot } = systemd.clocks();
  return printed
    .split(/\n\n+/)
    .filter((block) => block.trim() !== '')
    .map((block) => parseUnit(block, now - sinceBoot));
}

function scope({ user }: Systemd): string[] {
  return [...(user ? ['--user'] : []), '--no-pager'];
}

const NOTHING: UnitState = {
  unit: '',
  names: [],
  load: '',
  active: '',
  sub: '',
  pid: 0,
  restarts: 0,
  result: '',
  exitStatus: 0,
  type: '',
  enabled: '',
  changedAt: null,
};

function parseUnit(block: string, bootedAt: number): UnitState {
  const properties = new Map(
    block
      .trim()
      .split('\n')
      .map((line) => {
        const equals = line.indexOf('=');
        return [line.slice(0, equals), line.slice(equals + 1)] as const;
      }),
  );
  const text = (name: string): string => properties.get(name) ?? '';
  const number = (name: string): number => (/^\d+$/.test(text(name)) ? Number(text(name)) : 0);
  const changed = number('StateChangeTimestampMonotonic');
  return {
    unit: text('Id'),
    names: [...new Set([text('Id'), ...text('Names').split(' ')])].filter((name) => name !== ''),
    load: text('LoadState'),
    active: text('ActiveState'),
    sub: text('SubState'),
    pid: number('MainPID'),
    restarts: number('NRestarts'),
    result: text('Result'),
    exitStatus: number('ExecMainStatus'),
    type: text('Type'),
    enabled: text('UnitFileState'),
    changedAt: changed === 0 ? null : Math.round(bootedAt + changed / 1_000),
  };
}
