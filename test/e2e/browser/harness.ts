import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Locator, type Page, test as base } from '@playwright/test';
import { formatHealthReport } from '../../../src/shared/health-report-format.ts';
import type { CheckRecord } from '../../../src/shared/health-report.ts';
import { type HealthStatus, worstOfService } from '../../../src/shared/status.ts';
import { formatNaiveLocal } from '../../../src/shared/timestamp.ts';

/** The folder of the built program; another one where a build elsewhere is to be tested. */
export const ROOT = process.env['EXPERIMANCE_HEALTH_BUILD'] ?? join(import.meta.dirname, '..', '..', '..');
const CLI = join(ROOT, 'out', 'main', 'cli.js');
const SYSTEM_CHROMIUM = '/usr/bin/chromium';
const ADDRESS = /http:\/\/127\.0\.0\.1:(\d+)\/\?token=\S+/;

/** Not every violation of the content security policy is told to the console: one that the page caught is not. */
const REPORT_VIOLATIONS = `document.addEventListener('securitypolicyviolation', (event) =>
  console.error('Against the policy: ' + event.violatedDirective + ' ' + event.blockedURI));`;

/** The command line's own environment, without what this machine may say of an installation. */
function cleanEnvironment(home: string): NodeJS.ProcessEnv {
  const { PATH, TZ } = process.env;
  return { PATH, HOME: home, ...(TZ === undefined ? {} : { TZ }) };
}

export interface ReportOptions {
  /** What the service calls itself. */
  name?: string;
  checks?: (Partial<CheckRecord> & { name: string; status: HealthStatus })[];
  status?: HealthStatus;
  /** When it reported, in milliseconds since the epoch. */
  at?: number;
}

/** A running monitor and the folder of health files that it watches. */
export class TestMonitor {
  url = '';
  port = 0;
  #child: ChildProcess | undefined;
  #output = '';

  constructor(
    readonly root: string,
    readonly dir: string,
  ) {}

  async start(port = 0): Promise<void> {
    const settings = join(this.root, 'settings.json');
    await writeFile(settings, JSON.stringify({ active_checks: false, startup_grace_period: 0, service_timeout: 3600 }));
    const child = spawn(
      process.execPath,
      [
        ...[CLI, 'monitor', '--dir', this.dir, '--data', join(this.root, 'data')],
        ...['--settings', settings, '--port', String(port)],
      ],
      { env: cleanEnvironment(this.root), stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.#child = child;
    this.#output = '';
    await new Promise<void>((resolve, reject) => {
      const read = (chunk: Buffer): void => {
        this.#output += chunk.toString();
        const match = ADDRESS.exec(this.#output);
        if (match === null) return;
        [this.url] = match;
        this.port = Number(match[1]);
        resolve();
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`The monitor ended with ${code} and said:\n${this.#output}`)));
    });
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const impatience = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(impatience);
  }

  /** Writes a file as services do: beside it, then renamed. */
  async writeRaw(file: string, content: string): Promise<void> {
    await mkdir(this.dir, { recursive: true });
    const path = join(this.dir, file);
    await writeFile(`${path}.tmp`, content);
    await rename(`${path}.tmp`, path);
  }

  /** A service reports. */
  async report(
    service: string,
    { name = service, checks = [], status, at = Date.now() }: ReportOptions,
  ): Promise<void> {
    const timestamp = formatNaiveLocal(at);
    const records = checks.map((check) => ({ message: null, timestamp, metadata: {}, ...check }));
    const content = formatHealthReport({
      service_name: name,
      overall_status: status ?? worstOfService(records.map((check) => check.status)),
      checks: records,
      last_updated: timestamp,
      uptime: 3600,
      restart_count: 0,
      error_count: 0,
      last_check: timestamp,
    });
    await this.writeRaw(`${service}.json`, content);
  }
}

interface Fixtures {
  monitor: TestMonitor;
  /** What the page's console said that it should not have; a test that expects something there empties it. */
  complaints: string[];
}

/** Playwright's `test` with a monitor of its own for each test, in the browser of the system where there is one. */
export const test = base.extend<Fixtures>({
  launchOptions: [
    // Playwright wants to see which fixtures are used, and these use none.
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      await use({
        ...(existsSync(SYSTEM_CHROMIUM) ? { executablePath: SYSTEM_CHROMIUM } : {}),
        args: [
          ...['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
          ...['--disable-component-update', '--disable-sync'],
        ],
      });
    },
    { scope: 'worker' },
  ],
  // eslint-disable-next-line no-empty-pattern
  monitor: async ({}, use) => {
    const root = await mkdtemp(join(tmpdir(), 'experimance-health-'));
    const dir = join(root, 'health');
    await mkdir(dir);
    const monitor = new TestMonitor(root, dir);
    await use(monitor);
    await monitor.stop();
    await rm(root, { recursive: true, force: true });
  },
  complaints: [
    // It needs the monitor only to be done before that one is stopped, which the browser complains about.
    async ({ page, monitor: _monitor }, use) => {
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
      });
      await page.addInitScript({ content: REPORT_VIOLATIONS });
      await use(complaints);
      // A violation of the content security policy, an uncaught error: nothing of the kind is normal.
      base.expect(complaints).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect } from '@playwright/test';

/** Every row of the list, in its order. */
export function rows(page: Page): Locator {
  return page.locator('[data-service]');
}

export function row(page: Page, service: string): Locator {
  return page.locator(`[data-service=${JSON.stringify(service)}]`);
}

/** The side panel, or the view that takes the list's place. */
export function details(page: Page): Locator {
  return page.getByRole('region', { name: /^Details of/ });
}
