import type { Thresholds } from '../../shared/check-settings.ts';
import type { DeploymentState } from '../../shared/check-state.ts';
import type { Finding } from '../../shared/checks/check.ts';
import type { Clock } from '../../shared/clock.ts';
import { plural } from '../../shared/text.ts';
import { findDeployment } from './deployment.ts';
import type { CheckContext } from './probe.ts';
import type { RunningProcess } from './processes.ts';
import type { Found, Job } from './scheduler.ts';
import { findServiceUnits, type ServiceUnit } from './service-units.ts';
import type { Systemd } from './systemd.ts';
import { judgeUnit } from './unit-judge.ts';

/** The service that the machine's own resources are checks of. */
export const MACHINE = 'machine';
/** The jobs' keys. */
export const HOST_JOB = 'host';
const MACHINE_JOB = 'machine';
const ZMQ_JOB = 'zmq';

/** How long what was found out of the deployment holds, in ms: it is asked for again then. */
const DEPLOYMENT_HOLDS = 60_000;
const HOST_LIMIT = 10_000;
/** The endpoints of the installation and who serves them (COMPATIBILITY, "Health check script"). */
const ENDPOINTS = [
  { name: 'zmq events', endpoint: 'tcp://localhost:5555', service: 'core' },
  { name: 'zmq depth', endpoint: 'tcp://localhost:5556', service: 'core' },
] as const;
/** The project that these endpoints are of. */
const ENDPOINTS_OF = 'experimance';

/** What host checks need of the machine and the monitor. */
export interface HostChecksOptions {
  clock: Clock;
  platform: NodeJS.Platform;
  /** Whether systemd is the init that runs. */
  booted: () => boolean;
  /** The units of the system, and those of the user who runs this, where there are any. */
  system: Systemd;
  user?: Systemd | undefined;
  /** The services that are known, without those of further folders. */
  services: () => readonly string[];
  /** Those of them that must run. */
  expected: () => readonly string[];
  /** Whether a service said that it stops. */
  hasStopped: (service: string) => boolean;
  /** The processes of each of these services, by the installation's rule. */
  processesOf: (
    services: readonly string[],
    signal: AbortSignal,
  ) => Promise<ReadonlyMap<string, readonly RunningProcess[]>>;
  /** How this machine is. */
  machine: (context: CheckContext, thresholds: Thresholds) => Promise<readonly Found[]>;
  /** Looks at one ZeroMQ endpoint. */
  zmq: (endpoint: string, context: CheckContext) => Promise<Finding>;
}

export interface HostSettings {
  active_checks: boolean;
  deployment: 'auto' | 'systemd' | 'processes';
  project: string;
  thresholds: Thresholds;
}

interface Deployment {
  state: DeploymentState;
  at: number;
}

/** What is looked at without being set up: the project's units or processes, its ZeroMQ endpoints, and the machine. */
export class HostChecks {
  #settings: HostSettings | undefined;
  /** Seconds. */
  #interval = 30;
  #deployment: Deployment | undefined;
  /** How often each unit had been restarted at the last look. */
  #restarts = new Map<string, number>();
  /** Services whose process was seen. */
  readonly #seen = new Set<string>();
  #running = new Map<string, readonly { pid: number; start: number | undefined }[]>();
  #allEndpoints = false;
  /** The look that goes on or was the last; undefined before the first. */
  #looking: Promise<Found[]> | undefined;

  constructor(private readonly options: HostChecksOptions) {}

  /**
   * @param interval seconds between two looks.
   * @param options `allEndpoints`: those of the installation are looked at wherever their services are.
   */
  configure(settings: HostSettings, interval: number, { allEndpoints = false } = {}): void {
    this.#allEndpoints = allEndpoints;
    const before = this.#settings;
    if (before?.project !== settings.project || before.deployment !== settings.deployment) this.#deployment = undefined;
    this.#settings = settings;
    this.#interval = interval;
  }

  /** How services run here; null until it was found out, or where nothing is looked at. */
  deployment(): DeploymentState | null {
    return this.#settings?.active_checks === true ? (this.#deployment?.state ?? null) : null;
  }

