import { describe, expect, it } from 'vitest';
import { backoff } from '../../../../src/main/notifications/outbox/backoff.ts';
import { asLate } from '../../../../src/main/notifications/outbox/late.ts';
import { ntfy } from '../../../../src/shared/handlers/ntfy.ts';
import { AWAY, begin, BROKEN, clock, DELIVERED, MINUTE, SECOND, turn } from '../../../fixtures/outbox-child/harness.ts';
import { messageOf } from '../../../fixtures/outbox-child/messages.ts';

describe('handlers', () => {
  it('that are switched off keep their messages until they are switched on', async () => {
    const { send, outbox, next, calls, pass } = begin();
    outbox.setHandlers([{ id: 'ntfy', enabled: false }]);
    await send(['core']);
    await pass(10 * MINUTE);
    expect(calls).toHaveLength(0);
    outbox.setHandlers([{ id: 'ntfy', enabled: true }]);
    await turn();
    expect(next().message.text).toMatch(/told 10 min late: the handler was switched off\.\n/);
  });

  it('that are removed fail their messages, also one that is on its way', async () => {
    const { send, outbox, entries, store, calls } = begin();
    await send(['core']);
    for (let index = 0; index < 300; index += 1) await send(['core']);
    outbox.setHandlers([]);
    for (let index = 0; index < 5; index += 1) {
      await turn();
      clock.advance(0);
    }
    expect(calls[0]?.signal.aborted).toBe(true);
    expect(new Set(entries())).toEqual(new Set(['ntfy core failed']));
    expect(store.deliveries({ limit: 1 }).entries[0]?.reason).toBe('The handler was removed.');
    expect(store.deliveries({ limit: 1, states: ['queued'] }).entries).toEqual([]);
    expect(outbox.states()).toEqual([]);
  });
});

describe('expiry', () => {
  it('keeps a message from being sent, wherever it waits', async () => {
    const { send, next, pass, calls, entries, store } = begin();
    const soon = { expiresAt: clock.now() + MINUTE };
    await send(['core'], soon);
    await send(['core'], soon);
    await next().answer({ ...BROKEN, retryAfter: 10 * MINUTE });
    await pass(MINUTE - 1);
    expect(entries()).toEqual(['ntfy core queued', 'ntfy core queued']);
    await pass(1);
    expect(entries()).toEqual(['ntfy core expired', 'ntfy core expired']);
    expect(store.deliveries({ limit: 2 }).entries.map(({ reason }) => reason)).toEqual([
      'It expired before it could be delivered.',
      'It expired before it could be delivered. The server answered 500.',
    ]);
    await pass(20 * MINUTE);
    expect(calls).toHaveLength(0);
  });

  it('ends an attempt', async () => {
    const { send, next, pass, entries } = begin();
    await send(['core'], { expiresAt: clock.now() + MINUTE });
    await pass(MINUTE);
    expect(next().signal.aborted).toBe(true);
    expect(entries()).toEqual(['ntfy core expired']);
  });

  it('is noticed after the machine slept', async () => {
    const { send, outbox, next, pass, entries } = begin();
    await send(['core'], { expiresAt: clock.now() + MINUTE });
    await next().answer(AWAY);
    clock.sleep(MINUTE);
    outbox.wake();
    await pass(0);
    expect(entries()).toEqual(['ntfy core expired']);
  });
});

describe('the clock', () => {
  it.each([-1, 1])('is set by %s h, and a message is tried when it would have been', async (hours) => {
    const { send, next, pass, calls } = begin();
    await send(['core']);
    await send(['core']);
    await next().answer(AWAY);
    clock.setWall(hours * 60 * MINUTE);
    await pass(2 * SECOND);
    await next().answer(DELIVERED);
    expect(calls).toHaveLength(1);
  });

  it('was wrong in an earlier run, and nothing waits for it', async () => {
    const first = begin();
    await first.send(['core'], { expiresAt: clock.now() + 10 * 86_400_000 });
    await first.next().answer(AWAY);
    first.store.close();
    clock.setWall(-3 * 60 * MINUTE);
    const second = begin();
    await turn();
    expect(second.calls).toHaveLength(1);
  });
});

describe('a late message', () => {
  it('says when it happened and what it waited for', async () => {
    const { send, next, pass } = begin();
    await send(['core']);
    await send(['core']);
    await next().answer(AWAY);
    await pass(MINUTE);
    await next().answer({ ...AWAY, retryAfter: 3 * MINUTE });
    await pass(3 * MINUTE);
    const first = next();
    expect(first.message.text).toBe(
      'Happened 2026-06-15 14:00:00, told 4 min late: ntfy.sh refused the connection.\nSomething is wrong.',
    );
    await first.answer(DELIVERED);
    // It was never tried itself, and waited all the same.
    expect(next().message.text).toMatch(/told 4 min late: ntfy\.sh refused the connection\.\n/);
  });

  it('of an earlier run says that the monitor was stopped', async () => {
    const first = begin();
    first.outbox.setHandlers([{ id: 'ntfy', enabled: false }]);
    await first.send(['core']);
    first.store.close();
    clock.advance(60 * MINUTE);
    const second = begin();
    await turn();
    expect(second.next().message.text).toMatch(/told 1 h late: the monitor was stopped before it could be sent\.\n/);
  });

  it.each([
    ['before two minutes', 119 * SECOND, 0, false],
    ['after two minutes', 121 * SECOND, 0, true],
    ['before one minute, tried before', 59 * SECOND, 1, false],
    ['after one minute, tried before', 61 * SECOND, 1, true],
    ['from the future', -60 * MINUTE, 3, false],
  ])('%s', (_name, age, attempts, late) => {
    const message = messageOf(['core']);
    const sent = asLate(message, { now: message.at + age, attempts, why: undefined });
    expect(sent !== message).toBe(late);
    expect(sent.title).toBe(message.title);
  });

  it('keeps its time in a channel that cuts long texts', () => {
    const message = messageOf(['core'], { text: 'Something is wrong. '.repeat(1000) });
    const sent = asLate(message, { now: message.at + 60 * MINUTE, attempts: 3, why: 'x' });
    const config = { topic: 't', server: '', token: '', username: '', password: '' };
    expect(ntfy.buildRequest(sent, config, { now: message.at })).toMatchObject({
      body: expect.stringMatching(/^Happened 2026-06-15 14:00:00, told 1 h late: x\./),
    });
  });

  it('is not told of a test', () => {
    const message = messageOf(['core'], { event: 'test' });
    expect(asLate(message, { now: message.at + MINUTE * 60, attempts: 3, why: 'x' })).toBe(message);
  });
});

