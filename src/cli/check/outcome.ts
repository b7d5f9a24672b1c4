import type { Looked } from '../../main/checks/active-checks.ts';
import type { Thresholds } from '../../shared/check-settings.ts';
import type { DeploymentState } from '../../shared/check-state.ts';
import type { CheckResult, Reason, ServiceStatus } from '../../shared/service-status.ts';
import { type HealthStatus, worstOfService, worstOfSystem } from '../../shared/status.ts';

/** Which parts are looked at and told. */
export const PARTS = ['services', 'zmq', 'resources', 'processes', 'http'] as const;
export type Part = (typeof PARTS)[number];

/** A check of a service, and which part of the whole it is. */
export interface PartResult extends CheckResult {
  part: Part;
}

/** What was found of one service, of the parts that were asked for. */
export interface ServiceOutcome {
  service: string;
  status: HealthStatus;
  message: string;
  /** What it says by its file, or what is wrong with that; null where that is not asked for, or there is none. */
  own: { status: HealthStatus; reason: Reason; message: string } | null;
  checks: readonly PartResult[];
  restartCount: number;
}

/** Everything that one look has found. */
export interface Outcome {
  at: number;
  project: string;
  deployment: DeploymentState | null;
  /** Worst first, without the machine. */
  services: readonly ServiceOutcome[];
  machine: ServiceOutcome | undefined;
  thresholds: Thresholds;
  /** What is wrong with the settings or a folder, a sentence each. */
  troubles: readonly string[];
}

/** One thing that is not well, and whose it is. */
export interface Issue {
  service: string;
  check: string;
  status: HealthStatus;
  message: string;
}

/** The service that the machine's own resources are checks of. */
export const MACHINE = 'machine';

/** Which part each result of a look belongs to. */
export function partsOf(looked: readonly Looked[]): (service: string, name: string) => Part {
  const parts = new Map<string, Part>();
  for (const { service, name, kind } of looked) {
    parts.set(JSON.stringify([service, name]), kind === 'services' ? 'processes' : kind);
  }
  // What nobody has looked at is of the service's own report. (Of two of one name the second is called `name 2`.)
  return (service, name) =>
    parts.get(JSON.stringify([service, name])) ??
    parts.get(JSON.stringify([service, name.replace(/ \d+$/, '')])) ??
    'services';
}

/** What a look is made of. */
export interface Wanted {
  wants: (part: Part) => boolean;
  partOf: (service: string, name: string) => Part;
  deployment: DeploymentState | null;
}

/** What is told of a service; undefined where nothing of it was asked for. */
export function outcomeOf(found: ServiceStatus, wanted: Wanted): ServiceOutcome | undefined {
  const { service, restartCount } = found;
  const checks = resultsOf(found, wanted);
  const seen = checks.some(({ part }) => part !== 'services');
  const own = wanted.wants('services') && service !== MACHINE ? ownWord(found, seen) : null;
  if (own === null && checks.length === 0) return undefined;
  const ofChecks = checks.map(({ status }) => status);
  const status = worstOfSystem([
    ...(own === null ? [] : [own.status]),
    ...(ofChecks.length === 0 ? [] : [worstOfService(ofChecks)]),
  ]);
  const worst = checks.find((check) => check.status === status && check.part !== 'services');
  const message = own?.status === status ? own.message : (worst?.message ?? own?.message ?? '');
  return { service, status, message, own, checks, restartCount };
}

function resultsOf(found: ServiceStatus, { wants, partOf, deployment }: Wanted): PartResult[] {
  const { service, checks, expected, file } = found;
  const all = checks.map((check) => ({
    ...check,
    part: service === MACHINE ? 'resources' : partOf(service, check.name),
  }));
  const missing =
    expected && file === '' && deployment?.mode === 'processes' && all.every(({ part }) => part !== 'processes');
  // A monitor that goes on cannot tell whether it is to be here; who asks once, and by name, is told that it is not.
  const known: PartResult[] = missing ? [...all, notFound(service)] : all;
  // The script's word for units and processes is `services`, too.
  return known.filter(({ part }) => wants(part) || (part === 'processes' && wants('services')));
}

function notFound(service: string): PartResult {
  return {
    name: 'process',
    part: 'processes',
    status: 'fatal',
    message: `No process of ${service} runs here, and it has never reported.`,
    at: null,
    metadata: { active_state: 'inactive', sub_state: 'dead', pid: 0, restart_count: 0 },
  };
}

/** What the service's file says, or what is wrong with it. One that writes none, but is seen from outside, need not. */
function ownWord({ status, reason, message }: ServiceStatus, seen: boolean): ServiceOutcome['own'] {
  if (reason === 'checked' || reason === 'check-failed') return null;
  if (seen && (reason === 'never-seen' || reason === 'missing')) return null;
  return { status, reason, message };
}

/** Everything that is not well, worst service first. */
export function issuesOf({ services, machine }: Outcome): Issue[] {
  return [...services, ...(machine === undefined ? [] : [machine])].flatMap(({ service, own, checks }) => {
    const bad = checks.filter(({ status }) => status !== 'healthy');
    const issues = bad.map(({ name, status, message }) => ({ service, check: name, status, message: message ?? '' }));
    if (own === null || own.status === 'healthy') return issues;
    // A report that is bad for reasons that none of its checks tells, or that is stale, cannot be read and the like.
    const explained =
      own.reason === 'reported' && bad.some(({ part, status }) => part === 'services' && status === own.status);
    return explained ? issues : [{ service, check: own.reason, status: own.status, message: own.message }, ...issues];
  });
}

/** The worst of it all; with nothing to look at, nothing is known. */
export function statusOf({ services, machine }: Outcome): HealthStatus {
  return worstOfSystem([...services, ...(machine === undefined ? [] : [machine])].map(({ status }) => status));
}

/** A number that the machine's checks have measured, the largest where there are several; null where there is none. */
export function measured({ machine }: Outcome, key: string): number | null {
  const values = (machine?.checks ?? []).flatMap(({ metadata }) => {
    const value = metadata[key];
    return typeof value === 'number' ? [value] : [];
  });
  return values.length === 0 ? null : Math.max(...values);
}
