import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { writeHealthFile } from '../../../src/reporter/write-health-file.ts';
import type { CallName } from '../../../src/shared/api-names.ts';
import type { IncidentDetails, IncidentsPage } from '../../../src/shared/history.ts';
import { formatHealthReport } from '../../../src/shared/health-report-format.ts';
import type { HealthStatus } from '../../../src/shared/status.ts';
import { run, type Running, start } from '../../fixtures/command-line.ts';
import { reportOf } from '../../fixtures/reports.ts';

/** One hour of the story, made once: tests read it. */
let past: string;
let root: string;
const running: Running[] = [];
beforeAll(async () => {
  past = mkdtempSync(join(tmpdir(), 'cli-past-'));
  const folders = [
    '--dir',
    join(past, 'health'),
    '--data',
    join(past, 'data'),
    '--settings',
    join(past, 'settings.json'),
  ];
  const made = await run([
    'fake',
    'core',
    'audio',
    '--story',
    '--scene',
    '180',
    '--interval',
    '10',
    '--past',
    '1',
    ...folders,
  ]);
  expect(made).toMatchObject({ code: 0, stderr: '' });
});
afterAll(() => rmSync(past, { recursive: true, force: true }));
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cli-history-'));
});
afterEach(async () => {
  for (const { child, finished } of running.splice(0)) {
    child.kill();
    await finished;
  }
  rmSync(root, { recursive: true, force: true });
});

const ofPast = (...args: string[]) => run([...args, '--data', join(past, 'data'), '--settings', join(past, 's.json')]);
const places = (): string[] => [
  ...['--dir', join(root, 'health'), '--data', join(root, 'data'), '--settings', join(root, 'settings.json')],
];

