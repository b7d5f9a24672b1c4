import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, expect, type Page } from '@playwright/test';
import { formatHealthReport } from '../../../src/shared/health-report-format.ts';
import type { HealthStatus } from '../../../src/shared/status.ts';
import { formatNaiveLocal } from '../../../src/shared/timestamp.ts';

/** The folder of the built program; another one where a build elsewhere is to be tested. */
const ROOT = process.env['EXPERIMANCE_HEALTH_BUILD'] ?? join(import.meta.dirname, '..', '..', '..');
const RECORD_TRAY = join(import.meta.dirname, 'record-tray.cjs');

/** What record-tray.cjs keeps in the program. */
interface TrayRecord {
  tooltip: string;
  menu: { items: { label: string; click(): void }[] } | null;
  balloons: { title: string; content: string }[];
  tray: { emit(event: string): void } | null;
  viewing: string[];
}

/** A started program with folders of its own, and how a test sees and moves it. */
export class Program {
  readonly #process: ReturnType<ElectronApplication['process']>;

  private constructor(
    readonly app: ElectronApplication,
    readonly folder: string,
  ) {
    // Playwright forgets it with the connection.
    this.#process = app.process();
  }

  /** The place of a program's folders, to be given to `start`. */
  static folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'experimance-e2e-'));
    mkdirSync(join(folder, 'health'));
    return folder;
  }

  static async start(folder: string, ...more: string[]): Promise<Program> {
    const settings = join(folder, 'settings.json');
    // This machine's own state is nothing that a test can rely on.
    if (!existsSync(settings)) writeFileSync(settings, JSON.stringify({ active_checks: false }));
    const places = ['--dir', join(folder, 'health'), '--data', join(folder, 'data'), '--settings', settings];
    const app = await _electron.launch({
      executablePath: createRequire(import.meta.url)('electron') as string,
      args: ['-r', RECORD_TRAY, '.', ...places, ...more],
      cwd: ROOT,
      timeout: 60_000,
    });
    return new Program(app, folder);
  }

  /** Writes a health file as a service does. */
  static write(folder: string, service: string, status: HealthStatus, message: string): void {
    const now = formatNaiveLocal(Date.now());
    const file = join(folder, 'health', service);
    const check = { name: 'periodic_health_check', status, message, timestamp: now, metadata: {} };
    writeFileSync(
      `${file}.tmp`,
      formatHealthReport({
        service_name: service,
        overall_status: status,
        checks: [check],
        last_updated: now,
        last_check: now,
        uptime: 1,
        restart_count: 0,
        error_count: 0,
      }),
    );
    renameSync(`${file}.tmp`, `${file}.json`);
  }

  write(service: string, status: HealthStatus, message: string): void {
    Program.write(this.folder, service, status, message);
  }

  tooltip(): Promise<string> {
    return this.app.evaluate(() => (globalThis as unknown as { trayRecord: TrayRecord }).trayRecord.tooltip);
  }

  menu(): Promise<string[]> {
    return this.app.evaluate(() =>
      ((globalThis as unknown as { trayRecord: TrayRecord }).trayRecord.menu?.items ?? []).map(({ label }) => label),
    );
  }

  balloons(): Promise<{ title: string; content: string }[]> {
    return this.app.evaluate(() => (globalThis as unknown as { trayRecord: TrayRecord }).trayRecord.balloons);
  }

  /** The services that the window last said it shows. */
  viewed(): Promise<string[]> {
    return this.app.evaluate(() => (globalThis as unknown as { trayRecord: TrayRecord }).trayRecord.viewing);
  }

  /** What the tray's icon would tell the program: `click`, `balloon-click`. */
  async trayEvent(event: string): Promise<void> {
    await this.app.evaluate((_electron, name) => {
      (globalThis as unknown as { trayRecord: TrayRecord }).trayRecord.tray?.emit(name);
    }, event);
  }

  async chooseInMenu(label: string): Promise<void> {
    await this.app.evaluate((_electron, wanted) => {
      const { menu } = (globalThis as unknown as { trayRecord: TrayRecord }).trayRecord;
      menu?.items.find((item) => item.label === wanted)?.click();
    }, label);
  }

  windows(): Promise<number> {
    return this.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);
  }

  /** The renderer processes that are alive. */
  renderers(): Promise<number> {
    return this.app.evaluate(({ app }) => app.getAppMetrics().filter(({ type }) => type === 'Tab').length);
  }

  /** The window's page, once there is one. */
  async page(): Promise<Page> {
    const page = this.app.windows().find((open) => !open.isClosed()) ?? (await this.app.waitForEvent('window'));
    await page.waitForLoadState('load');
    return page;
  }

  /** Quits as a person does, and says how the process ended. */
  async quit(): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => this.#process.once('exit', (code) => resolve(code)));
    // The connection goes with the program, in the middle of this call.
    await this.chooseInMenu('Quit').catch((error: unknown) => expect(String(error)).toContain('closed'));
    return ended;
  }

  /** Ends whatever is left of it. */
  async dispose(): Promise<void> {
    if (this.#process.exitCode === null) {
      // Under wine a process now and then does not end with its program; it must not take the test with it.
      const ended = new Promise<void>((resolve) => this.#process.once('exit', () => resolve()));
      const late = setTimeout(() => this.#process.kill(), 15_000);
      await Promise.race([this.app.close(), ended]);
      clearTimeout(late);
    }
    // What ends last may still be closing its database there.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}
