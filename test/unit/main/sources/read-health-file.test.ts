import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readHealthFile } from '../../../../src/main/sources/read-health-file.ts';
import { unprivileged } from '../../../fixtures/unprivileged.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'health-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function read(content: string | Buffer) {
  const path = join(dir, 'core.json');
  writeFileSync(path, content);
  return readHealthFile(path);
}

const python = join(import.meta.dirname, '../../../fixtures/health-files');

describe('a health file', () => {
  it.each(readdirSync(python))('written by a Python service is read: %s', (name) => {
    const { report, problem } = readHealthFile(join(python, name));
    expect(problem).toBeUndefined();
    expect(report?.checks.length).toBeGreaterThan(0);
  });

  it('keeps numbers that are not finite, text beyond ASCII and fields it does not know', () => {
    const { report } = readHealthFile(join(python, 'lidar.json'));
    expect(report?.service_name).toBe('capteur_été');
    expect(report?.checks[0]?.metadata).toEqual({ celsius: NaN, max: Infinity });
    expect(read('{"overall_status": "healthy", "rack": {"row": 3}}').report).toMatchObject({ rack: { row: 3 } });
  });

  it('is read with statuses in any case, nulls, and without optional fields', () => {
    const { report, problem } = read(
      '{"overall_status": " Warning", "checks": null, "uptime": NaN, "service_name": null}',
    );
    expect(problem).toBeUndefined();
    expect(report).toMatchObject({
      overall_status: 'warning',
      checks: [],
      uptime: null,
      service_name: 'core',
      error_count: 0,
    });
  });

  it('cannot change an object of ours by a field named __proto__', () => {
    const { report } = read(
      '{"overall_status":"healthy","checks":[{"name":"a","status":"healthy","metadata":{"__proto__":{"evil":1}}}],"__proto__":{"evil":1}}',
    );
    expect(report).toBeDefined();
    expect((report as Record<string, unknown>)['evil']).toBeUndefined();
    expect(({} as Record<string, unknown>)['evil']).toBeUndefined();
  });
});

describe('a bad file is told by its own fault, and named', () => {
  it.each([
    ['empty', ' \n', 'core.json is empty'],
    ['truncated', '{"service_name": "core", "checks": [{"na', 'core.json is cut off after 40 bytes'],
    ['truncated', '{"a": 1', 'core.json is cut off after 7 bytes'],
    ['not-json', 'status: fine', 'core.json is not JSON'],
    ['not-json', '{"a": 1,\n "b" 2}', 'core.json is not JSON in line 2'],
    ['binary', Buffer.from([0x7b, 0x00, 0x7d]), 'core.json holds binary data'],
    ['binary', Buffer.from([0x22, 0xff, 0xfe, 0x22]), 'core.json is not UTF-8 text'],
    ['wrong-shape', '[]', 'core.json is not a health report'],
    ['wrong-shape', '{}', 'core.json has a wrong overall_status: is missing'],
    ['wrong-shape', '{"overall_status": 3}', 'core.json has a wrong overall_status'],
    [
      'wrong-shape',
      '{"overall_status": "healthy", "checks": [{"name": "a"}]}',
      'core.json has a wrong checks[0].status',
    ],
    [
      'wrong-shape',
      '{"overall_status": "healthy", "uptime": "long"}',
      'core.json has a wrong uptime: must be a number',
    ],
    [
      'wrong-shape',
      '{"overall_status": "healthy", "last_check": "yesterday"}',
      'last_check: "yesterday" is not an ISO 8601 time',
    ],
    ['unknown-status', '{"overall_status": "down"}', 'core.json says overall_status is "down"'],
    ['unknown-status', '{"checks": [{"name": "a", "status": "up"}]}', 'core.json says checks[0].status is "up"'],
  ])('%s: %j', (fault, content, message) => {
    const { problem } = read(content);
    expect(problem).toMatchObject({ kind: 'corrupt', fault });
    expect(problem?.message).toContain(message);
    expect(problem?.message).toContain(dir);
  });

  it('too large', () => {
    expect(read('x'.repeat(1024 * 1024 + 1)).problem).toMatchObject({ kind: 'too-large', fault: 'too-large' });
    expect(read('x'.repeat(1024 * 1024)).problem).toMatchObject({ fault: 'not-json' });
  });

  it('a folder', () => {
    mkdirSync(join(dir, 'core.json'));
    expect(readHealthFile(join(dir, 'core.json')).problem).toMatchObject({ kind: 'unreadable', fault: 'not-a-file' });
  });

  it.skipIf(process.platform === 'win32')('a pipe, without waiting for somebody to write to it', () => {
    execFileSync('mkfifo', [join(dir, 'core.json')]);
    expect(readHealthFile(join(dir, 'core.json')).problem).toMatchObject({ kind: 'unreadable', fault: 'not-a-file' });
  });

  it('a link out of the folder, and one to nowhere', () => {
    writeFileSync(join(dir, 'target.json'), '{"overall_status": "healthy"}');
    mkdirSync(join(dir, 'in'));
    symlinkSync(join(dir, 'target.json'), join(dir, 'in', 'core.json'));
    symlinkSync(join(dir, 'nothing'), join(dir, 'in', 'audio.json'));
    expect(readHealthFile(join(dir, 'in', 'core.json')).problem).toMatchObject({
      kind: 'unreadable',
      fault: 'outside-link',
    });
    expect(readHealthFile(join(dir, 'in', 'audio.json')).problem).toMatchObject({
      kind: 'unreadable',
      fault: 'outside-link',
    });
  });

  it('but a link inside the folder is read', () => {
    writeFileSync(join(dir, 'real.json'), '{"overall_status": "healthy"}');
    symlinkSync('real.json', join(dir, 'core.json'));
    expect(readHealthFile(join(dir, 'core.json')).report?.overall_status).toBe('healthy');
  });

  it('not there', () => {
    expect(readHealthFile(join(dir, 'core.json')).problem).toMatchObject({ kind: 'missing', fault: 'file-missing' });
  });

  it.skipIf(process.platform === 'win32')('no permission', async () => {
    const path = join(dir, 'core.json');
    writeFileSync(path, '{}');
    chmodSync(path, 0);
    chmodSync(dir, 0o755);
    const problem = await unprivileged(() => readHealthFile(path).problem);
    expect(problem).toMatchObject({ kind: 'unreadable', fault: 'no-permission' });
  });
});
