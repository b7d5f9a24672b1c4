import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { findTrayHost, type RunProgram, trayHostNote } from '../../../../src/main/desktop/tray-host.ts';

const answers = (byProgram: Record<string, string>): RunProgram =>
  vi.fn((program: string) => {
    const answer = byProgram[program];
    return answer === undefined ? Promise.reject(new Error('ENOENT')) : Promise.resolve(answer);
  });

describe('whether the desktop shows tray icons', () => {
  it.each([
    [{ gdbus: '(true,)\n' }, 'yes'],
    [{ gdbus: '(false,)\n' }, 'no'],
    [{ busctl: 'b true\n' }, 'yes'],
    [{ busctl: 'b false\n' }, 'no'],
    [{ 'dbus-send': 'method return …\n   boolean true\n' }, 'yes'],
    [{ 'dbus-send': 'method return …\n   boolean false\n' }, 'no'],
    [{ gdbus: '', busctl: 'b false' }, 'no'],
    [{}, 'unknown'],
  ] as const)('%j: %s', async (programs, host) => {
    expect(await findTrayHost('linux', answers({ ...programs }))).toBe(host);
  });

  it('is not asked elsewhere', async () => {
    const run = answers({});
    expect(await findTrayHost('win32', run)).toBe('yes');
    expect(await findTrayHost('darwin', run)).toBe('yes');
    expect(run).not.toHaveBeenCalled();
  });

  it('is told with what to do, and not where there is one', () => {
    expect(trayHostNote('yes')).toBeNull();
    expect(trayHostNote('no')).toMatch(/closing this window ends the monitor.*AppIndicator/);
    expect(trayHostNote('unknown')).toMatch(/goes on when this window is closed/);
  });
});

/** Whether a program is there that a test needs. */
function installed(program: string): boolean {
  return spawnSync('which', [program]).status === 0;
}

/** A session bus of the test's own. */
async function startBus(): Promise<{ address: string; stop(): void }> {
  const bus = spawn('dbus-daemon', ['--session', '--nofork', '--print-address'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [address] = (await once(bus.stdout, 'data')) as [Buffer];
  return { address: address.toString().trim(), stop: () => void bus.kill() };
}

/** Lets only `program` run, on this bus. */
const onlyOn =
  (address: string, program: string): RunProgram =>
  async (wanted, args, timeout) => {
    if (wanted !== program) throw new Error(`${wanted} is not to be used`);
    const env = { ...process.env, DBUS_SESSION_BUS_ADDRESS: address };
    return (await promisify(execFile)(wanted, [...args], { timeout, env })).stdout;
  };

describe.skipIf(!installed('dbus-daemon'))('on a real session bus', () => {
  for (const program of ['gdbus', 'busctl', 'dbus-send']) {
    it.skipIf(!installed(program))(`${program} tells that nobody collects icons`, async () => {
      const bus = await startBus();
      try {
        expect(await findTrayHost('linux', onlyOn(bus.address, program))).toBe('no');
      } finally {
        bus.stop();
      }
    });

    it.skipIf(!installed(program))(`${program} tells that somebody does`, async () => {
      const bus = await startBus();
      const run = onlyOn(bus.address, program);
      try {
        // The bus itself is the one name that somebody owns on every bus.
        const asked: RunProgram = (wanted, args, limit) =>
          run(
            wanted,
            args.map((arg) => arg.replace('org.kde.StatusNotifierWatcher', 'org.freedesktop.DBus')),
            limit,
          );
        expect(await findTrayHost('linux', asked)).toBe('yes');
      } finally {
        bus.stop();
      }
    });
  }

  it.skipIf(!installed('gdbus'))('is unknown where there is no bus', async () => {
    expect(await findTrayHost('linux', onlyOn('unix:path=/nowhere/at/all', 'gdbus'))).toBe('unknown');
  });
});
