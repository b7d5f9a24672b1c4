import type { DeploymentState } from '../../shared/check-state.ts';
import type { ServiceStatus } from '../../shared/service-status.ts';
import { type HealthStatus, worstOfSystem } from '../../shared/status.ts';

/** Everything that one look has found. */
export interface Outcome {
  at: number;
  project: string;
  deployment: DeploymentState | null;
  services: readonly ServiceStatus[];
  /** The types of a person's own checks, by `checkKey`. */
  types: ReadonlyMap<string, string>;
  /** What is wrong with the settings or a folder, a sentence each. */
  troubles: readonly string[];
}

/** Which parts of it are asked for. */
export const PARTS = ['services', 'zmq', 'resources', 'processes', 'http'] as const;
export type Part = (typeof PARTS)[number];

/** One check that is not well, and whose it is. */
export interface Issue {
  service: string;
  check: string;
  status: HealthStatus;
  message: string;
}

/** The service that the machine's own resources are checks of. */
const MACHINE = 'machine';
/** The installation's endpoints, which nobody has to set up. */
const ZMQ_DEFAULT = /^zmq (events|depth)$/;

/** Names a check of a service. */
export function checkKey(service: string, name: string): string {
  return JSON.stringify([service, name]);
}

/** Which part a check belongs to. */
export function partOf({ types }: Pick<Outcome, 'types'>, service: string, name: string): Part {
  if (service === MACHINE) return 'resources';
  if (name === 'unit' || name === 'process') return 'processes';
  const type = types.get(checkKey(service, name));
  if (type === 'zmq' || ZMQ_DEFAULT.test(name)) return 'zmq';
  return type === 'http' || type === 'tcp' ? 'http' : 'services';
}

/** Everything that is not well, worst first as it stands in the outcome: a service's own sentence, or each of its checks. */
export function issuesOf({ services }: Outcome): Issue[] {
  return services.flatMap(({ service, status, reason, message, checks }): Issue[] => {
    if (status === 'healthy') return [];
    const bad = checks.filter((check) => check.status !== 'healthy');
    // What no check explains (a stale or missing report) is told in the service's own words.
    if (bad.length === 0 || (reason !== 'reported' && reason !== 'checked')) {
      return [{ service, check: reason, status, message }];
    }
    return bad.map((check) => ({ service, check: check.name, status: check.status, message: check.message ?? '' }));
  });
}

/** The worst of it all; with nothing to look at, nothing is known. */
export function statusOf({ services }: Outcome): HealthStatus {
  return worstOfSystem(services.map(({ status }) => status));
}

/** A number that a check of the machine has measured; null where it was not. */
export function measured({ services }: Outcome, check: string, key: string): number | null {
  const found = services.find(({ service }) => service === MACHINE)?.checks.find(({ name }) => name === check);
  const value = found?.metadata[key];
  return typeof value === 'number' ? value : null;
}

/** How full the fullest of the machine's disks is, per cent. */
export function fullestDisk({ services }: Outcome): number | null {
  const checks = services.find(({ service }) => service === MACHINE)?.checks ?? [];
  const values = checks.flatMap(({ metadata: { disk_percent } }) =>
    typeof disk_percent === 'number' ? [disk_percent] : [],
  );
  return values.length === 0 ? null : Math.max(...values);
}
