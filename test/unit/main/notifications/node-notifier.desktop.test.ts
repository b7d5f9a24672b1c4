import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createNodeNotifier } from '../../../../src/main/notifications/node-notifier.ts';

/** What a Linux desktop with notifications is made of. */
const NEEDED = ['dbus-daemon', 'Xvfb', 'dunst', 'dunstctl', 'notify-send'];
const available = NEEDED.every((name) =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, name))),
);

const started: ChildProcess[] = [];

/** Starts a part of the desktop; resolves with the first line that it prints where it prints one. */
function begin(command: string, args: string[]): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  started.push(child);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.stdout.once('data', (data: Buffer) => resolve(data.toString().trim()));
  });
}

const ask = (...args: string[]): string =>
  execFileSync('dunstctl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
const shown = (): { summary: string; body: string }[] => {
  const { data } = JSON.parse(ask('history')) as { data: [{ summary: { data: string }; body: { data: string } }[]] };
  return data[0].map(({ summary, body }) => ({ summary: summary.data, body: body.data }));
};

describe.skipIf(!available)('a native notification on a real desktop', () => {
  beforeAll(async () => {
    vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', await begin('dbus-daemon', ['--session', '--nofork', '--print-address=1']));
    vi.stubEnv('DISPLAY', `:${await begin('Xvfb', ['-displayfd', '1', '-screen', '0', '640x480x24'])}`);
    void begin('dunst', []);
    await vi.waitFor(() => expect(ask('count', 'displayed').trim()).toBe('0'), { timeout: 10_000, interval: 100 });
  }, 20_000);
  afterAll(() => {
    for (const child of started.reverse()) child.kill();
    vi.unstubAllEnvs();
  });

  it('shows service, status and message as they are, whatever is in them', async () => {
    const body = 'C:\\new\\path is gone; $(touch /tmp/x) `id` <b>bold</b> "quoted"';
    const result = createNodeNotifier().notify({ title: 'audio: error', body, icon: '', urgency: 'critical' });
    await vi.waitFor(() => expect(ask('count', 'displayed').trim()).toBe('1'), { timeout: 10_000, interval: 50 });
    ask('close-all');
    expect(await result).toBe('shown');
    expect(shown()).toEqual([
      { summary: 'audio: error', body: 'C:\\new\\path is gone; $(touch /tmp/x) `id` ‹b›bold‹/b› "quoted"' },
    ]);
  });
});
