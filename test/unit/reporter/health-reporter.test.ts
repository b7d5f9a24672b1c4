import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultHealthDir } from '../../../src/reporter/health-dir.ts';
import { HealthReporter } from '../../../src/reporter/health-reporter.ts';
import type { HealthNotification } from '../../../src/reporter/notifications.ts';
import type { HealthReporterOptions } from '../../../src/reporter/options.ts';
import {
  checksOfReport,
  type HealthReport,
  readHealthReport,
  statusOfReport,
} from '../../../src/shared/health-report.ts';
import { formatHealthReport } from '../../../src/shared/health-report-format.ts';
import { parsePythonJson } from '../../../src/shared/python-json.ts';
import type { RunFields } from '../../../src/shared/run-fields.ts';
import type { HealthStatus } from '../../../src/shared/status-order.ts';
import { ManualClock } from '../../fixtures/manual-clock.ts';
import { runProgram } from '../../fixtures/reporter/program.ts';

type Written = HealthReport & RunFields;

let dir: string;
let clock: ManualClock;
let said: string[];
const open: HealthReporter[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'reporter-'));
  clock = new ManualClock();
  said = [];
});
afterEach(() => {
  for (const reporter of open.splice(0)) reporter.close();
  rmSync(dir, { recursive: true, force: true });
});

function reporter(options: HealthReporterOptions = {}): HealthReporter {
  const logger = { warn: (message: string) => said.push(message), error: (message: string) => said.push(message) };
  const made = new HealthReporter('camera-service', 'camera', { healthDir: dir, clock, logger, ...options });
  open.push(made);
  return made;
}
const text = (): string => readFileSync(join(dir, 'camera.json'), 'utf8');
const read = (): Written => JSON.parse(text()) as Written;

describe('the health file', () => {
  it("has the Python services' fields in their order, then our own", () => {
    const camera = reporter();
    camera.updateServiceStats({ messagesSent: 12, messagesReceived: 34 });
    camera.recordHealthCheck('frame_rate', 'warning', '12 fps, below 24 °', { fps: 12.01 });
    expect(Object.keys(read())).toEqual([
      ...['service_name', 'overall_status', 'checks', 'last_updated', 'uptime', 'restart_count', 'error_count'],
      ...['messages_sent', 'messages_received', 'last_check', 'schema_version', 'service_type', 'host', 'pid'],
      ...(process.platform === 'linux' ? ['process_start'] : []),
      ...['started_at', 'written_at', 'sequence', 'current', 'restarts', 'stopped'],
    ]);
    expect(Object.keys(read().checks[0] ?? {})).toEqual(['name', 'status', 'message', 'timestamp', 'metadata']);
    // The tests run in Europe/Berlin, two hours ahead of the clock's 12:00 UTC.
    expect(read()).toMatchObject({
      service_name: 'camera-service',
      overall_status: 'warning',
      last_check: '2026-06-15T14:00:00.000000',
      started_at: '2026-06-15T12:00:00.000Z',
      pid: process.pid,
      schema_version: 1,
      stopped: null,
    });
    expect(text()).toMatch(/^\{\n {2}"service_name"/);
    expect(text()).toContain('\\u00b0');
    expect(readdirSync(dir)).toEqual(['camera.json']);
  });

  it('holds the last 50 records, and the current result of each check beyond them', () => {
    const camera = reporter();
    camera.recordHealthCheck('rare', 'error', 'it broke', { part: 7 });
    for (let index = 0; index < 60; index += 1) camera.recordHealthCheck('often', 'healthy', `round ${index}`);
    camera.flush();
    const report = read();
    expect(report.checks).toHaveLength(50);
    expect(report.checks.at(-1)?.message).toBe('round 59');
    expect(report.current).toMatchObject([
      { name: 'rare', status: 'error' },
      { name: 'often', status: 'healthy' },
    ]);
    expect(report.overall_status).toBe('error');
    // And so the monitor reads it.
    const lenient = readHealthReport(parsePythonJson(text()), 'camera');
    if (!lenient.ok) throw new Error(lenient.fault);
    expect(statusOfReport(lenient.report)).toBe('error');
    expect(checksOfReport(lenient.report)).toMatchObject([{ name: 'rare', message: 'it broke' }, { name: 'often' }]);
  });

  it('is named by type and instance, and says which it is', () => {
    const camera = reporter({ instance: 'left' });
    camera.recordHealthCheck('main', 'healthy');
    const left = JSON.parse(readFileSync(join(dir, 'camera.left.json'), 'utf8')) as Written;
    expect(left).toMatchObject({ service_type: 'camera', instance: 'left' });
  });

  it('stays below what monitors read at most, whatever is recorded', () => {
    const camera = reporter();
    const wide = '\u{1f4f7}'.repeat(5_000);
    const metadata = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`${index}${wide}`, [[wide]]]));
    for (let index = 0; index < 500; index += 1) camera.recordHealthCheck(`${index}${wide}`, 'healthy', wide, metadata);
    camera.flush();
    expect(text().length).toBeLessThan(1024 * 1024);
    expect(readHealthReport(parsePythonJson(text()), 'camera').ok).toBe(true);
  });

  it.each(['agent', 'audio', 'core', 'display', 'image_server', 'lidar'])(
    'of a Python service is carried on from: %s',
    (type) => {
      const theirs = readFileSync(join(import.meta.dirname, `../../fixtures/health-files/${type}.json`), 'utf8');
      writeFileSync(join(dir, `${type}.json`), theirs);
      const before = parsePythonJson(theirs) as HealthReport;
      const ours = new HealthReporter('ours', type, { healthDir: dir, clock });
      open.push(ours);
      const { restart_count, error_count, checks } = ours.getHealthSummary();
      expect([restart_count, error_count]).toEqual([before.restart_count + 1, before.error_count]);
      expect(checks.at(-1)?.message).toContain('The run before ended without a word');
    },
  );

  it('is where the Python writer puts it', () => {
    const cwd = (): string => '/srv/app';
    expect(defaultHealthDir({ EXPERIMANCE_ENV: 'production' }, cwd)).toBe('/var/cache/experimance/health');
    expect(defaultHealthDir({ EXPERIMANCE_ENV: 'development' }, cwd)).toBe(join('/srv/app', 'logs', 'health'));
    expect(defaultHealthDir({}, cwd)).toBe(join('/srv/app', 'logs', 'health'));
  });

  it('round-trips through the monitor: what it reads and writes again is the same', () => {
    const camera = reporter();
    camera.recordHealthCheck('main', 'warning', 'é', { list: [1, { a: null }] });
    const lenient = readHealthReport(parsePythonJson(text()), 'camera');
    expect(lenient.ok && formatHealthReport(lenient.report)).toBe(text());
  });
});

