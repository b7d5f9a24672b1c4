import type { HealthReport } from '../shared/health-report.ts';
import { formatHealthReport } from '../shared/health-report-format.ts';
import { type HealthStatus, SERVICE_ORDER } from '../shared/status-order.ts';
import { formatDuration, plural } from '../shared/text.ts';
import { formatNaiveLocal } from '../shared/timestamp.ts';
import type { QuietLog } from './call-safely.ts';
import { CheckBook, type Lapse, type Result } from './check-book.ts';
import { FileWriter, type Outage } from './file-writer.ts';
import { Notifications } from './notifications.ts';
import type { Choices } from './options.ts';
import { Run } from './run.ts';
import { cutText, LONGEST_MESSAGE, LONGEST_NAME, safeMetadata } from './safe-data.ts';
import { removeLeftovers } from './write-health-file.ts';

/** How often it is looked whether another process that writes the same file still runs, in ms. */
const LOOK_FOR_OTHER = 30_000;

/** Whose report it is. */
export interface Identity {
  serviceName: string;
  serviceType: string;
  instance: string | undefined;
  /** The file's name without its ending. */
  stem: string;
}

/** What is to be recorded, as it came: bounded and made safe here. */
export interface Entry {
  name: string;
  status: HealthStatus;
  message: string | null;
  metadata?: unknown;
  ttlSeconds?: number | undefined;
  /** Whether it is written at once, whatever it is. */
  flush?: boolean;
  lapse?: Lapse | undefined;
}

/** The counters of a run, and what it begins with. */
interface Counters {
  restarts: number;
  errorsBefore: number;
  errors: number;
  messages_sent?: number;
  messages_received?: number;
}

/**
 * The report of one service: what was recorded, what it means now, and when it gets to its file. Behind `HealthReporter`, which
 * guards it against wrong arguments.
 */
export class Recording {
  readonly counters: Counters = { restarts: 0, errorsBefore: 0, errors: 0 };
  readonly notifications: Notifications;
  readonly run: Run;
  readonly writer: FileWriter;
  readonly #book = new CheckBook();
  readonly #startedAt: number;
  #lastUpdated: number;
  #timer: { due: number; cancel: () => void } | undefined;
  /** When it is looked again for another writer of the file, in monotonic ms; undefined where there is none. */
  #lookAgain: number | undefined;
  #closed = false;