  /** The processes that run for services, to be watched closer than they are looked for. */
  watched(): { service: string; pid: number; start: number | undefined }[] {
    return [...this.#running].flatMap(([service, processes]) => processes.map((one) => ({ service, ...one })));
  }

  jobs(): Job[] {
    const interval = this.#interval * 1_000;
    return [
      { key: HOST_JOB, interval, timeLimit: HOST_LIMIT, about: [], run: (context) => this.look(context) },
      {
        key: MACHINE_JOB,
        interval,
        timeLimit: HOST_LIMIT,
        about: [{ service: MACHINE, name: 'machine' }],
        run: (context) => this.#machine(context),
      },
      { key: ZMQ_JOB, interval, timeLimit: HOST_LIMIT, about: [], run: (context) => this.#endpoints(context) },
    ];
  }

  /** Looks at units or processes once. */
  look(context: CheckContext): Promise<Found[]> {
    this.#looking = this.#look(context);
    return this.#looking;
  }

  async #look({ now, signal }: CheckContext): Promise<Found[]> {
    const settings = this.#settings;
    if (settings === undefined) return [];
    const known = this.#deployment;
    const holds = known !== undefined && now >= known.at && now - known.at < DEPLOYMENT_HOLDS;
    if (holds && known.state.mode === 'processes') return this.#processes(signal);
    // One look at the units is both: how services run here, and how they are.
    let units: ReadonlyMap<string, ServiceUnit> = new Map();
    let failure: unknown;
    const state = await findDeployment({
      wanted: settings.deployment,
      platform: this.options.platform,
      project: settings.project,
      booted: this.options.booted(),
      servicesWithUnits: async () => {
        units = await findServiceUnits(this.options, this.#candidates(), settings.project).catch((error: unknown) => {
          failure = error;
          throw error;
        });
        return [...units].filter(([, unit]) => isOfProject(unit, settings.project)).map(([service]) => service);
      },
    });
    // Systemd that gives no answer for once is no reason to look for processes in its place.
    if (failure !== undefined && known?.state.mode === 'systemd') return this.#unanswered(failure);
    this.#deployment = { state, at: now };
    return state.mode === 'systemd' ? this.#units(units, now) : this.#processes(signal);
  }

  #unanswered(error: unknown): Found[] {
    const reason = error instanceof Error ? error.message : String(error);
    const finding: Finding = { status: 'unknown', message: `systemd does not answer: ${reason}`, metadata: {} };
    return [...this.#restarts.keys()].map((service) => ({ service, name: 'unit', finding }));
  }

  #candidates(): string[] {
    return [...new Set([...this.options.expected(), ...this.options.services()])];
  }

  #units(units: ReadonlyMap<string, ServiceUnit>, now: number): Found[] {
    const expected = new Set(this.options.expected());
    const before = this.#restarts;
    this.#restarts = new Map([...units].map(([service, { restarts }]) => [service, restarts]));
    this.#running = new Map(
      [...units].filter(([, { pid }]) => pid > 0).map(([service, { pid }]) => [service, [{ pid, start: undefined }]]),
    );
    return [...units].flatMap(([service, unit]) => {
      const finding = judgeUnit(unit, {
        expected: expected.has(service) && !this.options.hasStopped(service),
        restartsBefore: before.get(service),
        now,
      });
      return finding === undefined ? [] : [{ service, name: 'unit', finding }];
    });
  }

  async #processes(signal: AbortSignal): Promise<Found[]> {
    const services = this.#candidates();
    const found = await this.options.processesOf(services, signal);
    this.#running = new Map(
      [...found].flatMap(([service, processes]) => {
        const alive = processes.filter(({ zombie }) => !zombie);
        return alive.length === 0 ? [] : [[service, alive] as const];
      }),
    );
    return services.flatMap((service) => {
      const finding = this.#judgeProcesses(service, found.get(service) ?? []);
      return finding === undefined ? [] : [{ service, name: 'process', finding }];
    });
  }

  /** Nothing is said of a service whose process was never seen: it may run elsewhere, or be called otherwise. */
  #judgeProcesses(service: string, processes: readonly RunningProcess[]): Finding | undefined {
    const alive = processes.filter(({ zombie }) => !zombie);
    const [first] = alive;
    if (first !== undefined) {
      this.#seen.add(service);
      const memory = alive.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
      const message = `${plural(alive.length, 'process runs', 'processes run')} (${alive.map(({ pid }) => pid).join(', ')}).`;
      return {
        status: 'healthy',
        message,
        metadata: { pid: first.pid, processes: alive.length, memory_bytes: memory },
      };
    }
    const [zombie] = processes;
    if (zombie !== undefined) {
      const message = `Its process (${zombie.pid}) has ended and is a zombie: its parent has not taken notice.`;
      return { status: 'fatal', message, metadata: { pid: zombie.pid } };
    }
    if (!this.#seen.has(service)) return undefined;
    if (this.options.hasStopped(service)) {
      this.#seen.delete(service);
      return undefined;
    }
    return {
      status: 'fatal',
      message: 'Its process has ended without saying so. Look into its log, and start it again.',
      metadata: {},
    };
  }

  async #machine(context: CheckContext): Promise<readonly Found[]> {
    return this.#settings === undefined ? [] : this.options.machine(context, this.#settings.thresholds);
  }

  /** The installation's endpoints, only where whoever serves them runs here or must run. */
  async #endpoints(context: CheckContext): Promise<Found[]> {
    if (this.#settings?.project !== ENDPOINTS_OF) return [];
    // At the very first look nobody knows yet who runs. That it fails is told where its findings are.
    await (this.#looking ?? this.look(context)).catch(() => []);
    const expected = this.options.expected();
    const served = ENDPOINTS.filter(
      ({ service }) => this.#allEndpoints || this.#running.has(service) || expected.includes(service),
    );
    return Promise.all(
      served.map(async ({ name, endpoint, service }) => ({
        service,
        name,
        finding: await this.options.zmq(endpoint, context),
      })),
    );
  }
}

/** A unit of the project; that one of a service's plain name is there proves nothing. */
function isOfProject({ unit, load, names }: ServiceUnit, project: string): boolean {
  return load !== 'not-found' && [unit, ...names].some((name) => name.endsWith(`@${project}.service`));
}
