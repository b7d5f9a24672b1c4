import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CheckJson } from '../../../src/cli/check/formats.ts';
import { bootBox, did, hasSystemdBox, onBox, stopBox } from '../../fixtures/systemd-box.ts';

const UNITS = '/run/systemd/system';
const HEALTH = '/tmp/health';
const PLACES = ['--dir', HEALTH, '--data', '/tmp/data', '--settings', '/tmp/settings.json'];

/** Starts over: no unit of the project is in memory, no service has ever reported. */
async function clear(): Promise<void> {
  const script = [
    "systemctl stop '*@experimance.service' web 2>/dev/null",
    'systemctl unmask --runtime audio@experimance 2>/dev/null',
    `rm -rf ${HEALTH} /tmp/data /tmp/fake ${UNITS}/web.service ${UNITS}/broken@.service ${UNITS}/crashing@.service`,
    'systemctl daemon-reload',
    "systemctl reset-failed '*' 2>/dev/null",
    `mkdir -p ${HEALTH}`,
  ].join('; ');
  await did('sh', '-c', script);
}

async function unitFile(name: string, service: string): Promise<void> {
  await did('sh', '-c', `printf '[Service]\\n${service}\\n' > ${UNITS}/${name} && systemctl daemon-reload`);
}

interface Checked {
  code: number | null;
  json: CheckJson;
  stderr: string;
}

async function check(args: readonly string[] = [], env: Record<string, string> = {}): Promise<Checked> {
  const command = ['node', 'out/main/cli.js', 'check', '--only', 'services,processes', ...PLACES, ...args];
  const { code, stdout, stderr } = await onBox(command, env);
  return { code, json: JSON.parse(stdout) as CheckJson, stderr };
}

/** `fatal: display@experimance.service does not run…` */
const said = ({ json }: Checked, service: string): string => {
  const found = json.checks[service]?.find((one) => one.check === 'unit');
  return found === undefined ? 'nothing' : `${found.status}: ${String(found.message)}`;
};

