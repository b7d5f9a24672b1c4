import { environmentSecrets } from '../../main/notifications/secrets.ts';
import { createProgram, type ProgramArguments } from '../../main/program.ts';
import { worstFirst } from '../../shared/status-json.ts';
import { SERVICE, TYPE } from './health-file.ts';
import { checkKey, type Outcome, type Part, partOf } from './outcome.ts';

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
  const program = createProgram(places, (settings) => ({
    ...settings,
    // There is no time to wait for anybody.
    startup_grace_period: 0,
    ...(project === undefined ? {} : { project }),
    ...(services === undefined ? {} : { expected_services: [...services] }),
  }));
  const { monitor } = program;
  const wants = (part: Part): boolean => only.includes(part);
  try {
    const checks = await program.openChecks({ secrets: environmentSecrets(process.env) });
    await program.startOnce();
    await checks.once((kind) => wants(kind) || (kind === 'services' && wants('processes')));
    const { at, folders } = monitor.snapshot();
    const all = monitor
      .snapshot()
      // What the look before has found is no service.
      .services.filter(({ service, name }) => service !== TYPE || name !== SERVICE)
      .flatMap(({ service }) => monitor.service(service) ?? []);
    const types = new Map(
      program.loaded.settings.checks.map(({ id, name, service, type }) => [checkKey(service, name ?? id), type]),
    );
    const outcome: Outcome = {
      types,
      at,
      project: project ?? program.loaded.settings.project,
      deployment: checks.deployment(),
      services: worstFirst(
        all.filter(({ service, checks: found, reportedAt }) => {
          if (wants('services') && service !== 'machine') return true;
          return reportedAt !== null && found.some(({ name }) => wants(partOf({ types }, service, name)));
        }),
      ),
      troubles: [...program.loaded.problems, ...folders.map(({ message }) => message)].filter((text) => text !== ''),
    };
    return { outcome, folder: folders[0]?.path };
  } finally {
    await program.close();
  }
}
