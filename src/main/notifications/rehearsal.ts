import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../shared/clock.ts';
import type { ServiceStatus, ServiceSummary } from '../../shared/service-status.ts';
import { type CenterSettings, NotificationCenter } from './center.ts';
import type { SecretStore } from './secrets.ts';
import { openReadOnly } from './store/reader.ts';
import { openStore } from './store/store.ts';

export interface RehearsalOptions {
  /** Where a running monitor keeps what people were told. */
  dataDir: string;
  secrets: SecretStore;
  settings: CenterSettings;
  service(id: string): ServiceStatus | null;
  services(): ServiceSummary[];
}

/** A center that knows what people were told and tells nobody: for a question from the command line. */
export function createRehearsal({ dataDir, secrets, settings, service, services }: RehearsalOptions): {
  center: NotificationCenter;
  close(): Promise<void>;
} {
  const folder = mkdtempSync(join(tmpdir(), 'experimance-health-'));
  const clock = systemClock();
  const store = openStore({ dataDir: folder, clock, onTrouble: () => undefined });
  const known = openReadOnly(dataDir);
  for (const [id, state] of known?.loadStates() ?? []) store.saveState(id, state);
  store.setMeta('pausedUntil', known?.getMeta('pausedUntil') ?? null);
  known?.close();
  const center = new NotificationCenter({
    clock,
    store,
    secrets,
    settings,
    host: hostname(),
    dryRun: true,
    services,
    service,
    standby: null,
    onChange: () => undefined,
    onTrouble: () => undefined,
  });
  center.runner.see(services());
  return {
    center,
    async close() {
      await center.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
