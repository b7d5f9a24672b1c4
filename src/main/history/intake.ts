import type { CheckResult, ServiceStatus, ServiceSummary, Transition } from '../../shared/service-status.ts';

/*
 * What of a service goes into the history. It runs on the monitor's own thread, so it looks at no more than it must.
 */

/** Longer messages are cut, in UTF-16 units. */
const LONGEST_MESSAGE = 2000;
const LATEST = 8.64e15;

/** A moment that can be written, whatever a clock said. @param now instead of no number at all. */
export function momentOf(at: number, now: number): number {
  const time = Number.isFinite(at) ? at : now;
  return Math.min(LATEST, Math.max(0, Math.round(Number.isFinite(time) ? time : 0)));
}

/** A transition within its bounds. */
export function boundedTransition(transition: Transition, now: number): Transition {
  const { message } = transition;
  return {
    ...transition,
    at: momentOf(transition.at, now),
    message: message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE - 1)}…` : message,
  };
}

const MOST_CHECKS = 60;
const LONGEST_CHECK = 500;
const LARGEST_METADATA = 2000;

/** The checks behind a service, as a JSON document of at most some 150 KB. */
export function checksOf({ checks }: ServiceStatus): string {
  const kept = checks.slice(0, MOST_CHECKS).map((check): CheckResult => {
    const message = check.message?.slice(0, LONGEST_CHECK) ?? null;
    const metadata = JSON.stringify(check.metadata).length > LARGEST_METADATA ? {} : check.metadata;
    return { ...check, name: check.name.slice(0, LONGEST_CHECK), message, metadata };
  });
  return JSON.stringify(kept);
}

/** So many changes of one service in a row have their checks kept, then one for each interval, in ms. */
const IN_A_ROW = 10;
const THEN_EVERY = 60_000;

/** Keeps a service that flaps from filling the disk with checks. */
export class CheckAllowance {
  readonly #left = new Map<string, { count: number; at: number }>();

  /** Whether the checks of one more change may be kept. */
  take(service: string, at: number): boolean {
    const left = this.#left.get(service) ?? { count: IN_A_ROW, at };
    const passed = Math.max(0, at - left.at);
    const count = Math.min(IN_A_ROW, left.count + passed / THEN_EVERY);
    const allowed = count >= 1;
    this.#left.set(service, { count: allowed ? count - 1 : count, at });
    return allowed;
  }

  forget(service: string): void {
    this.#left.delete(service);
  }
}

/** Of one service; more is not sampled. */
const MOST_METRICS = 60;
const LONGEST_METRIC = 300;
/** The shortest time between two samples of a service, in ms. */
const SAMPLE_EVERY = 10_000;
/** A longer time between two reports is no interval, in s: the service did not run. */
const LONGEST_INTERVAL = 86_400;

export type SampledValues = [metric: string, value: number][];

interface Reported {
  /** The `lastCheck` of its last report. */
  lastCheck: number | null;
  /** Between the reports since it was sampled last: how many times, and seconds in all. */
  count: number;
  seconds: number;
  /** When it was sampled last, and the `lastCheck` of that report. */
  sampledAt: number | null;
  sampled: number | null;
}

/** Takes the numbers out of reports, of each report once. */
export class Sampler {
  readonly #services = new Map<string, Reported>();

  /** Services have reported, or may have. */
  reported(services: Iterable<Pick<ServiceSummary, 'service' | 'lastCheck'>>): void {
    for (const { service, lastCheck } of services) {
      const known = this.#of(service);
      if (lastCheck === null || lastCheck === known.lastCheck) continue;
      const seconds = known.lastCheck === null ? 0 : (lastCheck - known.lastCheck) / 1000;
      known.lastCheck = lastCheck;
      if (seconds <= 0 || seconds >= LONGEST_INTERVAL) continue;
      known.count += 1;
      known.seconds += seconds;
    }
  }

  /** Undefined where there is nothing new to sample. @param at milliseconds since the epoch. */
  take(status: ServiceStatus, at: number): SampledValues | undefined {
    this.reported([status]);
    const known = this.#of(status.service);
    const { sampledAt, count, seconds } = known;
    // What is not of a fresh report has been sampled, or is not known.
    if (status.reason !== 'reported') return undefined;
    if (sampledAt !== null && status.lastCheck !== null && known.sampled === status.lastCheck) return undefined;
    if (sampledAt !== null && at >= sampledAt && at < sampledAt + SAMPLE_EVERY) return undefined;
    Object.assign(known, { sampledAt: at, sampled: status.lastCheck, count: 0, seconds: 0 });
    return valuesOf(status, count === 0 ? null : Math.round((seconds / count) * 1000) / 1000);
  }

  forget(service: string): void {
    this.#services.delete(service);
  }

  #of(service: string): Reported {
    let known = this.#services.get(service);
    if (known === undefined) {
      known = { lastCheck: null, count: 0, seconds: 0, sampledAt: null, sampled: null };
      this.#services.set(service, known);
    }
    return known;
  }
}

function valuesOf(status: ServiceStatus, interval: number | null): SampledValues {
  const own: [string, number | null][] = [
    ['errors', status.errorCount],
    ['restarts', status.restartCount],
    ['uptime', status.uptime],
    ['messages_sent', status.messagesSent],
    ['messages_received', status.messagesReceived],
    ['report_interval', interval],
  ];
  const values: SampledValues = [];
  const add = (metric: string, value: unknown): void => {
    if (typeof value !== 'number' || !Number.isFinite(value)) return;
    if (values.length < MOST_METRICS && metric.length <= LONGEST_METRIC) values.push([metric, value]);
  };
  for (const [metric, value] of own) add(metric, value);
  for (const { name, metadata } of status.checks) {
    for (const [key, value] of Object.entries(metadata)) add(`${name}/${key}`, value);
  }
  return values;
}
