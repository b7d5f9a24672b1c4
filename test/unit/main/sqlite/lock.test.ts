import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { acquireLock, lockHolder } from '../../../../src/main/sqlite/lock.ts';
import { buildChild } from '../../../fixtures/outbox-child/build.ts';

let child: Awaited<ReturnType<typeof buildChild>>;
let dir = '';
const running: ChildProcess[] = [];

beforeAll(async () => {
  child = await buildChild('lock');
}, 60_000);
afterAll(() => child.remove());
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'store-lock-'));
});
afterEach(() => {
  for (const process of running.splice(0)) process.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

/** Another process that tries to take the lock. */
async function another(): Promise<{ process: ChildProcess; answer: string }> {
  const started = spawn(process.execPath, [child.file, dir], { stdio: ['pipe', 'pipe', 'inherit'] });
  running.push(started);
  const [data] = (await once(started.stdout, 'data')) as [Buffer];
  return { process: started, answer: data.toString('utf8').trim() };
}

it('the lock, is had by one process at a time, and is free after kill -9', async () => {
  const first = await another();
  expect(first.answer).toBe('taken');
  expect(acquireLock(dir, 'notifications')).toBeUndefined();
  expect(lockHolder(dir, 'notifications')).toBe(first.process.pid);
  expect((await another()).answer).toBe('refused');
  const closed = once(first.process, 'close');
  first.process.kill('SIGKILL');
  await closed;
  const lock = acquireLock(dir, 'notifications');
  expect(lock).toBeDefined();
  expect(lockHolder(dir, 'notifications')).toBe(process.pid);
  expect((await another()).answer).toBe('refused');
  lock?.release();
  lock?.release();
  expect((await another()).answer).toBe('taken');
});

it('the lock, is had once within a process too', () => {
  const lock = acquireLock(dir, 'notifications');
  expect(acquireLock(dir, 'notifications')).toBeUndefined();
  lock?.release();
  expect(lockHolder(dir, 'notifications')).toBeUndefined();
});

it('the lock, is had by everybody, where the folder cannot be made', () => {
  const file = join(dir, 'file');
  writeFileSync(file, '');
  expect(acquireLock(join(file, 'data'), 'notifications')).toBeDefined();
});

it('the lock, is taken, where its file is of something else', () => {
  writeFileSync(join(dir, 'notifications.lock'), 'not a database'.repeat(1000));
  const lock = acquireLock(dir, 'notifications');
  expect(lock).toBeDefined();
  expect(acquireLock(dir, 'notifications')).toBeUndefined();
  lock?.release();
});
