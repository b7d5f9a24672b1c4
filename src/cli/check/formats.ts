import type { HealthReport } from '../../shared/health-report.ts';
import type { CheckResult } from '../../shared/service-status.ts';
import { countStatuses, type HealthStatus } from '../../shared/status.ts';
import { formatCounts, plural } from '../../shared/text.ts';
import { printable } from '../terminal-text.ts';
import { type Issue, issuesOf, measured, type Outcome, type Part, type ServiceOutcome, statusOf } from './outcome.ts';

/** What `check` prints as JSON. */
export interface CheckJson {
  /* Of the installation's script (COMPATIBILITY, "Health check script"). */
  timestamp: string;
  project: string;
  deployment_mode: string;
  health_summary: HealthReport;
  services: Record<string, HealthStatus>;
  zmq_endpoints: Record<string, HealthStatus>;
  resources: { memory_percent: number | null; disk_percent: number | null; cpu_percent: number | null };
  processes: Record<string, { active_state: string; sub_state: string; pid: number; restart_count: number }>;
  issues: { check: string; status: HealthStatus; message: string }[];
  /* Ours. */
  status: HealthStatus;
  /** How the deployment mode was found, in a sentence. */
  deployment_reason: string;
  /** HTTP and TCP checks, by service and name. */
  http: Record<string, HealthStatus>;
  /** Everything that was looked at, by service. */
  checks: Record<
    string,
    { check: string; status: HealthStatus; message: string | null; metadata: CheckResult['metadata'] }[]
  >;
  /** What is wrong with the settings or a folder. */
  troubles: readonly string[];
}

/**
 * In the shape of the installation's health check script, with fields of our own behind it.
 *
 * @param timestamp naive local time, as the script writes it.
 */
export function checkJson(outcome: Outcome, timestamp: string, summary: HealthReport): CheckJson {
  const { services, machine, deployment, troubles } = outcome;
  return {
    timestamp,
    project: outcome.project,
    deployment_mode: deployment?.mode ?? 'processes',
    health_summary: summary,
    services: Object.fromEntries(services.filter(isService).map(({ service, status }) => [service, status])),
    zmq_endpoints: statuses(services, 'zmq', (_service, name) => name.replace(/^zmq /, '')),
    resources: {
      memory_percent: measured(outcome, 'memory_percent'),
      disk_percent: measured(outcome, 'disk_percent'),
      cpu_percent: measured(outcome, 'cpu_percent'),
    },
    processes: Object.fromEntries(services.flatMap(processOf)),
    issues: issuesOf(outcome).map(({ service, check, status, message }) => ({
      check: `${service}: ${check}`,
      status,
      message,
    })),
    status: statusOf(outcome),
    deployment_reason: deployment?.why ?? '',
    http: statuses(services, 'http', (service, name) => `${service}: ${name}`),
    checks: Object.fromEntries(
      [...services, ...(machine === undefined ? [] : [machine])].map(({ service, checks }) => [
        service,
        checks.map(({ name, status, message, metadata }) => ({ check: name, status, message, metadata })),
      ]),
    ),
    troubles,
  };
}

/** Whether more of it was looked at than an endpoint or an address. */
function isService({ own, checks }: ServiceOutcome): boolean {
  return own !== null || checks.some(({ part }) => part === 'processes' || part === 'services');
}

function statuses(
  services: readonly ServiceOutcome[],
  wanted: Part,
  called: (service: string, name: string) => string,
): Record<string, HealthStatus> {
  return Object.fromEntries(
    services.flatMap(({ service, checks }) =>
      checks.filter(({ part }) => part === wanted).map(({ name, status }) => [called(service, name), status]),
    ),
  );
}

function processOf({ service, checks, restartCount }: ServiceOutcome): [string, CheckJson['processes'][string]][] {
  const found = checks.find(({ name, part }) => part === 'processes' && (name === 'unit' || name === 'process'));
  if (found === undefined) return [];
  const { active_state, sub_state, pid, restart_count } = found.metadata;
  const runs = found.status === 'healthy' || found.status === 'warning';
  return [
    [
      service,
      {
        active_state: typeof active_state === 'string' ? active_state : runs ? 'active' : 'failed',
        sub_state: typeof sub_state === 'string' ? sub_state : runs ? 'running' : 'dead',
        pid: typeof pid === 'number' ? pid : 0,
        restart_count: typeof restart_count === 'number' ? restart_count : restartCount,
      },
    ],
  ];
}

/** For a person at a terminal: everything that was looked at, worst first. */
export function checkText(outcome: Outcome): string {
  const { services, machine, deployment } = outcome;
  const all = [...services, ...(machine === undefined ? [] : [machine])];
  const counts = countStatuses(all.map(({ status }) => status));
  const issues = issuesOf(outcome);
  const well = all.filter(({ service }) => !issues.some((issue) => issue.service === service));
  const lines = [
    ...(deployment === null ? [] : [deployment.why]),
    ...issues.map(issueLine),
    ...well.map(({ service, message, checks }) => {
      const seen = checks
        .filter(({ part }) => part !== 'services')
        .map((check) => `${check.name}: ${check.message ?? ''}`);
      return `HEALTHY  ${service}  ${seen.length === 0 ? message : seen.join(' · ')}`;
    }),
    all.length === 0
      ? 'UNKNOWN: nothing was found to look at. Name services with --services.'
      : `${statusOf(outcome).toUpperCase()}: ${formatCounts(counts)}.`,
  ];
  return lines.map(printable).join('\n');
}

function issueLine({ service, check, status, message }: Issue): string {
  return `${status.toUpperCase().padEnd(7)}  ${service}  ${check}: ${message}`;
}

const NAGIOS: Readonly<Record<HealthStatus, string>> = {
  healthy: 'OK',
  warning: 'WARNING',
  error: 'CRITICAL',
  fatal: 'CRITICAL',
  unknown: 'UNKNOWN',
};

/** As much of the text as Nagios and its kin keep, and as fits a pager. */
const NAGIOS_TEXT = 500;

/** One line for Nagios and what takes after it: status, what is wrong, and performance data behind the bar. */
export function checkNagios(outcome: Outcome): string {
  const { services, machine, thresholds } = outcome;
  const issues = issuesOf(outcome);
  const worst = issues.find(({ status }) => status === statusOf(outcome)) ?? issues[0];
  const more = issues.length > 1 ? ` (and ${plural(issues.length - 1, 'other issue')})` : '';
  const well = services.length === 0 && machine === undefined ? 'nothing was found to look at' : 'all is well';
  const said = worst === undefined ? well : `${worst.service} ${worst.check}: ${worst.message}`;
  const percent = (label: 'memory' | 'cpu' | 'disk', value: number | null): string[] => {
    const { warning, error } = thresholds[label];
    // Nothing stands for no limit.
    const limits = [warning, error].map((limit) => (Number.isFinite(limit) ? String(limit) : '')).join(';');
    return value === null ? [] : [`${label}=${value.toFixed(1)}%;${limits};0;100`];
  };
  const data = [
    `services=${services.length}`,
    `issues=${issues.length}`,
    ...percent('memory', measured(outcome, 'memory_percent')),
    ...percent('cpu', measured(outcome, 'cpu_percent')),
    ...percent('disk', measured(outcome, 'disk_percent')),
  ].join(' ');
  // A bar would end the text, and a line end the line.
  const text = printable(said.replaceAll('|', '/').replace(/\s+/g, ' ')).slice(0, NAGIOS_TEXT);
  return `HEALTH ${NAGIOS[statusOf(outcome)]} - ${text}${more} | ${data}`;
}