describe('names', () => {
  it.each(['', ' ', '../core', 'a/b', 'a\\b', '/etc/passwd', '.hidden', 'a\u0000b', 'a\nb', 'a\ud800', 7])(
    'that would leave the folder or be seen by nobody are refused at construction: %j',
    (name) => {
      expect(() => new HealthReporter('x', name as string, { healthDir: dir })).toThrow(TypeError);
      expect(readdirSync(dir)).toEqual([]);
    },
  );

  it('of instances are refused in the same way', () => {
    expect(() => reporter({ instance: '../left' })).toThrow(/instance "..\/left" must not contain/);
    expect(() => reporter({ instance: '' })).toThrow(TypeError);
  });
});

describe('writing', () => {
  it('comes at once with a change of status, and is put off for repeated results', () => {
    const camera = reporter({ writeDelaySeconds: 1 });
    camera.recordHealthCheck('main', 'healthy', '1');
    expect(read().sequence).toBe(1);
    for (const message of ['2', '3', '4']) camera.recordHealthCheck('main', 'healthy', message);
    expect(read().sequence).toBe(1);
    clock.advance(999);
    expect(read().sequence).toBe(1);
    clock.advance(1);
    expect(read()).toMatchObject({ sequence: 2, checks: [{}, {}, {}, { message: '4' }] });
    camera.recordHealthCheck('main', 'error', '5');
    expect(read()).toMatchObject({ sequence: 3, overall_status: 'error' });
    // Of one check, though the service's status stays.
    camera.recordHealthCheck('other', 'warning');
    expect(read().sequence).toBe(4);
    camera.recordHealthCheck('main', 'error', '6');
    expect(camera.flush()).toBe(true);
    expect(read().checks.at(-1)?.message).toBe('6');
    clock.advance(60_000);
    expect(read().sequence).toBe(5);
  });

  it('is not reached by what is done to a summary', () => {
    const camera = reporter();
    camera.recordHealthCheck('main', 'healthy', '', { list: [1] });
    const summary = camera.getHealthSummary();
    (summary.checks[0]?.metadata['list'] as number[]).push(2);
    summary.checks.length = 0;
    expect(camera.getHealthSummary().checks).toMatchObject([{ metadata: { list: [1] } }]);
  });

  it('gives each version a number of its own, that looking at the report does not use up', () => {
    const camera = reporter();
    camera.addNotificationHandler(() => undefined, { cooldownSeconds: 0 });
    camera.recordHealthCheck('main', 'healthy');
    expect(camera.getHealthSummary()['sequence']).toBe(1);
    camera.recordHealthCheck('main', 'error');
    expect(read().sequence).toBe(2);
    expect(camera.getHealthSummary()['sequence']).toBe(2);
  });

  it('comes also where the service never returns to its event loop', () => {
    const camera = reporter({ writeDelaySeconds: 1 });
    camera.recordHealthCheck('main', 'healthy');
    camera.recordHealthCheck('main', 'healthy');
    // The wall and the monotonic clock go on, but no timer fires.
    vi.spyOn(clock, 'monotonic').mockReturnValue(1_500);
    camera.recordHealthCheck('main', 'healthy', 'busy');
    expect(read().checks.at(-1)?.message).toBe('busy');
  });

  it.each([
    [true, process.platform === 'win32' ? 'sync file,rename' : 'sync file,rename,sync folder'],
    [false, 'rename'],
  ])('waits for the disk where it is to be durable, before and after the rename: %j', async (durable, steps) => {
    const { stdout, stderr } = await runProgram('durable.mjs', [dir, String(durable)]);
    expect([stdout.trim(), stderr]).toEqual([steps, '']);
  });

  it('ends with close(), which the language calls at the end of a block', async () => {
    {
      await using camera = reporter();
      camera.recordHealthCheck('main', 'healthy', '1');
      camera.recordHealthCheck('main', 'healthy', '2');
    }
    expect(read().checks.at(-1)?.message).toBe('2');
    expect(read().stopped).toEqual({ at: '2026-06-15T12:00:00.000Z', clean: true, reason: 'closed' });
    const closed = open[0];
    closed?.close();
    closed?.recordHealthCheck('main', 'error');
    clock.advance(60_000);
    expect(read().overall_status).toBe('healthy');
    expect(said).toEqual([expect.stringContaining('after the reporter was closed')]);
  });
});

