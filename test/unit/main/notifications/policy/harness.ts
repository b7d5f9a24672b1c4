import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { compilePolicy } from '../../../../../src/main/notifications/policy/rules.ts';
import { PolicyRunner } from '../../../../../src/main/notifications/policy/runner.ts';
import { openStore, type Store } from '../../../../../src/main/notifications/store/store.ts';
import type { MessageService } from '../../../../../src/shared/notification-message.ts';
import { HandlerEntry, NotificationSettings } from '../../../../../src/shared/notification-settings.ts';
import type { ServiceStatus, ServiceSummary } from '../../../../../src/shared/service-status.ts';
import type { HealthStatus } from '../../../../../src/shared/status.ts';
import { ManualClock } from '../../../../fixtures/manual-clock.ts';

/** What somebody was told, as short as a test wants to compare it. */
export interface Heard {
  handler: string;
  service: string;
  event: string;
  status: HealthStatus;
  at: number;
  news: MessageService;
}

export function handler(id: string, more: Partial<HandlerEntry> = {}): HandlerEntry {
  return HandlerEntry.parse({ id, type: 'webhook', name: id, ...more });
}

/** Settings with two handlers, `a` and `b`, unless others are given. */
export function settings(more: Partial<NotificationSettings> = {}): NotificationSettings {
  return NotificationSettings.parse({ handlers: [handler('a'), handler('b')], ...more });
}

export function summary(service: string, status: HealthStatus, more: Partial<ServiceSummary> = {}): ServiceStatus {
  return {
    service,
    name: service,
    host: 'test',
    file: `/health/${service}.json`,
    status,
    reason: 'reported',
    fault: null,
    message: `${service} is ${status}.`,
    since: 0,
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
    ...more,
    checks: [],
    restarts: [],
  };
}

/** The policy with a clock that a test moves, a real store, and ears. */
export class PolicyHarness {
  readonly clock = new ManualClock();
  readonly heard: Heard[] = [];
  readonly dir = mkdtempSync(join(tmpdir(), 'policy-'));
  store: Store;
  runner: PolicyRunner;
  readonly #services = new Map<string, ServiceStatus>();
  #result = 0;

  constructor(private settings: NotificationSettings) {
    this.store = this.#open();
    this.runner = this.#run();
    onTestFinished(() => {
      this.runner.close();
      this.store.close();
      rmSync(this.dir, { recursive: true, force: true });
    });
  }

  /** A service reports. Each call is another result. */
  report(service: string, status: HealthStatus, more: Partial<ServiceSummary> = {}): void {
    this.reportAll([[service, status, more]]);
  }

  reportAll(all: readonly (readonly [string, HealthStatus, Partial<ServiceSummary>?])[]): void {
    const changed = all.map(([service, status, more]) => {
      const before = this.#services.get(service);
      const since = before?.status === status ? before.since : this.clock.now();
      this.#result += 1;
      const now = summary(service, status, { since, lastCheck: this.#result, ...more });
      this.#services.set(service, now);
      return now;
    });
    this.runner.update(changed, []);
  }

  remove(service: string): void {
    this.#services.delete(service);
    this.runner.update([], [service]);
  }

  configure(more: Partial<NotificationSettings>): void {
    this.settings = { ...this.settings, ...more };
    this.runner.configure(compilePolicy(this.settings), 30_000);
  }

  /** The monitor ends, and is started again after so many milliseconds. */
  restart(after = 0): void {
    this.runner.close();
    this.store.close();
    this.clock.advance(after);
    this.store = this.#open();
    this.runner = this.#run();
  }

  /** What was heard since this was asked last, as `a: audio opened error`. */
  lines(): string[] {
    return this.heard
      .splice(0)
      .map(({ handler: id, service, event, status }) => `${id}: ${service} ${event} ${status}`);
  }

  /** Why the last change of a service is not told. */
  obstacle(service: string): string | undefined {
    return this.runner.incident(service)?.untold?.stage;
  }

  #open(): Store {
    return openStore({
      dataDir: this.dir,
      clock: this.clock,
      onTrouble(message) {
        if (message !== null) throw new Error(message);
      },
    });
  }

  #run(): PolicyRunner {
    return new PolicyRunner({
      clock: this.clock,
      store: this.store,
      policy: compilePolicy(this.settings),
      step: 30_000,
      acknowledges: (id) => id === 'pager',
      service: (id) => this.#services.get(id) ?? null,
      tell: (handlers, news) => {
        for (const id of handlers) {
          const { service, event, status } = news;
          this.heard.push({ handler: id, service, event, status, at: this.clock.now(), news });
        }
      },
    });
  }
}
