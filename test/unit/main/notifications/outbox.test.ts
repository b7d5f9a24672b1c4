import { describe, expect, it } from 'vitest';
import { AWAY, begin, BROKEN, clock, DELIVERED, MINUTE, SECOND, turn } from '../../../fixtures/outbox-child/harness.ts';
import { messageOf } from '../../../fixtures/outbox-child/messages.ts';

describe('a message', () => {
  it('is sent at once and said to be delivered only after the answer', async () => {
    const { send, next, entries, outbox } = begin();
    await send(['core']);
    expect(entries()).toEqual(['ntfy core sending']);
    await next().answer(DELIVERED);
    expect(entries()).toEqual(['ntfy core delivered']);
    expect(outbox.states()).toMatchObject([
      { handler: 'ntfy', queued: 0, sending: 0, delivered: 1, lastDeliveredAt: clock.now(), failingSince: null },
    ]);
  });

  it('is not kept, where the transaction that it came in fails', async () => {
    const { store, outbox, calls, entries } = begin();
    const failing = (): void =>
      store.transaction(() => {
        outbox.enqueue(['ntfy'], messageOf(['core']));
        throw new Error('No.');
      });
    expect(failing).toThrow('No.');
    await turn();
    expect([calls, entries()]).toEqual([[], []]);
  });

  it('is tried again after 2, 4, 8 s and so on up to 5 min', async () => {
    const { send, next, pass, calls } = begin();
    await send(['core']);
    await next().answer(BROKEN);
    for (const seconds of [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]) {
      await pass(seconds * SECOND - 2);
      expect(calls).toHaveLength(0);
      await pass(2);
      await next().answer(BROKEN);
    }
  });

  it('is tried again when the server said so', async () => {
    const { send, next, pass, calls, outbox } = begin();
    await send(['core']);
    await next().answer({ ...BROKEN, retryAfter: 10 * MINUTE });
    // The server as a whole has asked for patience.
    await send(['audio']);
    expect(outbox.states()[0]?.nextAttemptAt).toBe(clock.now() + 10 * MINUTE);
    await pass(10 * MINUTE - 1);
    expect(calls).toHaveLength(0);
    await pass(1);
    await next().answer(DELIVERED);
    await next().answer(DELIVERED);
  });

  it('has failed for good and lets the next one of its service go, after a permanent error', async () => {
    const { send, next, store, outbox } = begin();
    await send(['core']);
    await send(['core']);
    await next().answer({ outcome: 'permanent', message: 'The server answered 401.' });
    expect(store.deliveries({ limit: 1, states: ['failed'] }).entries[0]).toMatchObject({
      reason: 'The server answered 401.',
      attempts: 1,
    });
    expect(outbox.states()[0]).toMatchObject({ lastError: 'The server answered 401.', failingSince: clock.now() });
    await next().answer(DELIVERED);
    expect(outbox.states()[0]).toMatchObject({ lastError: null, failingSince: null });
  });

  it('is tried again, where an attempt throws or never ends', async () => {
    const { send, next, pass, store } = begin({});
    await send(['core']);
    await pass(2 * MINUTE);
    expect(next().signal.aborted).toBe(true);
    expect(store.deliveries({ limit: 1 }).entries[0]?.reason).toBe('It took too long.');
    await pass(2 * SECOND);
    await next().answer(DELIVERED);
  });

  it('is due at once in the next run, where a run ended while it was on its way', async () => {
    const first = begin();
    await first.send(['core']);
    expect(first.calls).toHaveLength(1);
    first.store.close();
    const second = begin();
    await turn();
    expect(second.next().message.services[0]?.service).toBe('core');
  });
});