describe('the status', () => {
  it('of a check with a time to live becomes unknown when no other result comes in time', () => {
    const camera = reporter();
    camera.recordHealthCheck('main', 'healthy');
    camera.recordHealthCheck('pulse', 'error', 'slow', {}, { ttlSeconds: 30 });
    clock.advance(29_999);
    expect(read().overall_status).toBe('error');
    clock.advance(1);
    expect(read().overall_status).toBe('healthy');
    expect(read().checks.at(-1)).toMatchObject({
      name: 'pulse',
      status: 'unknown',
      message: 'No result for 30 s; the last one was error',
    });
    camera.recordHealthCheck('pulse', 'healthy', 'back', {}, { ttlSeconds: 30 });
    expect(read().current.find(({ name }) => name === 'pulse')).toMatchObject({ status: 'healthy', ttl_seconds: 30 });
  });

  it('of a check lapses in time also where another lapses later, or the service never returns to its event loop', () => {
    const camera = reporter();
    camera.recordHealthCheck('slow', 'healthy', '', {}, { ttlSeconds: 60 });
    camera.recordHealthCheck('quick', 'error', '', {}, { ttlSeconds: 5 });
    clock.advance(5_000);
    expect(read().overall_status).toBe('healthy');
    // No timer fires any more.
    vi.spyOn(clock, 'monotonic').mockReturnValue(60_000);
    camera.recordHealthCheck('main', 'warning');
    expect(read().checks.slice(-2)).toMatchObject([{ name: 'slow', status: 'unknown' }, { name: 'main' }]);
    camera.recordHealthCheck('last', 'fatal', '', {}, { ttlSeconds: 5 });
    vi.spyOn(clock, 'monotonic').mockReturnValue(65_000);
    camera.flush();
    expect(read().overall_status).toBe('warning');
  });

  it('lapses no more once the report is closed', () => {
    const camera = reporter();
    camera.recordHealthCheck('pulse', 'healthy', '', {}, { ttlSeconds: 5 });
    camera.close();
    const closed = text();
    clock.advance(3_600_000);
    expect(text()).toBe(closed);
  });

  it('of an error is over after some time without another, and of a fatal one is not', () => {
    const camera = reporter({ errorClearSeconds: 60 });
    camera.recordError(new TypeError('first'));
    clock.advance(59_000);
    camera.recordError('second, a text');
    clock.advance(59_000);
    expect(read()).toMatchObject({ overall_status: 'error', error_count: 2 });
    expect(read().checks.at(0)).toEqual({
      name: 'service_error',
      status: 'error',
      message: 'first',
      timestamp: '2026-06-15T14:00:00.000000',
      metadata: { error_type: 'TypeError', is_fatal: false, error_count: 1 },
    });
    clock.advance(1_000);
    expect(read().overall_status).toBe('healthy');
    expect(read().checks.at(-1)).toMatchObject({ name: 'error_recovery', message: 'No error for 1 min' });
    camera.recordError(new Error('third'), { fatal: true });
    clock.advance(3_600_000);
    expect(read().overall_status).toBe('fatal');
    camera.resetErrorStatus();
    expect(read().overall_status).toBe('healthy');
    expect(read().current.map(({ name }) => name)).not.toContain('service_error');
  });

  it('of a restart that the service tells of is a warning for a while', () => {
    const camera = reporter({ stableSeconds: 60 });
    camera.recordRestart('new lens');
    expect(read()).toMatchObject({ overall_status: 'warning', restart_count: 1 });
    expect(read().checks[0]?.message).toBe('Service restarted (count: 1): new lens');
    clock.advance(60_000);
    expect(read().overall_status).toBe('healthy');
  });
});