describe('history', () => {
  it('prints incidents and changes as tables that a person can read', async () => {
    const { code, stdout } = await ofPast('history', '--limit', '200');
    expect(code).toBe(0);
    const [incidents = '', changes = ''] = stdout.split('\n\n');
    expect(incidents).toMatch(/^INCIDENT +BEGAN +LASTED +SERVICE +WORST +WHY\n/);
    expect(incidents).toMatch(
      /\n\d+ +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +6 min +audio +ERROR +frame_rate: 12 fps, below 24\n/,
    );
    expect(changes).toMatch(/ audio +warning → error +reported +\d+ +service_error: jackd not reachable/);
    expect(changes).toMatch(/ core +healthy → error +stale +\d+ +No report since/);
  });

  it('finds by service, status, words and time, and counts to a limit', async () => {
    const json = async (...args: string[]) =>
      JSON.parse((await ofPast('history', '--format', 'json', '--what', 'incidents', ...args)).stdout) as Record<
        string,
        string
      >[];
    const all = await json();
    expect(all.length).toBeGreaterThan(5);
    const audio = await json('--service', 'audio');
    expect(new Set(audio.map(({ service }) => service))).toEqual(new Set(['audio']));
    expect(audio.length).toBeLessThan(all.length);
    expect(new Set((await json('--status', 'fatal')).map(({ worst }) => worst))).toEqual(new Set(['fatal']));
    const cuda = await json('--search', 'cuda mem');
    expect(cuda.length).toBeGreaterThan(0);
    expect(cuda.every(({ message }) => message?.includes('CUDA out of memory'))).toBe(true);
    const recent = await json('--since', '20min');
    expect(recent.length).toBeGreaterThan(0);
    expect(recent.length).toBeLessThan(all.length);
    expect(await json('--until', '2h')).toEqual([]);
    const limited = await ofPast('history', '--limit', '1', '--what', 'changes');
    expect(limited.stdout.trim().split('\n')).toHaveLength(2);
    expect(limited.stderr).toContain('There is more: --limit is 1.');
  });

  it('prints CSV of incidents, or of changes', async () => {
    const incidents = await ofPast('history', '--format', 'csv');
    expect(incidents.stdout).toMatch(/^id,service,name,opened,closed,seconds,worst,/);
    expect(incidents.stdout).toMatch(
      /\r\n\d+,audio,fake_audio,\d{4}-\d\d-\d\dT[\d:.]+\+0[12]:00,[^,]+,360,error,healthy,/,
    );
    const changes = await ofPast('history', '--format', 'csv', '--what', 'changes', '--service', 'audio');
    expect(changes.stdout).toMatch(/^id,at,service,from,to,reason,message,incident\r\n/);
    expect(changes.stdout).toMatch(/,audio,warning,error,reported,/);
  });

  it('prints a report of an incident, and says where there is none', async () => {
    const { stdout } = await ofPast('history', '--format', 'json', '--service', 'audio', '--what', 'incidents');
    const id = (JSON.parse(stdout) as { id: number }[]).at(-1)?.id;
    const report = await ofPast('history', 'report', String(id));
    expect(report).toMatchObject({ code: 0, stderr: '' });
    expect(report.stdout).toMatch(/^<!doctype html>[^]*jackd not reachable[^]*<\/html>\n$/);
    const none = await ofPast('history', 'report', '999999');
    expect(none).toMatchObject({ code: 3, stdout: '' });
    expect(none.stderr).toContain('There is no incident 999999');
  });

  it.each([
    [['--since', 'tomorrow'], '"tomorrow" is no moment'],
    [['--status', 'sad'], 'must be one of healthy'],
    [['--format', 'xml'], 'must be one of table, json, csv'],
    [['--limit', '0'], 'must be a number from 1'],
  ])('refuses %j in a sentence', async (args, sentence) => {
    const { code, stderr } = await ofPast('history', ...args);
    expect(code).not.toBe(0);
    expect(stderr).toContain(sentence);
  });

  it('says where nothing is kept yet', async () => {
    const { code, stdout, stderr } = await run(['history', ...places()]);
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain(`Nothing is kept in ${join(root, 'data')} yet`);
    expect(JSON.parse((await run(['history', '--format', 'json', ...places()])).stdout)).toEqual({
      incidents: [],
      changes: [],
    });
    expect((await run(['history', 'report', '1', ...places()])).code).toBe(3);
  });

  it('says that a file is no history', async () => {
    expect((await run(['fake', 'core', '--past', '0.01', ...places()])).code).toBe(0);
    writeFileSync(join(root, 'data', 'history.db'), 'not a database, and large enough to be looked at'.repeat(100));
    const { code, stderr } = await run(['history', ...places()]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/history\.db cannot be read: it is not a database/);
  });
});

describe('uptime', () => {
  it('prints per cent and how much was observed', async () => {
    const { stdout } = await ofPast('uptime', '--service', 'audio', '--service', 'nobody');
    expect(stdout).toMatch(/^SERVICE +LAST 24 h +LAST 7 d +LAST 30 d +LAST 90 d\n/);
    expect(stdout).toMatch(/\naudio +\d\d\.\d\d % of (1 h|59 min \d+ s) /);
    const json = JSON.parse((await ofPast('uptime', '--format', 'json')).stdout) as {
      service: string;
      window: string;
    }[];
    expect(json.map(({ service, window }) => `${service} ${window}`)).toEqual(
      ['audio', 'core'].flatMap((service) => ['24 h', '7 d', '30 d', '90 d'].map((window) => `${service} ${window}`)),
    );
    expect((await ofPast('uptime', '--format', 'csv')).stdout).toMatch(/^service,window,up_percent,observed_seconds,/);
  });
});

