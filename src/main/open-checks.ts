import { hostname } from 'node:os';
import { isAlive } from '../reporter/process-identity.ts';
import type { ActionOutcome, DeploymentState } from '../shared/check-state.ts';
import type { Clock } from '../shared/clock.ts';
import type { Settings } from '../shared/settings.ts';
import { checkCalls, type CheckCalls, secretOwner } from './check-calls.ts';
import { Actions, runProgram } from './checks/actions.ts';
import { ActiveChecks, type JobKind, type Looked } from './checks/active-checks.ts';
import { HOST_JOB, HostChecks, MACHINE } from './checks/host-checks.ts';
import { Machine } from './checks/machine.ts';
import { createProcessTable } from './checks/process-table.ts';
import { ProcessFinder } from './checks/processes.ts';
import { prepareCheck } from './checks/probes.ts';
import { systemdRuns, userUnitsRun } from './checks/service-units.ts';
import { runnable } from './checks/runnable.ts';
import type { ServicePid } from './checks/suggestions.ts';
import { systemClocks } from './checks/system-clocks.ts';
import type { Monitor } from './monitor.ts';
import type { SecretStore } from './notifications/secrets.ts';
import { checksOf } from './settings/edit.ts';
import type { Loaded } from './settings/load.ts';
import type { Places } from './settings/places.ts';

/** Looking at services from outside, as a program that runs on does it. */
export interface Checks {
  calls: CheckCalls;
  /** What may be done to services, for the tray. */
  actions: Pick<Actions, 'offered' | 'run'>;
  /** How services run here; null until it was found out. */
  deployment(): DeploymentState | null;
  /**
   * Looks at everything of the wanted kinds once, and has the monitor judge it.
   *
   * @param options `allEndpoints`: those of the installation are looked at wherever their services are.
   */
  once(wanted: (kind: JobKind) => boolean, options?: { allEndpoints?: boolean }): Promise<Looked[]>;
}

export interface OpenedChecks extends Checks {
  /** The settings were read again; also the first time. */
  configure(): void;
}

export interface OpenChecksOptions {
  clock: Clock;
  monitor: Monitor;
  places: Places;
  secrets: SecretStore;
  /** The settings in force. */
  settings(): Settings;
  loaded(): Loaded;
  reload(): void;
  /** Told of every quick action that was carried out. */
  onAction: (service: string, label: string, outcome: ActionOutcome) => void;
}

/** systemd answers within milliseconds, or hangs. */
const SYSTEMCTL_LIMIT = 5_000;

/** Connects the monitor with active checks and quick actions. */
export function openChecks(options: OpenChecksOptions): OpenedChecks {
  const { clock, monitor, places, secrets, settings, loaded, reload, onAction } = options;
  const host = hostChecks(options);
  const active = new ActiveChecks({
    clock,
    host: hostname(),
    random: Math.random,
    prepare: (entry) => runnable(entry, (field) => secrets.get(secretOwner(entry.id), field)),
    onObservations: (observations) => monitor.observe(observations),
    processes: () => monitor.processes(),
    isAlive,
    hostJobs: () => host.jobs(),
    watched: () => host.watched(),
    whenGone: HOST_JOB,
  });
  const actions = new Actions({ now: () => clock.monotonic(), run: runProgram, onDone: onAction });
  monitor.attach({
    now: () => active.now(),
    suspended: () => active.suspended(),
    resumed: () => active.resumed(),
    close: () => active.close(),
  });
  const processes = (): ServicePid[] => [
    ...host.watched(),
    ...monitor.processes().filter((one) => one.host === hostname()),
  ];
  return {
    actions: { offered: (service) => actions.offered(service), run: (service, id) => actions.run(service, id) },
    calls: checkCalls({
      active,
      host,
      actions,
      secrets,
      processes,
      clock,
      settingsFile: places.settingsFile,
      loaded,
      reload,
    }),
    deployment: () => host.deployment(),
    async once(wanted, options) {
      host.configure(checksOf(settings()), settings().check_interval, options);
      return active.once(settings(), wanted);
    },
    configure() {
      const checks = checksOf(settings());
      actions.configure(checks);
      host.configure(checks, settings().check_interval);
      active.configure(checks);
    },
  };
}

function hostChecks({ clock, monitor, settings }: OpenChecksOptions): HostChecks {
  const machine = new Machine();
  const systemd = { run: runProgram, timeLimit: SYSTEMCTL_LIMIT, clocks: systemClocks };
  const processes = new ProcessFinder({ list: createProcessTable(), now: () => clock.monotonic() });
  return new HostChecks({
    clock,
    platform: process.platform,
    booted: systemdRuns,
    system: { ...systemd, user: false },
    user: userUnitsRun(process.env) ? { ...systemd, user: true } : undefined,
    // Those of further folders are of other installations.
    services: () =>
      monitor
        .snapshot()
        .services.map(({ service }) => service)
        .filter((service) => service !== MACHINE && !service.includes('/')),
    expected: () => settings().expected_services,
    hasStopped(service) {
      const status = monitor.service(service);
      // The Python services say so by a check (COMPATIBILITY, "Health file"), ours by the end of the run as well.
      return status?.stopped?.clean === true || status?.checks.at(-1)?.name === 'service_stopped';
    },
    processesOf: (services) =>
      processes.ofServices(
        services,
        monitor.processes().filter(({ host }) => host === hostname()),
      ),
    machine: (context, thresholds) => machine.look(context, thresholds),
    async zmq(endpoint, context) {
      const check = prepareCheck('zmq', { endpoint });
      if (typeof check === 'function') return check(context);
      return { status: 'unknown', message: `${endpoint} cannot be looked at.`, metadata: {} };
    },
  });
}
