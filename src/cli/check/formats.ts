import type { HealthReport } from '../../shared/health-report.ts';
import type { CheckResult } from '../../shared/service-status.ts';
import type { HealthStatus } from '../../shared/status.ts';
import { countStatuses } from '../../shared/status.ts';
import { formatCounts, plural } from '../../shared/text.ts';
import { printable } from '../terminal-text.ts';
import { fullestDisk, type Issue, issuesOf, measured, type Outcome, partOf, statusOf } from './outcome.ts';

/** Seconds of a timestamp of ours are UTC; those of the installation's script are local and have no zone. */
export interface CheckJson {
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
  deployment_reason: string;
  http: Record<string, HealthStatus>;
  checks: Record<
    string,
    { check: string; status: HealthStatus; message: string | null; metadata: CheckResult['metadata'] }[]
  >;
  troubles: readonly string[];
}

const MACHINE = 'machine';

/**
 * In the shape of the installation's health check script (COMPATIBILITY, "Health check script"), with fields of our own behind
 * it.
 *
 * @param timestamp naive local time, as the script writes it.
 */
export function checkJson(outcome: Outcome, timestamp: string, summary: HealthReport): CheckJson {
  const services = outcome.services.filter(({ service }) => service !== MACHINE);
  const of = (part: string): Record<string, HealthStatus> =>
    Object.fromEntries(
      services.flatMap(({ service, checks }) =>
        checks
          .filter(({ name }) => partOf(outcome, service, name) === part)
          .map(({ name, status }) => [part === 'zmq' ? name.replace(/^zmq /, '') : `${service} ${name}`, status]),
      ),
    );
  return {
    timestamp,
    project: outcome.project,
    deployment_mode: outcome.deployment?.mode ?? 'processes',
    health_summary: summary,
    services: Object.fromEntries(services.map(({ service, status }) => [service, status])),
    zmq_endpoints: of('zmq'),
    resources: {
      memory_percent: measured(outcome, 'memory', 'memory_percent'),
      disk_percent: fullestDisk(outcome),
      cpu_percent: measured(outcome, 'cpu', 'cpu_percent'),
    },
    processes: Object.fromEntries(services.flatMap(({ service, checks }) => processOf(service, checks))),
    issues: issuesOf(outcome).map(({ service, check, status, message }) => ({
      check: `${service}: ${check}`,
      status,
      message,
    })),
    status: statusOf(outcome),
    deployment_reason: outcome.deployment?.why ?? '',
    http: of('http'),
    checks: Object.fromEntries(
      outcome.services.map(({ service, checks }) => [
        service,
        checks.map(({ name, status, message, metadata }) => ({ check: name, status, message, metadata })),
      ]),
    ),
    troubles: outcome.troubles,
  };
}

function processOf(service: string, checks: readonly CheckResult[]): [string, CheckJson['processes'][string]][] {
  const found = checks.find(({ name }) => name === 'unit' || name === 'process');
  if (found === undefined) return [];
  const { active_state, sub_state, pid, restart_count } = found.metadata;
  const runs = found.status === 'healthy';
  return [
    [
      service,
      {
        active_state: typeof active_state === 'string' ? active_state : runs ? 'active' : 'failed',
        sub_state: typeof sub_state === 'string' ? sub_state : runs ? 'running' : 'dead',
        pid: typeof pid === 'number' ? pid : 0,
        restart_count: typeof restart_count === 'number' ? restart_count : 0,
      },
    ],
  ];
}

/** For a person at a terminal. */
export function checkText(outcome: Outcome): string {
  const status = statusOf(outcome);
  const counts = countStatuses(outcome.services.map((service) => service.status));
  const issues = issuesOf(outcome);
  const lines = [
    ...outcome.troubles,
    ...(outcome.deployment === null ? [] : [outcome.deployment.why]),
    ...issues.map(issueLine),
    `${status.toUpperCase()}: ${plural(outcome.services.length, 'service')}${outcome.services.length === 0 ? '' : `, ${formatCounts(counts)}`}.`,
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

/** One line for Nagios and what takes after it: status, what is wrong, and performance data behind the bar. */
export function checkNagios(outcome: Outcome): string {
  const issues = issuesOf(outcome);
  const [first] = issues;
  const more = issues.length > 1 ? ` (and ${plural(issues.length - 1, 'other issue')})` : '';
  const said =
    first === undefined
      ? `${plural(outcome.services.length, 'service')} healthy`
      : `${first.service} ${first.check}: ${first.message}${more}`;
  const percent = (label: string, value: number | null): string[] =>
    value === null ? [] : [`${label}=${value.toFixed(1)}%`];
  const data = [
    `services=${outcome.services.length}`,
    `issues=${issues.length}`,
    ...percent('memory', measured(outcome, 'memory', 'memory_percent')),
    ...percent('cpu', measured(outcome, 'cpu', 'cpu_percent')),
    ...percent('disk', fullestDisk(outcome)),
  ].join(' ');
  // A bar would end the text, and a line end the line.
  const text = printable(said.replaceAll('|', '/').replace(/\s+/g, ' '));
  return `HEALTH ${NAGIOS[statusOf(outcome)]} - ${text} | ${data}`;
}
