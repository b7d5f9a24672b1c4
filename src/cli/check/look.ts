import { environmentSecrets } from '../../main/notifications/secrets.ts';
import { createProgram, type ProgramArguments } from '../../main/program.ts';
import type { Settings } from '../../shared/settings.ts';
import { SYSTEM_ORDER } from '../../shared/status.ts';
import { SERVICE, TYPE } from './health-file.ts';
import { MACHINE, type Outcome, outcomeOf, type Part, partsOf } from './outcome.ts';

/** What was found, and the folder that services of the installation write to. */
export interface Look {
  outcome: Outcome;
  folder: string | undefined;
}

export interface LookOptions extends ProgramArguments {
  only: readonly Part[];
  project?: string | undefined;
  services?: readonly string[] | undefined;
}

/** Reads every health file and looks at everything from outside, once. */
export async function lookOnce({ only, project, services, ...places }: LookOptions): Promise<Look> {
  let settings: Settings | undefined;
  const program = createProgram(places, (found) => {
    settings = forOnce(found, { project, services });
    return settings;
  });
  const { monitor, loaded } = program;
  const wants = (part: Part): boolean => only.includes(part);
  try {
    const checks = await program.openChecks({ secrets: environmentSecrets(process.env) });
    await program.startOnce();
    const looked = await checks.once((kind) => wants(kind) || (kind === 'services' && wants('processes')), {
      // Who asks for them and for no service wants to know of them all.
      allEndpoints: !wants('services') && !wants('processes'),
    });
    const { at, folders, services: seen } = monitor.snapshot();
    const wanted = { wants, partOf: partsOf(looked), deployment: checks.deployment() };
    const outcomes = seen
      // What the look before has found is no service.
      .filter(({ service, name }) => service !== TYPE || name !== SERVICE)
      .flatMap(({ service }) => monitor.service(service) ?? [])
      .flatMap((found) => outcomeOf(found, wanted) ?? [])
      .sort((a, b) => SYSTEM_ORDER[b.status] - SYSTEM_ORDER[a.status] || (a.service < b.service ? -1 : 1));
    const { thresholds, project: name } = settings ?? loaded.settings;
    const outcome: Outcome = {
      at,
      project: name,
      deployment: checks.deployment(),
      services: outcomes.filter(({ service }) => service !== MACHINE),
      machine: outcomes.find(({ service }) => service === MACHINE),
      thresholds,
      troubles: [...loaded.problems, ...folders.map(({ message }) => message)].filter((text) => text !== ''),
    };
    return { outcome, folder: folders[0]?.path };
  } finally {
    await program.close();
  }
}

/** There is one look: nothing can be waited for, and what is measured counts at once. */
function forOnce(settings: Settings, { project, services }: Pick<LookOptions, 'project' | 'services'>): Settings {
  const { memory, cpu, disk, inodes, swap } = settings.thresholds;
  const atOnce = { for: 0 };
  return {
    ...settings,
    startup_grace_period: 0,
    thresholds: {
      memory: { ...memory, ...atOnce },
      // A second of work is no fault of the machine's; more than a warning it cannot be.
      cpu: { ...cpu, error: Infinity, ...atOnce },
      disk: { ...disk, ...atOnce },
      inodes: { ...inodes, ...atOnce },
      swap: { ...swap, ...atOnce },
    },
    ...(project === undefined ? {} : { project }),
    ...(services === undefined ? {} : { expected_services: [...services] }),
  };
}