  constructor(
    private readonly identity: Identity,
    private readonly choices: Choices,
    private readonly log: QuietLog,
  ) {
    const { dir, durable, writeDelay, clock } = choices;
    const { stem, serviceType, instance } = identity;
    this.notifications = new Notifications(log);
    this.#startedAt = clock.monotonic();
    this.#lastUpdated = clock.now();
    this.run = new Run({ dir, stem, serviceType, instance, now: this.#lastUpdated });
    const render = (): string => {
      this.run.nextVersion();
      return formatHealthReport(this.report());
    };
    const onRecovered = (outage: Outage): void => this.#diskIsBack(outage);
    this.writer = new FileWriter({ dir, stem, durable, delay: writeDelay, clock, log, render, onRecovered });
  }

  get overall(): HealthStatus {
    return this.#book.overall;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Takes over what the run before left, and records how it ended. */
  begin(): void {
    const { kind, reason, restartCount, errorCount, pid } = this.run.previous;
    this.counters.restarts = restartCount;
    this.counters.errorsBefore = errorCount;
    this.#tidy();
    if (kind === 'damaged') this.log.warn('previous', `The health file of the run before is of no use. ${reason}`);
    if (kind === 'unclean') this.#restarted(reason);
    if (kind === 'running') {
      const message = `Process ${pid ?? 'of an unknown number'} writes ${this.identity.stem}.json too. Give each an instance of its own.`;
      this.log.warn('duplicate', message);
      this.#lookAgain = this.#startedAt + LOOK_FOR_OTHER;
      this.record({ name: 'duplicate_instance', status: 'warning', message, metadata: { pid } });
    }
  }

  /** Records a result, has it written, and tells who wants to know. */
  record(entry: Entry): void {
    const now = this.choices.clock.monotonic();
    if (this.#closed) {
      this.log.warn('closed', 'Something was recorded after the reporter was closed; it is lost.');
      return;
    }
    this.#replaceLapsed(now);
    this.#put(entry, now);
    this.#lookForOther(now);
    this.#arm(now);
  }

  /** Has the counters written within the delay. */
  touch(): void {
    if (!this.#closed) this.writer.soon(this.choices.clock.monotonic());
  }

  /** Writes what waits. @returns whether all of it is on disk. */
  flush(): boolean {
    if (this.#closed) return true;
    this.#replaceLapsed(this.choices.clock.monotonic());
    return this.writer.flush();
  }

  /** Notes how the run ends and writes it. What is said first counts. */
  end(clean: boolean, reason: string): void {
    if (this.#closed) return;
    this.run.end(this.choices.clock.now(), clean, reason);
    this.writer.now();
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.writer.close();
    this.notifications.clear();
    this.run.release();
  }

  /** The report as it stands now. Its metadata are the recorded ones, not copies. */
  report(): HealthReport {
    const { clock } = this.choices;
    const now = clock.now();
    const { restarts, errorsBefore, errors, ...messages } = this.counters;
    return {
      service_name: this.identity.serviceName,
      overall_status: this.#book.overall,
      checks: this.#book.records.map(({ name, status, message, at, metadata }) => ({
        name,
        status,
        message,
        timestamp: formatNaiveLocal(at),
        metadata,
      })),
      last_updated: formatNaiveLocal(this.#lastUpdated),
      last_check: formatNaiveLocal(now),
      uptime: this.uptime(),
      restart_count: restarts,
      error_count: errorsBefore + errors,
      ...messages,
      ...this.run.fields(now, this.#book.current()),
    };
  }

  /** How long the service runs, in seconds. */
  uptime(): number {
    return (this.choices.clock.monotonic() - this.#startedAt) / 1000;
  }

  #put({ name, status, message, metadata, ttlSeconds, flush, lapse }: Entry, now: number): void {
    const result: Result = {
      name: cutText(name, LONGEST_NAME),
      status,
      message: message === null ? null : cutText(message, LONGEST_MESSAGE),
      metadata: safeMetadata(metadata),
      at: this.choices.clock.now(),
      ttl: ttlSeconds,
      lapse,
    };
    this.#lastUpdated = result.at;
    const { before, after, checkChanged } = this.#book.record(result, now);
    if (flush === true || before !== after || checkChanged || !this.writer.asked) this.writer.now();
    else this.writer.soon(now);
    if (before !== after || SERVICE_ORDER[status] >= SERVICE_ORDER.error) this.#notify(result, before, after, now);
  }

  #notify(
    { at, name, status, message, metadata }: Result,
    before: HealthStatus,
    after: HealthStatus,
    now: number,
  ): void {
    const { serviceName, serviceType, instance } = this.identity;
    this.notifications.notify(after, now, () =>
      structuredClone({
        serviceName,
        serviceType,
        ...(instance === undefined ? {} : { instance }),
        status: after,
        previousStatus: before,
        check: { name, status, message, timestamp: formatNaiveLocal(at), metadata },
        report: this.report(),
      }),
    );
  }

  /** Records what takes the place of results that have counted for as long as they may. */
  #replaceLapsed(now: number): void {
    for (const { name, status, message } of this.#book.lapsed(now)) this.#put({ name, status, message }, now);
  }

  /** One timer, for what lapses next. */
  #arm(now: number): void {
    const due = this.#book.nextDue;
    if (due === Infinity || (this.#timer !== undefined && this.#timer.due <= due)) return;
    this.#timer?.cancel();
    const cancel = this.choices.clock.after(due - now, () => {
      this.#timer = undefined;
      const then = this.choices.clock.monotonic();
      this.#replaceLapsed(then);
      this.#arm(then);
    });
    this.#timer = { due, cancel };
  }

  #restarted(reason: string): void {
    const { clock, stable, loopRestarts, loopWindow } = this.choices;
    const now = clock.now();
    this.counters.restarts += 1;
    this.run.addRestart(now, reason);
    const count = this.counters.restarts;
    // Healthy: it runs again. That it did not stop cleanly is told, and counted; only a loop is a fault of its own.
    this.record({
      name: 'service_restart',
      status: 'healthy',
      message: `Service restarted (count: ${count}). ${reason}`,
      metadata: { restart_count: count },
    });
    const recent = this.run.restartsBetween(now - loopWindow, now);
    if (recent < loopRestarts) return;
    this.record({
      name: 'crash_loop',
      status: 'error',
      message: `${plural(recent, 'unclean end')} within ${formatDuration(loopWindow)}. ${reason}`,
      metadata: { restarts: recent },
      lapse: { after: stable, name: 'crash_loop', status: 'healthy', message: `Runs since ${formatDuration(stable)}` },
    });
  }

  /** Removes what a killed run left half-written. */
  #tidy(): void {
    const { dir, clock } = this.choices;
    try {
      removeLeftovers(dir, this.identity.stem, clock.now());
    } catch {
      // Where the folder cannot be read, reading the run before or writing to it says why.
      return;
    }
  }

  #lookForOther(now: number): void {
    if (this.#lookAgain === undefined || now < this.#lookAgain) return;
    this.#lookAgain = now + LOOK_FOR_OTHER;
    if (this.run.otherRuns()) return;
    this.#lookAgain = undefined;
    this.#put({ name: 'duplicate_instance', status: 'healthy', message: 'The other process has ended' }, now);
  }

  #diskIsBack({ lasted, attempts, error }: Outage): void {
    if (this.#closed) return;
    const message = `The health file could not be written for ${formatDuration(lasted)} (${plural(attempts, 'attempt')}): ${error}`;
    const { errorClear } = this.choices;
    const then = `Written without a fault since ${formatDuration(errorClear)}`;
    this.record({
      name: 'health_file',
      status: 'warning',
      message,
      metadata: { attempts },
      lapse: { after: errorClear, name: 'health_file', status: 'healthy', message: then },
    });
  }
}