describe('wrong arguments', () => {
  const wrong: [string, (camera: HealthReporter) => void, object?][] = [
    [
      'a status that is none',
      (camera) => camera.recordHealthCheck('a', 'broken' as HealthStatus, 'why'),
      { name: 'a', status: 'unknown', message: '(recorded with the status "broken", which is none) why' },
    ],
    [
      'no status',
      (camera) => camera.recordHealthCheck('a', undefined as unknown as HealthStatus),
      { status: 'unknown' },
    ],
    ['an empty name', (camera) => camera.recordHealthCheck('', 'error'), { name: '(no name)', status: 'error' }],
    [
      'a name that is no text',
      (camera) => camera.recordHealthCheck({} as string, 'error'),
      { name: '[object Object]' },
    ],
    [
      'a time to live that is none',
      (camera) => camera.recordHealthCheck('a', 'healthy', '', {}, { ttlSeconds: -1 }),
      { name: 'a' },
    ],
    [
      'a time to live without end',
      (camera) => camera.recordHealthCheck('a', 'healthy', '', {}, { ttlSeconds: Infinity }),
      { name: 'a' },
    ],
    ['a counter that is none', (camera) => camera.updateServiceStats({ errors: NaN })],
    ['a handler that is none', (camera) => void camera.addNotificationHandler(7 as never)],
    [
      'statuses of a handler that are no list of them',
      (camera) => void camera.addNotificationHandler(() => undefined, { statuses: 'error' as never }),
    ],
    [
      'a cooldown that is none',
      (camera) => void camera.addNotificationHandler(() => undefined, { cooldownSeconds: NaN }),
    ],
  ];

  it.each(wrong)('are recorded as what they are, and logged, in production: %s', (_what, call, record) => {
    const camera = reporter();
    expect(() => call(camera)).not.toThrow();
    if (record !== undefined) expect(read().checks.at(-1)).toMatchObject(record);
    expect(said).toHaveLength(1);
  });

  it.each(wrong)('throw in development: %s', (_what, call) => {
    const camera = reporter({ development: true });
    expect(() => call(camera)).toThrow(TypeError);
    expect(existsSync(join(dir, 'camera.json'))).toBe(false);
  });

  it('of any kind hurt nobody, and a status in any case is one', () => {
    const camera = reporter();
    camera.recordHealthCheck('case', 'WARNING' as HealthStatus, new Error('as message') as unknown as string);
    expect(read().checks.at(-1)).toMatchObject({ status: 'warning', message: 'as message' });
    expect(() => {
      camera.recordError(undefined);
      camera.recordHealthCheck('m', 'healthy', 7n as unknown as string, 'not an object' as never, null as never);
      camera.updateServiceStats(undefined as never);
      camera.recordHealthCheck('x'.repeat(10_000_000), 'healthy', 'y'.repeat(10_000_000));
    }).not.toThrow();
    expect(camera.getHealthSummary().checks.at(-1)?.message).toMatch(/cut: 10000000 characters/);
  });
});