describe('order', () => {
  it('is kept for one service, others pass', async () => {
    const { send, next, calls, pass } = begin();
    await send(['core'], { title: '1' });
    await send(['core', 'audio'], { title: '2' });
    await send(['audio'], { title: '3' });
    await send(['display'], { title: '4' });
    await send([], { title: '5' });
    await send([], { title: '6' });
    expect(calls.map(({ message }) => message.title)).toEqual(['1', '4']);
    await next().answer(BROKEN);
    await next().answer(DELIVERED);
    await pass(2 * SECOND);
    await next().answer(DELIVERED);
    expect(calls.map(({ message }) => message.title)).toEqual(['2']);
    await next().answer(DELIVERED);
    expect(calls.map(({ message }) => message.title)).toEqual(['3']);
    await next().answer(DELIVERED);
    // What is about the monitor itself is told after all that was to be told before it.
    expect(calls.map(({ message }) => message.title)).toEqual(['5']);
    await next().answer(DELIVERED);
    expect(calls.map(({ message }) => message.title)).toEqual(['6']);
  });

  it('begins with the oldest, four at a time', async () => {
    const { send, outbox, calls } = begin();
    outbox.setHandlers([{ id: 'ntfy', enabled: false }]);
    for (const service of ['a', 'b', 'c', 'd', 'e', 'f']) await send([service]);
    outbox.setHandlers([{ id: 'ntfy', enabled: true }]);
    await turn();
    expect(calls.map(({ message }) => message.services[0]?.service)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('does not let more than four go at once', async () => {
    const { send, next, calls } = begin();
    for (const service of ['a', 'b', 'c', 'd', 'e', 'f']) await send([service]);
    expect(calls).toHaveLength(4);
    await next().answer(DELIVERED);
    expect(calls).toHaveLength(4);
  });
});

describe('a handler that cannot be reached', () => {
  it('delays no other one', async () => {
    const { send, next, calls } = begin({ handlers: ['ntfy', 'email'] });
    await send(['core']);
    const [ntfy, email] = [next(), next()];
    await ntfy.answer(AWAY);
    await email.answer(DELIVERED);
    await send(['core']);
    expect(calls.map(({ handler }) => handler)).toEqual(['email']);
  });

  it('is tried with one message at a time, and sends all once it answers', async () => {
    const { send, next, pass, calls, outbox } = begin();
    for (const service of ['a', 'b', 'c', 'd', 'e', 'f']) await send([service]);
    for (let index = 0; index < 4; index += 1) await next().answer(AWAY);
    expect(outbox.states()[0]).toMatchObject({ queued: 6, lastError: AWAY.message, failingSince: clock.now() });
    await pass(2 * SECOND);
    expect(calls).toHaveLength(1);
    await next().answer(AWAY);
    await pass(4 * SECOND - 1);
    expect(calls).toHaveLength(0);
    await pass(1);
    await next().answer(DELIVERED);
    expect(calls).toHaveLength(4);
  });

  it('is tried with one message in the next run, too', async () => {
    const first = begin();
    for (const service of ['a', 'b', 'c']) await first.send([service]);
    for (let index = 0; index < 3; index += 1) await first.next().answer(AWAY);
    first.store.close();
    clock.advance(MINUTE);
    const second = begin();
    await turn();
    expect(second.calls).toHaveLength(1);
    await second.next().answer(DELIVERED);
    expect(second.calls).toHaveLength(2);
  });

  it('is tried with one message at a time, after many messages failed and none was accepted', async () => {
    const { send, next, calls, pass } = begin();
    for (let index = 0; index < 20; index += 1) await send([`s${index}`]);
    for (let index = 0; index < 8; index += 1) await next().answer(BROKEN);
    // Those that were on their way by then.
    while (calls.length > 0) await next().answer(BROKEN);
    await pass(2 * SECOND);
    expect(calls).toHaveLength(1);
  });

  it('is tried at once, when something was changed', async () => {
    const { send, next, calls, outbox } = begin();
    await send(['core']);
    await next().answer(AWAY);
    outbox.wake('other');
    await turn();
    expect(calls).toHaveLength(0);
    outbox.wake('ntfy');
    await turn();
    expect(calls).toHaveLength(1);
  });

  it('is left alone for as long as its server asked for, unless it was configured anew or a person wants it', async () => {
    const { send, next, calls, outbox, pass } = begin();
    const [id = 0] = await send(['core']);
    await next().answer({ ...AWAY, retryAfter: 10 * MINUTE });
    outbox.wake();
    await pass(10 * MINUTE - 1);
    expect(calls).toHaveLength(0);
    outbox.wake('ntfy');
    await turn();
    await next().answer({ ...AWAY, retryAfter: 10 * MINUTE });
    expect(outbox.retry(id)).toEqual({ ok: true, id });
    await turn();
    await next().answer({ ...AWAY, retryAfter: 10 * MINUTE });
    await pass(10 * MINUTE - 1);
    expect(calls).toHaveLength(0);
    await pass(1);
    await next().answer(DELIVERED);
  });

  it('is left alone as its server asked, though it accepts what was on its way by then', async () => {
    const { send, next, calls, pass } = begin();
    for (const service of ['a', 'b', 'c']) await send([service]);
    await pass(SECOND);
    await next().answer({ ...AWAY, retryAfter: 10 * MINUTE });
    await next().answer(DELIVERED);
    await next().answer({ outcome: 'permanent', message: 'The server answered 400.' });
    await send(['d']);
    await pass(10 * MINUTE - 1);
    expect(calls).toHaveLength(0);
    await pass(1);
    // One to begin with.
    expect(calls).toHaveLength(1);
    await next().answer(DELIVERED);
    expect(calls).toHaveLength(1);
  });

  it('is left alone no longer once it has accepted a message that was tried earlier, since a person wanted it', async () => {
    const { send, next, calls, outbox, pass } = begin();
    const [id = 0] = await send(['a']);
    await next().answer({ ...AWAY, retryAfter: 10 * MINUTE });
    await pass(SECOND);
    outbox.retry(id);
    await turn();
    await next().answer(DELIVERED);
    await send(['b']);
    expect(calls).toHaveLength(1);
  });

  it('does not delay other services, where it only refuses one message', async () => {
    const { send, next, pass, calls } = begin();
    await send(['core']);
    for (let attempt = 0; attempt < 12; attempt += 1) {
      await next().answer(BROKEN);
      await pass(5 * MINUTE);
    }
    await next().answer(BROKEN);
    await send(['audio']);
    expect(calls.map(({ message }) => message.services[0]?.service)).toEqual(['audio']);
  });
});