describe('receipts', () => {
  it('go to the next message about the same incidents, until those are over', async () => {
    const { send, next } = begin();
    await send(['core']);
    await next().answer({ ...DELIVERED, receipt: 'message 17' });
    await send(['core'], { event: 'changed' });
    expect(next().receipt).toBe('message 17');
  });

  it('are forgotten, where the channel says that what they name is gone', async () => {
    const { send, next, pass } = begin();
    await send(['core']);
    await next().answer({ ...DELIVERED, receipt: 'message 17' });
    await send(['core'], { event: 'changed' });
    await next().answer({ outcome: 'temporary', message: 'There is no such message.', receiptGone: true });
    await pass(2 * SECOND);
    expect(next().receipt).toBeUndefined();
  });

  it('of a digest are not given to the news of one of its services', async () => {
    const { send, next } = begin();
    await send(['core', 'audio']);
    await next().answer({ ...DELIVERED, receipt: 'message 17' });
    await send(['core'], { event: 'recovered' });
    const alone = next();
    expect(alone.receipt).toBeUndefined();
    await alone.answer(DELIVERED);
    await send(['audio', 'core'], { event: 'recovered' });
    const both = next();
    expect(both.receipt).toBe('message 17');
    await both.answer(DELIVERED);
    await send(['audio', 'core']);
    expect(next().receipt).toBeUndefined();
  });
});

describe('a full queue', () => {
  it('drops the oldest of the least urgent, and says so', async () => {
    const { send, outbox, entries, troubles, pass } = begin({ maxQueued: 3 });
    outbox.setHandlers([{ id: 'ntfy', enabled: false }]);
    await send(['a'], { priority: 'urgent' });
    await send(['b'], { priority: 'low' });
    await send(['c'], { priority: 'low' });
    await send(['d'], { priority: 'high' });
    await pass(0);
    expect(entries()).toEqual(['ntfy d queued', 'ntfy c queued', 'ntfy b failed', 'ntfy a queued']);
    expect(troubles).toEqual(['More than 3 messages wait for ntfy: 1 message had to be dropped.']);
    await send(['e'], { priority: 'urgent' });
    await send(['f'], { priority: 'low' });
    expect(entries().slice(0, 3)).toEqual(['ntfy f failed', 'ntfy e queued', 'ntfy d queued']);
    outbox.setHandlers([]);
    await turn();
    expect(troubles.at(-1)).toBeNull();
  });
});

describe('retry', () => {
  it('sends a message that failed or expired once more, and no other', async () => {
    const { send, next, outbox, pass, entries } = begin();
    const [failed = 0] = await send(['core']);
    await next().answer({ outcome: 'permanent', message: 'The server answered 404.' });
    const retried = outbox.retry(failed);
    expect(retried.ok).toBe(true);
    await turn();
    await next().answer(DELIVERED);
    expect(outbox.retry(retried.ok ? retried.id : 0)).toEqual({ ok: false, reason: 'It was delivered.' });
    expect(outbox.retry(failed)).toEqual({ ok: false, reason: 'There is no such message any more.' });
    const [expired = 0] = await send(['audio'], { expiresAt: clock.now() + MINUTE });
    await pass(10 * MINUTE);
    expect(entries()[0]).toBe('ntfy audio expired');
    next();
    expect(outbox.retry(expired).ok).toBe(true);
    await turn();
    const again = next();
    expect(again.message.expiresAt).toBeGreaterThan(clock.now());
    expect(again.message.text).toContain('told 10 min late');
  });
});

describe('close', () => {
  it('waits for what is on its way', async () => {
    const { send, next, outbox, entries } = begin();
    await send(['core']);
    await send(['core']);
    const closed = outbox.close(MINUTE);
    await turn();
    await next().answer(DELIVERED);
    await next().answer(DELIVERED);
    await closed;
    expect(entries()).toEqual(['ntfy core delivered', 'ntfy core delivered']);
  });

  it('stops after its time, keeping what was not sent', async () => {
    const { send, next, outbox, entries, pass } = begin();
    await send(['core']);
    const closed = outbox.close(SECOND);
    await pass(SECOND);
    await closed;
    const call = next();
    expect(call.signal.aborted).toBe(true);
    await call.answer(DELIVERED);
    expect(entries()).toEqual(['ntfy core queued']);
  });

  it('does not wait for a handler that cannot be reached', async () => {
    const { send, next, outbox, entries } = begin();
    await send(['core']);
    await next().answer(AWAY);
    await outbox.close(MINUTE);
    expect(entries()).toEqual(['ntfy core queued']);
  });
});

it('backoff, lies between half of its time and all of it', () => {
  expect([backoff(1, () => 0), backoff(1, () => 1), backoff(20, () => 0), backoff(1e9, () => 1)]).toEqual([
    1000, 2000, 150_000, 300_000,
  ]);
});