describe('a running monitor', () => {
  const write = (service: string, status: HealthStatus, message = `it is ${status}`): void => {
    const now = Date.now();
    const [check] = reportOf(status, now).checks;
    const checks = check === undefined ? [] : [{ ...check, message }];
    writeHealthFile(join(root, 'health'), service, formatHealthReport(reportOf(status, now, { checks })));
  };

  async function monitor(): Promise<{
    ask(name: CallName, input: unknown): Promise<unknown>;
    printed: Running['printed'];
  }> {
    writeFileSync(join(root, 'settings.json'), '{ "startup_grace_period": 0, "service_timeout": 600 }');
    const started = start(['monitor', ...places()]);
    running.push(started);
    const url = new URL((await started.printed(/http:\S+token=\S+/))[0]);
    const headers = {
      authorization: `Bearer ${url.searchParams.get('token') ?? ''}`,
      'content-type': 'application/json',
      'x-experimance-health': '1',
    };
    await started.printed(/Watching/);
    return {
      printed: started.printed,
      async ask(name, input) {
        const response = await fetch(new URL(`/api/${name}`, url), {
          method: 'POST',
          headers,
          body: JSON.stringify(input),
        });
        const reply = (await response.json()) as { ok: boolean; value?: unknown; message?: string };
        if (!reply.ok) throw new Error(reply.message);
        return reply.value;
      },
    };
  }

  it('is read beside: what happened a moment ago, without escape sequences', async () => {
    write('core', 'healthy');
    const { printed } = await monitor();
    await printed(/core: healthy/);
    write('core', 'fatal', '\u001b[2J\u009b31m\u202eGPU lost');
    await printed(/→ fatal/);
    await vi.waitFor(async () => {
      for (const format of ['table', 'csv', 'json']) {
        const { stdout } = await run(['history', '--format', format, ...places()]);
        expect(stdout).toContain('GPU lost');
        expect(stdout).not.toMatch(/[\u001b\u009b\u202e]/);
      }
    }, 15_000);
  });

  it('keeps who took care of an incident, and notes, with the name of the user', async () => {
    write('core', 'error');
    const { ask, printed } = await monitor();
    await printed(/core: error/);
    const find = async (): Promise<number> => {
      const { incidents } = (await ask('incidents', {})) as IncidentsPage;
      const [incident] = incidents;
      if (incident === undefined) throw new Error('There is none yet.');
      return incident.id;
    };
    const id = await vi.waitFor(find, 10_000);
    // Whoever tells people must know of it, too, and does so when all have had their time to report.
    await vi.waitFor(
      async () => expect(await ask('acknowledge', { service: 'core', note: 'on my way' })).not.toBeNull(),
      10_000,
    );
    await ask('addNote', { incident: id, text: 'password=hunter2 was the cause' });
    await ask('unacknowledge', { service: 'core' });
    const { username } = userInfo();
    const notes = await vi.waitFor(async () => {
      const incident = (await ask('incident', { id })) as IncidentDetails;
      expect(incident.notes).toHaveLength(3);
      return incident.notes;
    }, 10_000);
    expect(new Set(notes.map(({ kind, by, text }) => `${kind} ${by} ${text}`))).toEqual(
      new Set([
        `acknowledged ${username} on my way`,
        `note ${username} password=hunter2 was the cause`,
        `unacknowledged ${username} `,
      ]),
    );
    expect(await ask('addNote', { incident: 999_999, text: 'x' })).toBeNull();
    const exported = (await ask('exportHistory', { what: 'incident', format: 'html', incident: id })) as {
      text: string;
    };
    expect(exported.text).toContain('on my way');
    expect(exported.text).toContain('password=•••');
    expect(exported.text).not.toContain('hunter2');
    expect(await ask('saveFile', { name: 'x.csv', text: '' })).toEqual({ saved: false, path: null });
    expect(await ask('historyState', null)).toMatchObject({ state: 'recording', message: '' });
  });

  it('is told from a second one, which only reads', async () => {
    write('core', 'healthy');
    const first = await monitor();
    await first.printed(/core: healthy/);
    await vi.waitFor(
      async () => expect(await first.ask('historyState', null)).toMatchObject({ state: 'recording' }),
      10_000,
    );
    const second = await monitor();
    await vi.waitFor(
      async () => expect(await second.ask('historyState', null)).toMatchObject({ state: 'standby' }),
      10_000,
    );
    const past = await run(['fake', 'core', '--past', '0.01', ...places()]);
    expect(past.code).toBe(3);
    expect(past.stderr).toContain('A monitor with the same data folder is running.');
  });
});
