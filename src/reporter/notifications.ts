import type { CheckRecord, HealthReport } from '../shared/health-report.ts';
import type { HealthStatus } from '../shared/status-order.ts';
import { callSafely, type QuietLog } from './call-safely.ts';
import { messageOf } from './safe-data.ts';

/** How long a handler is not told again of the same status, in seconds, as the Python services have it. */
const COOLDOWN = 300;

/** What a handler is told. */
export interface HealthNotification {
  serviceName: string;
  serviceType: string;
  instance?: string;
  /** The service's status now, and before. The same where a check failed again. */
  status: HealthStatus;
  previousStatus: HealthStatus;
  /** What was recorded. */
  check: CheckRecord;
  /** The service's whole report. */
  report: HealthReport;
}

/** Told of a change of the service's status, and of errors. What it throws or rejects with is logged and hurts nobody. */
export type NotificationHandler = (notification: HealthNotification) => unknown;

export interface NotificationHandlerOptions {
  /** Only of these statuses; of all by default. */
  statuses?: readonly HealthStatus[];
  /** For so long it is not told of the same status again, in seconds, 0 or more; 300 by default. */
  cooldownSeconds?: number;
}

interface Registered {
  handler: NotificationHandler;
  statuses: ReadonlySet<HealthStatus> | undefined;
  cooldown: number;
  /** When it was told of each status, in monotonic ms. */
  told: Map<HealthStatus, number>;
}

/** The handlers of one reporter, each with its own cooldown for each status. */
export class Notifications {
  readonly #handlers = new Set<Registered>();
  #telling = false;

  constructor(private readonly log: QuietLog) {}

  /** @returns a function that takes the handler away again. */
  add(
    handler: NotificationHandler,
    statuses: readonly HealthStatus[] | undefined,
    cooldownSeconds = COOLDOWN,
  ): () => void {
    const registered: Registered = {
      handler,
      statuses: statuses === undefined ? undefined : new Set(statuses),
      cooldown: cooldownSeconds * 1000,
      told: new Map(),
    };
    this.#handlers.add(registered);
    return () => void this.#handlers.delete(registered);
  }

  clear(): void {
    this.#handlers.clear();
  }

  /**
   * Tells those who want to know of `status` and have not been told of it lately. What a handler records meanwhile notifies
   * nobody: two of them could go on for ever.
   *
   * @param now monotonic milliseconds.
   * @param describe makes what they are told; called only if there is somebody to tell.
   */
  notify(status: HealthStatus, now: number, describe: () => HealthNotification): void {
    if (this.#telling || this.#handlers.size === 0) return;
    const due = [...this.#handlers].filter((registered) => isDue(registered, status, now));
    if (due.length === 0) return;
    this.#telling = true;
    try {
      for (const registered of due) {
        registered.told.set(status, now);
        // Each gets a copy of its own: what one does to it must not reach the next.
        callSafely(
          () => registered.handler(describe()),
          (error) => this.log.error('handler', `A notification handler failed: ${messageOf(error)}`),
        );
      }
    } finally {
      this.#telling = false;
    }
  }
}

function isDue({ statuses, cooldown, told }: Registered, status: HealthStatus, now: number): boolean {
  if (statuses !== undefined && !statuses.has(status)) return false;
  const before = told.get(status);
  return before === undefined || now - before >= cooldown;
}