describe.skipIf(!hasSystemdBox)(
  'check on a machine that systemd runs',
  () => {
    beforeAll(bootBox, 600_000);
    afterAll(stopBox, 60_000);
    beforeEach(clear, 60_000);
    afterEach(clear, 60_000);

    it('says units, core active and agent in a crash loop with its restarts, of services that nobody named', async () => {
      await did('systemctl', 'start', 'core@experimance', 'agent@experimance');
      await expect
        .poll(async () => Number(await did('systemctl', 'show', '-P', 'NRestarts', 'agent@experimance')), {
          timeout: 20_000,
        })
        .toBeGreaterThanOrEqual(2);
      const checked = await check();
      const { json } = checked;
      expect(checked.code).toBe(2);
      expect(json).toMatchObject({ project: 'experimance', deployment_mode: 'systemd', status: 'error' });
      expect(json.deployment_reason).toContain('systemd runs this machine and knows units of experimance');
      expect(json.services).toEqual({ agent: 'error', core: 'healthy' });
      expect(json.processes['core']).toEqual({
        active_state: 'active',
        sub_state: 'running',
        pid: Number(await did('systemctl', 'show', '-P', 'MainPID', 'core@experimance')),
        restart_count: 0,
      });
      const { restart_count = 0 } = json.processes['agent'] ?? {};
      expect(restart_count).toBeGreaterThanOrEqual(2);
      expect(json.issues).toEqual([
        {
          check: expect.stringContaining('agent') as string,
          status: 'error',
          message: expect.stringMatching(
            `^agent@experimance.service is restarted again and again: ${restart_count} restarts.`,
          ) as string,
        },
      ]);
    });

    it('tells a failed, a stopped, a masked and a missing unit apart, each in its own words', async () => {
      await unitFile('broken@.service', 'ExecStart=/bin/sh -c "exit 7"');
      await unitFile('crashing@.service', 'ExecStart=/nowhere/program');
      await did('systemctl', 'start', 'core@experimance');
      await onBox(['systemctl', 'start', 'broken@experimance', 'crashing@experimance']);
      await did('systemctl', 'mask', '--runtime', 'audio@experimance');
      await expect
        .poll(() => did('sh', '-c', 'systemctl is-failed broken@experimance crashing@experimance || :'), {
          timeout: 10_000,
        })
        .toBe('failed\nfailed');
      const checked = await check(['--services', 'core,broken,crashing,display,audio,nothing']);
      expect(checked.code).toBe(2);
      expect(said(checked, 'core')).toMatch(/^healthy: core@experimance\.service runs since /);
      expect(said(checked, 'broken')).toMatch(
        /^fatal: broken@experimance\.service has failed \(exit status 7\) since /,
      );
      expect(said(checked, 'crashing')).toContain('(exit status 203: its program cannot be executed)');
      expect(said(checked, 'display')).toMatch(
        /^fatal: display@experimance\.service does not run, though it is expected/,
      );
      expect(said(checked, 'audio')).toMatch(/^fatal: audio@experimance\.service is masked: /);
      expect(said(checked, 'nothing')).toBe(
        'fatal: There is no unit nothing@experimance.service, though the service is expected.',
      );
    });

    it('tells since when a unit runs by this machine’s clock', async () => {
      await did('systemctl', 'start', 'core@experimance');
      const began = Number(await did('date', '+%s'));
      const since = /since (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)/.exec(said(await check(), 'core'))?.[1] ?? '';
      expect(Math.abs(Date.parse(`${since.replace(' ', 'T')}Z`) / 1_000 - began)).toBeLessThanOrEqual(2);
    });

    it('finds a unit by the plain name of its service, beside those of the project', async () => {
      await unitFile('web.service', 'ExecStart=/bin/sleep infinity');
      await did('systemctl', 'start', 'core@experimance', 'web');
      const checked = await check(['--services', 'core,web']);
      expect(checked.json.services).toEqual({ core: 'healthy', web: 'healthy' });
      expect(said(checked, 'web')).toMatch(/^healthy: web\.service runs /);
    });

    it('that was killed and restarted says so, and is no crash loop', async () => {
      await did('systemctl', 'start', 'core@experimance');
      await did('sh', '-c', 'kill -9 "$(systemctl show -P MainPID core@experimance)"');
      await expect
        .poll(() => did('systemctl', 'show', '-P', 'NRestarts', 'core@experimance'), { timeout: 10_000 })
        .toBe('1');
      await expect.poll(() => did('systemctl', 'show', '-P', 'ActiveState', 'core@experimance')).toBe('active');
      const checked = await check();
      expect(checked.code).toBe(1);
      expect(said(checked, 'core')).toMatch(
        /^warning: core@experimance\.service was restarted only just \(1 restart\)/,
      );
    });

    it('says processes where systemd knows no unit of the project', async () => {
      await did('systemctl', 'start', 'core@experimance');
      const { json } = await check(['--project', 'gallery']);
      expect(json).toMatchObject({ project: 'gallery', deployment_mode: 'processes' });
      expect(json.deployment_reason).toContain('knows no unit of gallery');
      expect(json.services).toEqual({});
    });

    it('takes no name of a service for an option, a pattern or a word of a shell', async () => {
      await did('systemctl', 'start', 'core@experimance');
      const names = ['--now', '-H evil', '*', '$(touch odd)', '; touch odd', 'a b', 'core@', '..', 'ü'];
      // Names come from a person, and from whatever lies in the folder.
      await did('sh', '-c', `cd ${HEALTH} && touch -- '--help.json' '$(touch odd).json'`);
      const { json } = await check(['--services', ['core', ...names].join(',')]);
      expect(json.services).toMatchObject({ core: 'healthy', '--now': 'unknown', '--help': 'unknown', '*': 'unknown' });
      expect((await onBox(['test', '-e', 'odd'])).code).toBe(1);
      expect((await onBox(['systemctl', 'is-active', 'core@experimance'])).stdout).toBe('active\n');
    });

    it('goes on with a sentence where systemctl hangs, or is not there', async () => {
      await did('systemctl', 'start', 'core@experimance');
      await did(
        'sh',
        '-c',
        "mkdir -p /tmp/fake && printf '#!/bin/sh\\nexec sleep 600\\n' > /tmp/fake/systemctl && chmod +x /tmp/fake/systemctl",
      );
      const withPath = async (path: string): Promise<CheckJson> => {
        const command = ['env', `PATH=${path}`, '/usr/bin/node', 'out/main/cli.js', 'check', ...PLACES];
        return JSON.parse((await onBox(command)).stdout) as CheckJson;
      };
      const hanging = await withPath('/tmp/fake:/usr/bin:/bin');
      expect(hanging.deployment_reason).toMatch(/systemctl did not end within 5 s/);
      expect(hanging.resources.memory_percent).toBeGreaterThan(0);
      const missing = await withPath('/nowhere');
      expect(missing.deployment_reason).toMatch(/systemctl is not there/);
    });

    it('tells Nagios in one line, with exit code 2 and performance data', async () => {
      await did('systemctl', 'start', 'core@experimance');
      const command = ['node', 'out/main/cli.js', 'check', '--format', 'nagios', ...PLACES];
      const { code, stdout } = await onBox([...command, '--services', 'core,display']);
      expect(code).toBe(2);
      expect(stdout).toMatch(
        /^HEALTH CRITICAL - display unit: display@experimance\.service does not run, .* \| services=\S+ .*memory=[\d.]+%/,
      );
      expect(stdout.trim().split('\n')).toHaveLength(1);
    });
  },
  120_000,
);
