import type { HealthReport } from '../shared/health-report.ts';
import type { HealthStatus } from '../shared/status-order.ts';
import { formatDuration } from '../shared/text.ts';
import { callSafely, QuietLog } from './call-safely.ts';
import { ERROR_RECOVERY, type Lapse, SERVICE_ERROR } from './check-book.ts';
import { Guard } from './guard.ts';
import { fileStem } from './health-dir.ts';
import type { NotificationHandler, NotificationHandlerOptions } from './notifications.ts';
import { type Choices, chooseOptions, type HealthReporterOptions } from './options.ts';
import { onEnding } from './process-hooks.ts';
import { ProcessEnd } from './process-end.ts';
import { Recording } from './recording.ts';
import { cutText, LONGEST_NAME, messageOf, textOf, typeOfError } from './safe-data.ts';

/** How one result differs from others. */
export interface CheckOptions {
  /** For how long the result counts, in seconds, more than 0: after that the check is `unknown` until its next result. */
  ttlSeconds?: number;
  /** Writes it at once, and whatever waits with it. */
  flush?: boolean;
}

/** What `updateServiceStats` takes: totals since the service started, not what came since the last call. */
export interface ServiceStats {
  messagesSent?: number;
  messagesReceived?: number;
  /** Counts instead of the number of errors that were recorded. */
  errors?: number;
}

/**
 * Writes how a service is to a health file: as the Python services do, so that neither kind of reader can tell the difference
 * (COMPATIBILITY, "Health file"), with fields of its own beside theirs (docs/health-file.md).
 *
 * Nothing here throws, whatever the disk does, but the constructor for a name that cannot be a file's, and every method in
 * development for wrong arguments. What is recorded is bounded, and no timer keeps the process alive.
 */
export class HealthReporter {
  readonly serviceName: string;
  readonly serviceType: string;
  readonly instance: string | undefined;
  readonly #choices: Choices;
  readonly #log: QuietLog;
  readonly #guard: Guard;
  readonly #recording: Recording;
  readonly #forgetEnding: () => void;

