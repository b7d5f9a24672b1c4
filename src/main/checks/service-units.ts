import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { queryUnits, type Systemd, unitName, unitOf, type UnitState } from './systemd.ts';

/** The unit of a service. */
export interface ServiceUnit extends UnitState {
  /** Of the user who runs the monitor, not of the system. */
  user: boolean;
}

/** Whether systemd is the init that runs here, as sd_booted(3) finds out. That it is installed says nothing. */
export function systemdRuns(): boolean {
  return existsSync('/run/systemd/system');
}

/** Whether systemd also keeps units of the user who runs this. */
export function userUnitsRun(env: NodeJS.ProcessEnv): boolean {
  const folder = env['XDG_RUNTIME_DIR'] ?? '';
  return folder !== '' && existsSync(join(folder, 'systemd/private'));
}

/**
 * The unit of each service: `<service>@<project>`, else plain `<service>`; the system's before the user's. Also of services of
 * the project that nobody has named. One process for all of them, and one more where the user's units are wanted.
 *
 * @returns by service; without one whose name cannot be in a unit's. One that has no unit is there with `load: 'not-found'`.
 * @throws Error with a sentence where systemd does not answer.
 */
export async function findServiceUnits(
  { system, user }: { system: Systemd; user?: Systemd | undefined },
  services: readonly string[],
  project: string,
): Promise<Map<string, ServiceUnit>> {
  const candidates = new Map(services.map((service) => [service, namesOf(service, project)]));
  // What the project has in memory besides comes with the same answer.
  const others = unitOf('any', project) === undefined ? [] : [`*@${project}.service`];
  const asked = [...new Set([...candidates.values()].flat()), ...others];
  const [ofSystem, ofUser] = await Promise.all([
    queryUnits(system, asked),
    // Where the user's cannot be asked, the system's still count.
    user === undefined ? [] : queryUnits(user, asked).catch(() => []),
  ]);
  const known = [
    ...ofSystem.map((unit) => ({ ...unit, user: false })),
    ...ofUser.map((unit) => ({ ...unit, user: true })),
  ];
  for (const { unit, load } of known) {
    const service = serviceOf(unit, project);
    if (service !== undefined && load !== 'not-found' && !candidates.has(service)) candidates.set(service, [unit]);
  }
  return choose(candidates, known);
}

function namesOf(service: string, project: string): string[] {
  return [unitOf(service, project), unitName(service)].flatMap((name) => name ?? []);
}

/** `core` for `core@experimance.service`. */
function serviceOf(unit: string, project: string): string | undefined {
  const at = unit.indexOf('@');
  return at > 0 && unit.slice(at) === `@${project}.service` ? unit.slice(0, at) : undefined;
}

function choose(
  candidates: ReadonlyMap<string, readonly string[]>,
  known: readonly ServiceUnit[],
): Map<string, ServiceUnit> {
  const byName = new Map<string, ServiceUnit[]>();
  for (const unit of known) {
    for (const name of unit.names) byName.set(name, [...(byName.get(name) ?? []), unit]);
  }
  return new Map(
    [...candidates].flatMap(([service, names]) => {
      const all = names.flatMap((name) => byName.get(name) ?? []);
      const best = all.find(({ load }) => load !== 'not-found') ?? all[0];
      return best === undefined ? [] : [[service, best] as const];
    }),
  );
}