describe('what throws at every look', () => {
  class Untouchable extends Error {
    override get message(): never {
      throw this;
    }
    override get name(): never {
      throw this;
    }
  }
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();

  it.each<[string, unknown]>([
    ['an error', new Untouchable()],
    ['a revoked proxy', proxy],
    ['null', null],
  ])('hurts no caller wherever it is handed over: %s', async (_what, value) => {
    const camera = reporter();
    const it = value as never;
    camera.addNotificationHandler(() => undefined, it);
    camera.addNotificationHandler(
      () => {
        throw value;
      },
      { cooldownSeconds: 0 },
    );
    camera.addNotificationHandler(() => Promise.reject(value), { cooldownSeconds: 0 });
    camera.recordHealthCheck('a', 'error', it, it, it);
    camera.recordHealthCheck(it, it, it, { value }, it);
    camera.recordError(value);
    camera.recordError('once more', it);
    camera.recordRestart(it);
    camera.updateServiceStats(it);
    camera.recordHealthCheck('last', 'warning');
    await new Promise(setImmediate);
    expect(camera.getHealthSummary().error_count).toBeGreaterThanOrEqual(1);
    camera.close({ error: value });
    expect(read().checks.at(-1)?.name).toBe('last');
    expect(read().stopped?.clean).toBe(false);
  });

  it('is no options where it is null', () => {
    vi.spyOn(process, 'cwd').mockReturnValue(dir);
    const camera = new HealthReporter('camera-service', 'camera', null);
    open.push(camera);
    camera.recordHealthCheck('main', 'healthy');
    expect(existsSync(join(dir, 'logs/health/camera.json'))).toBe(true);
    camera.close(null);
  });
});

describe('notification handlers', () => {
  it('are told of changes and of errors, each with its own statuses and cooldown', () => {
    const camera = reporter();
    const all: string[] = [];
    const bad: string[] = [];
    const note = (to: string[]) => (notification: HealthNotification) =>
      to.push(`${notification.previousStatus}>${notification.status} ${notification.check.name}`);
    camera.addNotificationHandler(note(all));
    const remove = camera.addNotificationHandler(note(bad), { statuses: ['error'], cooldownSeconds: 10 });
    camera.recordHealthCheck('a', 'healthy');
    camera.recordHealthCheck('a', 'healthy');
    camera.recordHealthCheck('a', 'error');
    camera.recordHealthCheck('b', 'error');
    clock.advance(10_000);
    camera.recordHealthCheck('b', 'error');
    expect(all).toEqual(['unknown>healthy a', 'healthy>error a']);
    expect(bad).toEqual(['healthy>error a', 'error>error b']);
    clock.advance(290_000);
    remove();
    camera.recordHealthCheck('b', 'error');
    expect(all).toHaveLength(3);
    expect(bad).toHaveLength(2);
  });

  it('that throw, reject, meddle or record themselves hurt neither each other nor the service', async () => {
    const camera = reporter();
    const seen: (string | null)[] = [];
    camera.addNotificationHandler(() => {
      throw new Error('handler threw');
    });
    camera.addNotificationHandler(() => Promise.reject(new Error('handler rejected')));
    camera.addNotificationHandler((notification) => {
      notification.check.message = 'meddled';
      camera.recordHealthCheck('from a handler', 'fatal');
    });
    camera.addNotificationHandler(({ check }) => seen.push(check.message), { cooldownSeconds: 0 });
    camera.recordHealthCheck('a', 'error', 'as it was');
    await Promise.resolve();
    expect(seen).toEqual(['as it was']);
    expect(camera.status).toBe('fatal');
    expect(said).toEqual([expect.stringContaining('handler threw')]);
    // A minute later, with how often it happened meanwhile: that of the promise came after the other one.
    clock.advance(61_000);
    camera.recordHealthCheck('a', 'error');
    expect(said.at(-1)).toContain('handler threw (and 1 times before)');
  });

  it('are told when the file is written already', () => {
    const camera = reporter();
    let status: string | undefined;
    camera.addNotificationHandler(() => (status = read().overall_status));
    camera.recordHealthCheck('a', 'error');
    expect(status).toBe('error');
  });
});

describe('a logger', () => {
  it('that fails hurts nobody', async () => {
    const fails = (): never => {
      throw new Error('no log');
    };
    const camera = reporter({ logger: { warn: fails, error: () => Promise.reject(new Error('no log')) } });
    expect(() => camera.recordHealthCheck('', 'healthy')).not.toThrow();
    camera.addNotificationHandler(fails);
    camera.recordHealthCheck('a', 'error');
    await Promise.resolve();
    expect(camera.status).toBe('error');
  });
});