  /**
   * @param serviceName what people call the service.
   * @param serviceType its identity, and the stem of its file.
   * @throws TypeError where type or instance would leave the folder, or the file would be hidden.
   */
  constructor(serviceName: string, serviceType: string, given?: HealthReporterOptions | null) {
    const options = given ?? {};
    const stem = fileStem(serviceType, options.instance);
    this.#choices = chooseOptions(options);
    const { clock, logger } = this.#choices;
    this.serviceName = cutText(textOf(serviceName), LONGEST_NAME * 6);
    this.serviceType = serviceType;
    this.instance = options.instance;
    this.#log = new QuietLog(logger, `health of ${cutText(stem, LONGEST_NAME)}`, () => clock.monotonic());
    this.#guard = new Guard(this.#log, this.#choices.development);
    const { instance } = this;
    this.#recording = new Recording(
      { serviceName: this.serviceName, serviceType, instance, stem },
      this.#choices,
      this.#log,
    );
    const end = new ProcessEnd(
      this.#recording,
      () => clock.monotonic(),
      (error, how) => this.recordError(error, how),
    );
    this.#forgetEnding = onEnding((ending) => this.#guard.safely(() => end.tell(ending)));
    this.#guard.safely(() => this.#recording.begin());
  }

  /** How often the health file could not be written. */
  get writeFailures(): number {
    return this.#recording.writer.failures;
  }

  /** The service's status: the worst of the latest result of each check. */
  get status(): HealthStatus {
    return this.#recording.overall;
  }

  /** How long the service has been running, in seconds. */
  get uptime(): number {
    return this.#recording.uptime();
  }

  /**
   * Records the result of a check. A change of status is on disk when this returns; repeated results are written together.
   *
   * @param name the check; at most 200 names are followed, of 100 bytes as written.
   * @param status one of the five words; any other is recorded as `unknown`, with a message that says so.
   * @param message why; what goes beyond 4 kB as written is cut off.
   * @param metadata anything; what JSON cannot hold is put into words, and 4 kB as written are kept.
   * @throws TypeError in development, for wrong arguments.
   */
  recordHealthCheck(
    name: string,
    status: HealthStatus,
    message?: string | null,
    metadata?: Readonly<Record<string, unknown>> | null,
    options?: CheckOptions | null,
  ): void {
    this.#guard.safely(() => {
      const its = this.#guard.name(name);
      const checked = this.#guard.status(status);
      const said = message === undefined || message === null ? null : messageOf(message);
      const ttlSeconds = this.#guard.ttl(options?.ttlSeconds);
      this.#recording.record({
        name: its,
        status: checked.status,
        message: checked.note === undefined ? said : `${checked.note}${said === null ? '' : ` ${said}`}`,
        metadata,
        ttlSeconds,
        flush: options?.flush === true,
        lapse: its === SERVICE_ERROR ? this.#errorLapse(checked.status) : expiry(its, checked.status, ttlSeconds),
      });
    });
  }

  /**
   * Records an error of the service as its check `service_error`, and counts it.
   *
   * @param error anything that was thrown.
   * @param options `fatal`: the service cannot go on.
   */
  recordError(error: unknown, options?: { fatal?: boolean } | null): void {
    this.#guard.safely(() => {
      const fatal = options?.fatal === true;
      const { counters } = this.#recording;
      counters.errors += 1;
      const status = fatal ? 'fatal' : 'error';
      const error_count = counters.errorsBefore + counters.errors;
      this.#recording.record({
        name: SERVICE_ERROR,
        status,
        message: messageOf(error),
        metadata: { error_type: typeOfError(error), is_fatal: fatal, error_count },
        lapse: this.#errorLapse(status),
      });
      const { onFatal } = this.#choices;
      if (!fatal || onFatal === undefined) return;
      callSafely(
        () => onFatal(error),
        (failure) => this.#log.error('onFatal', `onFatal failed: ${messageOf(failure)}`),
      );
    });
  }

  /**
   * Records that the service restarted itself; that a process was started again is noticed without it. The warning is over
   * after `stableSeconds`.
   */
  recordRestart(reason?: string): void {
    this.#guard.safely(() => {
      const { counters } = this.#recording;
      counters.restarts += 1;
      const said = `Service restarted (count: ${counters.restarts})`;
      const { stable } = this.#choices;
      const calm = `Runs since ${formatDuration(stable)} (count: ${counters.restarts})`;
      this.#recording.record({
        name: 'service_restart',
        status: 'warning',
        message: reason === undefined ? said : `${said}: ${textOf(reason)}`,
        lapse: { after: stable, name: 'service_restart', status: 'healthy', message: calm },
      });
    });
  }

  /** Ends the service's error: `service_error` is over, and `error_recovery` is recorded. */
  resetErrorStatus(): void {
    const message = 'Error status reset';
    this.#guard.safely(() => this.#recording.record({ name: ERROR_RECOVERY, status: 'healthy', message }));
  }

  /**
   * Sets the service's counters; what is left out stays as it is.
   * @throws TypeError in development, for what is not a number from 0.
   */
  updateServiceStats(stats: ServiceStats): void {
    this.#guard.safely(() => {
      const { counters } = this.#recording;
      const sent = this.#guard.count(stats.messagesSent);
      const received = this.#guard.count(stats.messagesReceived);
      if (sent !== undefined) counters.messages_sent = sent;
      if (received !== undefined) counters.messages_received = received;
      counters.errors = this.#guard.count(stats.errors) ?? counters.errors;
      this.#recording.touch();
    });
  }

  /** What the health file says now, as a copy. */
  getHealthSummary(): HealthReport {
    return structuredClone(this.#recording.report());
  }

  /**
   * Has `handler` told of each change of the service's status, and of each error; not again of the same status for 300 s.
   *
   * @returns a function that takes it away again.
   * @throws TypeError in development, for wrong arguments.
   */
  addNotificationHandler(handler: NotificationHandler, options?: NotificationHandlerOptions | null): () => void {
    let remove = (): void => undefined;
    this.#guard.safely(() => {
      if (typeof handler !== 'function') return this.#guard.misuse('A notification handler must be a function.');
      const statuses = this.#guard.statuses(options?.statuses);
      const cooldown = this.#guard.cooldown(options?.cooldownSeconds);
      remove = this.#recording.notifications.add(handler, statuses, cooldown);
    });
    return remove;
  }

  /** Writes what waits to be written. @returns whether all of it is on disk. */
  flush(): boolean {
    let written = false;
    this.#guard.safely(() => {
      written = this.#recording.flush();
    });
    return written;
  }

  /**
   * Ends the report: writes it for the last time and lets go of everything. What is recorded afterwards is lost.
   *
   * @param options `error`: what the run ends by, where that is not as it should be. The next run counts it as a restart.
   */
  close(options?: { error?: unknown } | null): void {
    if (this.#recording.closed) return;
    this.#guard.safely(() => {
      const error = options?.error;
      const reason = error === undefined ? 'closed' : `${typeOfError(error)}: ${messageOf(error)}`;
      this.#recording.end(error === undefined, reason);
    });
    this.#forgetEnding();
    this.#recording.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  /** An error of the service is over after some time without another; a fatal one is not. */
  #errorLapse(status: HealthStatus): Lapse | undefined {
    const { errorClear } = this.#choices;
    if (status === 'fatal' || status === 'healthy' || errorClear === Infinity) return undefined;
    const message = `No error for ${formatDuration(errorClear)}`;
    return { after: errorClear, name: ERROR_RECOVERY, status: 'healthy', message };
  }
}

function expiry(name: string, status: HealthStatus, ttlSeconds: number | undefined): Lapse | undefined {
  if (ttlSeconds === undefined) return undefined;
  const message = `No result for ${ttlSeconds} s; the last one was ${status}`;
  return { after: ttlSeconds * 1000, name, status: 'unknown', message };
}
