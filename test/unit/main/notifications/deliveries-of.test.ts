import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deliveriesOf } from '../../../../src/main/notifications/delivery-log.ts';
import { openStore, type Store } from '../../../../src/main/notifications/store/store.ts';
import type { MessageEvent } from '../../../../src/shared/notification-message.ts';
import { ManualClock } from '../../../fixtures/manual-clock.ts';
import { messageOf } from '../../../fixtures/outbox-child/messages.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
let dir = '';
let clock: ManualClock;
let store: Store;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'deliveries-'));
  clock = new ManualClock();
  store = openStore({ dataDir: dir, clock, onTrouble: () => undefined });
});
afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

/** @param at when it happened, where that is not now. */
const tell = (title: string, event: MessageEvent, services = ['audio'], at = clock.now()): void => {
  store.queue.enqueue('ntfy', messageOf(services, { title, event, at }));
};
const hold = (stage: string): void => {
  const what = { service: 'audio', from: 'healthy', to: 'error', event: 'opened' } as const;
  store.recordDecision({ ...what, at: clock.now(), verdict: 'held', stage, reason: stage, message: null, trace: [] });
};
const titles = (service: string, openedAt: number, closedAt: number | null): string[] =>
  deliveriesOf(store, { service, openedAt, closedAt }).map(({ title, state, reason }) =>
    state === 'held' ? `${state} ${reason}` : title,
  );

describe('who was told of an incident', () => {
  it('is what was told of its service from its beginning to its end, oldest first, with what was held back', () => {
    tell('before', 'opened', ['audio'], clock.now() - HOUR);
    clock.advance(10 * MINUTE);
    const opened = clock.now();
    tell('began', 'opened');
    tell('not about it', 'opened', ['audio2', 'core']);
    clock.advance(5 * MINUTE);
    hold('cooldown');
    clock.advance(5 * MINUTE);
    tell('several', 'changed', ['core', 'audio']);
    const closed = clock.now();
    tell('over', 'recovered');
    expect(titles('audio', opened, closed)).toEqual(['began', 'held cooldown', 'several', 'over']);
    expect(titles('audio', opened, null)).toEqual(['began', 'held cooldown', 'several', 'over']);
  });

  it('is also what was told of it hours later, and not what is of the incidents before and after', () => {
    const first = clock.now();
    clock.advance(10 * MINUTE);
    const firstEnd = clock.now();
    clock.advance(30 * MINUTE);
    const second = clock.now();
    tell('second began', 'opened');
    clock.advance(8 * HOUR);
    tell('first, over night', 'passed', ['audio'], firstEnd);
    clock.advance(MINUTE);
    const secondEnd = clock.now();
    tell('second over', 'recovered');
    clock.advance(MINUTE);
    tell('third began', 'opened');
    expect(titles('audio', first, firstEnd)).toEqual(['first, over night']);
    expect(titles('audio', second, secondEnd)).toEqual(['second began', 'second over']);
  });

  it('is bounded for an incident with very many messages: the last thousand', () => {
    const opened = clock.now();
    for (let index = 0; index < 1300; index += 1) {
      clock.advance(MINUTE);
      tell(`${index}`, 'reminder');
    }
    const found = titles('audio', opened, null);
    expect(found).toHaveLength(1000);
    expect(found.at(-1)).toBe('1299');
  });
});
