import type { MessageCheck, MessageEvent, MessageService } from '../../../shared/notification-message.ts';
import type { JsonValue } from '../../../shared/json.ts';
import type { CheckResult, ServiceStatus } from '../../../shared/service-status.ts';
import { type HealthStatus, SYSTEM_ORDER, worstOfSystem } from '../../../shared/status.ts';
import { formatNaiveLocal } from '../../../shared/timestamp.ts';
import type { ServiceState } from './service-state.ts';

const FAILING = 10;
const TEXT_LENGTH = 2000;
/** A report that says more than this is sent without the metadata of its checks. */
const REPORT_LENGTH = 64 * 1024;

/** What a message says of a service, from its state and what the engine knows of it. */
export function newsOf(
  event: MessageEvent,
  state: ServiceState,
  service: ServiceStatus,
  { from, tags, now }: { from: HealthStatus | null; tags: readonly string[]; now: number },
): MessageService {
  const { incident, missed } = state;
  const over = event === 'passed' ? missed : null;
  return {
    service: service.service,
    name: cut(service.name),
    host: service.host,
    event,
    from,
    status: state.status,
    worst: over?.worst ?? worstOfSystem([state.status, incident?.worst ?? 'healthy', from ?? 'healthy']),
    reason: state.reason,
    message: cut(state.message),
    at: over?.to ?? (event === 'reminder' || event === 'escalated' || event === 'flapping' ? now : state.since),
    openedAt: over?.from ?? incident?.openedAt ?? null,
    incident: over?.id ?? incident?.id ?? null,
    tags: [...tags],
    latest: latestOf(service.checks),
    failing: failingOf(service.checks),
    report: reportOf(service),
  };
}

function checkOf({ name, status, message }: CheckResult): MessageCheck {
  return { name: cut(name), status, message: message === null ? null : cut(message) };
}

function latestOf(checks: readonly CheckResult[]): MessageCheck | null {
  const latest = checks.reduce<CheckResult | undefined>(
    (last, check) => (last === undefined || (check.at ?? 0) >= (last.at ?? 0) ? check : last),
    undefined,
  );
  return latest === undefined ? null : checkOf(latest);
}

function failingOf(checks: readonly CheckResult[]): MessageCheck[] {
  return checks
    .filter(({ status }) => status !== 'healthy')
    .sort((a, b) => SYSTEM_ORDER[b.status] - SYSTEM_ORDER[a.status])
    .slice(0, FAILING)
    .map(checkOf);
}

/** The health file's fields as the Python services name them (COMPATIBILITY, "On the wire"). */
function reportOf(service: ServiceStatus): Record<string, JsonValue> {
  const time = (at: number | null): string | null => (at === null ? null : formatNaiveLocal(at));
  const report = (withMetadata: boolean): Record<string, JsonValue> => ({
    service_name: cut(service.name),
    overall_status: service.status,
    checks: service.checks.slice(0, 50).map(({ name, status, message, at, metadata }) => ({
      name: cut(name),
      status,
      message: message === null ? null : cut(message),
      timestamp: time(at),
      metadata: withMetadata ? metadata : {},
    })),
    last_updated: time(service.reportedAt),
    last_check: time(service.lastCheck),
    uptime: service.uptime,
    restart_count: service.restartCount,
    error_count: service.errorCount,
    ...(service.messagesSent === null ? {} : { messages_sent: service.messagesSent }),
    ...(service.messagesReceived === null ? {} : { messages_received: service.messagesReceived }),
  });
  const whole = report(true);
  return JSON.stringify(whole).length <= REPORT_LENGTH ? whole : report(false);
}

function cut(text: string): string {
  return text.length <= TEXT_LENGTH ? text : `${text.slice(0, TEXT_LENGTH)}…`;
}

/** What there is to say of a service that is gone for good. */
export function goneService(service: string, message: string, now: number): ServiceStatus {
  return {
    service,
    name: service,
    host: '',
    file: '',
    status: 'unknown',
    reason: 'missing',
    fault: null,
    message,
    since: now,
    lastCheck: null,
    reportedAt: null,
    uptime: null,
    errorCount: 0,
    restartCount: 0,
    messagesSent: null,
    messagesReceived: null,
    expected: false,
    checkCount: 0,
    pid: null,
    startedAt: null,
    crashLoop: false,
    lastRestart: null,
    stopped: null,
    group: null,
    instance: null,
    checks: [],
    restarts: [],
  };
}

/** What ends an incident carries that incident's id and times, though the service has none any more. */
export function endOf(state: ServiceState, event: MessageEvent, tellTo: readonly string[]): Partial<MessageService> {
  if (event !== 'recovered' || state.incident !== null) return {};
  const told = tellTo.map((handler) => state.told[handler]).filter((one) => one !== undefined);
  const [first] = told;
  if (first === undefined) return {};
  return {
    incident: first.incident,
    openedAt: Math.min(...told.map((one) => one.openedAt)),
    worst: worstOfSystem(told.map((one) => one.worst)),
  };
}
