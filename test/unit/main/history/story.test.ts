import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { simulate } from '../../../../src/cli/fake/simulate.ts';
import { SimulatedClock } from '../../../../src/cli/fake/simulated-clock.ts';
import { STORY } from '../../../../src/cli/fake/story.ts';
import { SyntheticService } from '../../../../src/cli/fake/synthetic-service.ts';
import type { HistoryCalls } from '../../../../src/main/history-calls.ts';
import { environmentSecrets } from '../../../../src/main/notifications/secrets.ts';
import { createProgram } from '../../../../src/main/program.ts';
import { calls, type Input, type Output } from '../../../../src/shared/api.ts';
import { upShare } from '../../../../src/shared/history.ts';
import type { Transition } from '../../../../src/shared/service-status.ts';
import { formatNaiveLocal } from '../../../../src/shared/timestamp.ts';
import { buildHistory } from '../../../fixtures/history/build.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SCENE = 3 * MINUTE;

let built: Awaited<ReturnType<typeof buildHistory>>;
beforeAll(async () => (built = await buildHistory()));
afterAll(() => built.remove());

/** The program as `monitor` starts it, and an hour of the story by a clock that does not wait for it. */
async function liveAnHour(worker: string) {
  const root = mkdtempSync(join(tmpdir(), 'story-'));
  const dir = join(root, 'health');
  const settings = join(root, 'settings.json');
  const log = join(root, 'told.log');
  writeFileSync(
    settings,
    JSON.stringify({
      buffer_time: 10,
      notification_cooldown: 0,
      handlers: [{ id: 'stage-team', type: 'log', name: 'Stage team', config: { file: log } }],
    }),
  );
  // It ends now, so that "this month" is this one.
  const began = Math.floor((Date.now() - HOUR) / 1000) * 1000;
  const clock = new SimulatedClock(began);
  const program = createProgram({ dir: [dir], settings, data: join(root, 'data') }, undefined, clock);
  const notifications = await program.openNotifications({ secrets: environmentSecrets({}) });
  const history = await program.openHistory(notifications, worker);
  const transitions: Transition[] = [];
  program.monitor.onUpdate((update) => transitions.push(...update.transitions));
  onTestFinished(async () => {
    await program.close();
    rmSync(root, { recursive: true, force: true });
  });
  await program.start();
  await simulate({
    clock,
    monitor: program.monitor,
    services: ['core', 'audio', 'display'].map((name) => new SyntheticService(dir, name, () => clock.now())),
    scenes: STORY,
    scene: SCENE,
    length: HOUR,
    interval: 10_000,
    settle: () =>
      vi.waitFor(() => expect(notifications.state().handlers.every(({ queued }) => queued === 0)).toBe(true)),
  });
  return { began, clock, transitions, log, calls: history.calls };
}

/** Asks as a view does: what goes in and what comes out is parsed. */
async function ask<N extends keyof HistoryCalls>(handlers: HistoryCalls, name: N, input: Input<N>): Promise<Output<N>> {
  const handle = handlers[name] as (input: unknown) => unknown;
  return calls[name].output.parse(await handle(calls[name].input.parse(input))) as Output<N>;
}

/** For how many seconds a service did not work, counted from the changes themselves. */
function secondsDown(transitions: readonly Transition[], service: string, end: number): number {
  const own = transitions.filter((transition) => transition.service === service);
  return own.reduce((sum, { to, at }, index) => {
    const until = own[index + 1]?.at ?? end;
    return to === 'healthy' || to === 'warning' ? sum : sum + (until - at) / 1000;
  }, 0);
}

it('an hour of the story answers when it started, what else broke, how long audio was down this month, who was told and when', async () => {
  const { began, clock, transitions, log, calls } = await liveAnHour(built.worker);
  const now = clock.now();

  // When did it start? Audio's second scene is the warning that its trouble begins with.
  const { incidents } = await ask(calls, 'incidents', { services: ['audio'] });
  const first = incidents.at(-1);
  expect(first).toMatchObject({
    service: 'audio',
    openedAt: began + 2 * SCENE,
    closedAt: began + 4 * SCENE,
    worst: 'error',
    gaps: false,
  });
  const incident = await ask(calls, 'incident', { id: first?.id ?? 0 });
  expect(incident?.changes.map(({ at, to }) => [(at - began) / SCENE, to])).toEqual([
    [2, 'warning'],
    [3, 'error'],
    [4, 'healthy'],
  ]);
  expect(incident?.changes[1]).toMatchObject({ message: expect.stringContaining('jackd not reachable') });
  expect(incident?.changes[1]?.checks).toContainEqual(
    expect.objectContaining({ name: 'service_error', status: 'error' }),
  );

  // What else broke at that time? Core is one scene ahead, display one behind.
  const around = incident?.around.map(({ service, openedAt }) => [service, (openedAt - began) / SCENE]);
  expect(around).toEqual(
    expect.arrayContaining([
      ['core', 1],
      ['display', 3],
    ]),
  );
  expect(around?.flat()).not.toContain('audio');

  // How long was audio down this month? As long as the changes say, and an hour was observed.
  const { services } = await ask(calls, 'uptime', { at: now, services: ['audio'] });
  const month = services[0]?.d30;
  const down = (month?.error ?? 0) + (month?.fatal ?? 0) + (month?.unknown ?? 0);
  expect(down).toBeCloseTo(secondsDown(transitions, 'audio', now), 0);
  expect(down).toBeGreaterThan(15 * 60);
  expect(month === undefined ? null : upShare(month)).toBeCloseTo(1 - down / 3600, 2);
  expect(month?.unobserved).toBeCloseTo(30 * 86_400 - 3600, 0);

  // Who was told, and when? Several services that change within ten seconds are one message.
  const told = incident?.notifications.filter(({ state }) => state === 'delivered') ?? [];
  expect(new Set(told.map(({ handler }) => handler))).toEqual(new Set(['stage-team']));
  expect(told.every(({ services }) => services.includes('audio'))).toBe(true);
  const when = told.map(({ deliveredAt }) => ((deliveredAt ?? 0) - began) / 1000);
  for (const change of [2, 3, 4].map((scene) => (scene * SCENE) / 1000)) {
    expect(when.some((time) => time >= change && time <= change + 60)).toBe(true);
  }
  const lines = readFileSync(log, 'utf8');
  expect(lines).toContain(`[${formatNaiveLocal(began + 2 * SCENE)}] Service audio health: warning`);
  expect(lines).toContain(`[${formatNaiveLocal(began + 3 * SCENE)}] Service audio health: error`);

  // And all of it fits into one page that can be mailed.
  const report = await ask(calls, 'exportHistory', { what: 'incident', format: 'html', incident: first?.id ?? 0 });
  for (const part of ['jackd not reachable', 'stage-team', 'display', '6 min']) expect(report.text).toContain(part);
}, 60_000);
