import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeHealthFile } from '../../reporter/write-health-file.ts';
import { RECORDS_KEPT, formatHealthReport } from '../../shared/health-report-format.ts';
import { type CheckRecord, statusOfReport } from '../../shared/health-report.ts';
import type { HealthStatus } from '../../shared/status.ts';
import { formatNaiveLocal } from '../../shared/timestamp.ts';
import type { Scene } from './story.ts';

/** A service that exists only by its health file, written as the Python services write theirs. */
export class SyntheticService {
  /** Its health file. */
  readonly path: string;
  readonly #startedAt: number;
  #records: CheckRecord[] = [];
  #errors = 0;
  #scene: Scene | undefined;

  /** @param now milliseconds since the epoch: a test, or a demonstration, lets hours pass at once. */
  constructor(
    private readonly dir: string,
    readonly type: string,
    private readonly now: () => number = Date.now,
  ) {
    this.path = join(dir, `${type}.json`);
    this.#startedAt = now();
    this.#record('service_initialization', 'healthy', 'Service initialized successfully');
    this.#record('service_start', 'healthy', 'Service started successfully');
  }

  /** Carries on with a scene: its beginning is recorded once, its heartbeat each time. */
  play(scene: Scene): void {
    const begins = scene !== this.#scene;
    this.#scene = scene;
    if (scene.kind === 'silent') return;
    if (scene.kind === 'vanished') return rmSync(this.path, { force: true });
    // Rubbish is written in place, as a broken writer would.
    if (scene.kind === 'rubbish') return writeFileSync(this.path, scene.text);
    if (begins) this.#begin(scene);
    else if (scene.check === 'periodic_health_check') this.#record(scene.check, scene.status, scene.message);
    this.#write();
  }

  #begin({ status, check, message }: Extract<Scene, { kind: 'report' }>): void {
    // A scene tells the whole state: what a scene before left behind is over.
    if (status !== 'healthy') this.#records = this.#records.filter((record) => record.status === 'healthy');
    else this.#records = this.#records.map((record) => ({ ...record, status: 'healthy' as const }));
    if (status === 'unknown') this.#records = [];
    if (status === 'error' || status === 'fatal') this.#errors += 1;
    this.#record(check, status, message);
  }

  #record(name: string, status: HealthStatus, message: string): void {
    const metadata = { uptime: this.#uptime(), state: 'running', tasks_count: 4 };
    this.#records.push({ name, status, message, timestamp: formatNaiveLocal(this.now()), metadata });
    this.#records = this.#records.slice(-RECORDS_KEPT);
  }

  #uptime(): number {
    return (this.now() - this.#startedAt) / 1000;
  }

  #write(): void {
    const now = formatNaiveLocal(this.now());
    const report = {
      service_name: `fake_${this.type}`,
      overall_status: 'unknown' as const,
      checks: this.#records,
      last_updated: now,
      last_check: now,
      uptime: this.#uptime(),
      restart_count: 0,
      error_count: this.#errors,
    };
    const overall_status = statusOfReport({ ...report, overall_status: 'unknown' });
    writeHealthFile(this.dir, this.type, formatHealthReport({ ...report, overall_status }));
  }
}
