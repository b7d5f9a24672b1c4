import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Connection } from '../../../../src/main/sqlite/connection.ts';
import type { DecisionRecord } from '../../../../src/main/notifications/store/decisions.ts';
import { openReadOnly } from '../../../../src/main/notifications/store/reader.ts';
import { KEPT } from '../../../../src/main/notifications/store/retention.ts';
import { openStore, type Store } from '../../../../src/main/notifications/store/store.ts';
import { ManualClock } from '../../../fixtures/manual-clock.ts';
import { messageOf } from '../../../fixtures/outbox-child/messages.ts';

let dir = '';
let clock: ManualClock;
let store: Store;

const open = (): Store =>
  openStore({
    dataDir: dir,
    clock,
    onTrouble: (message) => {
      if (message !== null) throw new Error(message);
    },
  });

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'store-'));
  clock = new ManualClock();
  store = open();
});
afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

const reopen = (): void => {
  store.close();
  store = open();
};
const decisionOf = (service: string, changes: Partial<DecisionRecord> = {}): DecisionRecord => ({
  at: clock.now(),
  service,
  from: 'healthy',
  to: 'error',
  event: 'opened',
  verdict: 'not-told',
  stage: 'cooldown',
  reason: 'It was told 20 s ago.',
  message: null,
  trace: [{ stage: 'level', word: 'passes' }],
  ...changes,
});
/** Writes past the store, as damage or another program would. */
const tamper = (sql: string): void => {
  store.close();
  const connection = new Connection(join(dir, 'notifications.db'));
  connection.exec(sql);
  connection.close();
  store = open();
};

describe('documents', () => {
  it('are there again after a restart', () => {
    store.saveState('core', { status: 'error', since: 12.5 });
    store.saveState('audio', { status: 'healthy' });
    store.deleteState('audio');
    store.setMeta('last', [1, 2]);
    store.setMeta('gone', 1);
    store.setMeta('gone', null);
    const first = store.stage('ntfy', 'core', { event: 'opened' });
    const second = store.stage('email', 'core', 'x');
    store.unstage([first]);
    reopen();
    expect(store.loadStates()).toEqual(new Map([['core', { status: 'error', since: 12.5 }]]));
    expect([store.getMeta('last'), store.getMeta('gone')]).toEqual([[1, 2], undefined]);
    expect(store.staged()).toEqual([{ id: second, handler: 'email', service: 'core', item: 'x' }]);
    expect(store.stage('ntfy', 'core', 1)).toBeGreaterThan(second);
  });

  it('that cannot be read are set aside with the reason', () => {
    store.saveState('core', 1);
    store.saveState('audio', 2);
    store.setMeta('last', 1);
    const staged = store.stage('ntfy', 'core', 1);
    tamper(`UPDATE state SET value = '{' WHERE service = 'core'; UPDATE meta SET value = '';
      UPDATE staged SET item = 'x'`);
    expect(store.loadStates()).toEqual(new Map([['audio', 2]]));
    expect(store.getMeta('last')).toBeUndefined();
    expect(store.staged()).toEqual([]);
    store.close();
    const connection = new Connection(join(dir, 'notifications.db'), { readOnly: true });
    expect(connection.all('SELECT source, name, value FROM rejected ORDER BY id')).toMatchObject([
      { source: 'state', name: 'core', value: '{' },
      { source: 'meta', name: 'last', value: '' },
      { source: 'staged', name: String(staged), value: 'x' },
    ]);
    connection.close();
    store = open();
  });

  it('that JSON cannot carry are refused', () => {
    expect(() => store.saveState('core', undefined)).toThrow(TypeError);
  });
});

describe('a transaction', () => {
  it('that fails keeps nothing', () => {
    const act = (): void =>
      store.transaction(() => {
        store.saveState('core', 1);
        store.queue.enqueue('ntfy', messageOf(['core']));
        throw new Error('No.');
      });
    expect(act).toThrow('No.');
    expect([store.loadStates().size, store.deliveries({ limit: 1 }).entries.length]).toEqual([0, 0]);
  });

  it('keeps nothing, where one within it failed and that was overlooked', () => {
    const act = (): void =>
      store.transaction(() => {
        store.saveState('core', 1);
        try {
          store.transaction(() => {
            throw new Error('Inside.');
          });
        } catch {
          // Overlooked.
        }
      });
    expect(act).toThrow('Inside.');
    expect(store.loadStates().size).toBe(0);
  });

  it('must not be asynchronous', () => {
    expect(() => store.transaction(() => Promise.resolve())).toThrow('asynchronous');
  });
});

describe('the queue', () => {
  it('keeps of what was delivered no more than the log shows', () => {
    const id = store.queue.enqueue('ntfy', messageOf(['core']));
    store.queue.enqueue('ntfy', messageOf(['audio']));
    expect(store.queue.deliver(id, '200')).toBe(true);
    store.close();
    const connection = new Connection(join(dir, 'notifications.db'));
    expect(Number(connection.ask('SELECT count(*) FROM body'))).toBe(1);
    connection.close();
    store = open();
    expect(store.deliveries({ limit: 1, states: ['delivered'] }).entries[0]).toMatchObject({ title: 'core: error' });
  });

  it('fails a message that cannot be read, and goes on with the next one', () => {
    const bad = store.queue.enqueue('ntfy', messageOf(['core']));
    const good = store.queue.enqueue('ntfy', messageOf(['core']));
    tamper(`UPDATE body SET message = '{"id": 3}' WHERE id = ${bad}`);
    expect(store.queue.due('ntfy', 4)).toEqual([]);
    expect(store.queue.due('ntfy', 4).map(({ id }) => id)).toEqual([good]);
    expect(store.deliveries({ limit: 1, states: ['failed'] }).entries).toMatchObject([
      { id: bad, reason: 'It could not be read any more.' },
    ]);
  });

  it('is in order again, where somebody else has changed it', () => {
    const first = store.queue.enqueue('ntfy', messageOf(['core']));
    store.queue.enqueue('ntfy', messageOf(['core']));
    tamper('DELETE FROM lane; UPDATE outbox SET ready = 0; UPDATE handler SET queued = 77');
    expect(store.queue.due('ntfy', 4).map(({ id }) => id)).toEqual([first]);
    expect(store.queue.handlers.queued('ntfy')).toBe(2);
  });

  it('keeps a message with times that are no whole numbers or never come, and a very long one without its files', () => {
    const message = messageOf(['core'], { at: 1.5, expiresAt: 1e300 });
    const [service] = message.services;
    if (service === undefined) throw new Error('There is one.');
    const report = { text: 'x'.repeat(2_000_000) };
    store.queue.enqueue('ntfy', { ...message, services: [{ ...service, report }] });
    expect(store.queue.due('ntfy', 1)[0]?.message).toMatchObject({
      expiresAt: Number.MAX_SAFE_INTEGER,
      services: [{ service: 'core', report: {} }],
    });
  });
});

describe('the delivery log', () => {
  it('has messages and what was not told in one list, newest first, page by page', () => {
    const ids: number[] = [];
    for (let index = 0; index < 25; index += 1) {
      ids.push(store.queue.enqueue('ntfy', messageOf([`s${index}`])), store.recordDecision(decisionOf(`s${index}`)));
      store.recordDecision(decisionOf(`s${index}`, { verdict: 'told' }));
    }
    const seen: number[] = [];
    let before: number | undefined;
    do {
      const page = store.deliveries({ limit: 7, before });
      seen.push(...page.entries.map(({ id }) => id));
      // What comes in meanwhile moves nothing.
      store.queue.enqueue('ntfy', messageOf(['new']));
      before = page.next ?? undefined;
    } while (before !== undefined);
    expect(seen).toEqual(ids.reverse());
  });

  it('says of a decision what was decided and why', () => {
    const id = store.recordDecision(decisionOf('core'));
    expect(store.deliveries({ limit: 1 })).toEqual({
      entries: [
        {
          id,
          kind: 'decision',
          at: clock.now(),
          recordedAt: clock.now(),
          handler: null,
          services: ['core'],
          title: 'core: healthy → error',
          text: null,
          event: 'opened',
          status: 'error',
          state: 'not-told',
          stage: 'cooldown',
          reason: 'It was told 20 s ago.',
          attempts: 0,
          deliveredAt: null,
          answer: null,
          nextAttemptAt: null,
        },
      ],
      next: null,
    });
    expect(store.decision(id)).toEqual({ id, ...decisionOf('core') });
    expect([store.traceOf(id), store.traceOf(id + 1)]).toEqual([decisionOf('core').trace, undefined]);
  });

  it.each([
    ['nothing', {}, ['email öl', 'core', 'ntfy core']],
    ['a word of the text', { search: 'GRÜN' }, ['email öl']],
    ['several words', { search: ' ntfy  core ' }, ['ntfy core']],
    ['a reason', { search: 'told 20' }, ['core']],
    ['a sign of SQL', { search: '%' }, []],
    ['a handler', { handler: 'ntfy' }, ['ntfy core']],
    ['a service', { service: 'core' }, ['core', 'ntfy core']],
    ['a part of a service', { service: 'cor' }, []],
    ['a state', { states: ['queued'] }, ['email öl', 'ntfy core']],
    ['what is on its way', { states: ['sending'] }, []],
    ['what was not told', { states: ['not-told'] }, ['core']],
  ] as const)('finds by %s', (_name, query, expected) => {
    store.queue.enqueue('ntfy', messageOf(['core']));
    store.recordDecision(decisionOf('core'));
    store.queue.enqueue('email', messageOf(['öl'], { text: 'Die Lampe ist nicht grün.' }));
    const { entries } = store.deliveries({ limit: 10, ...query });
    expect(
      entries.map(({ handler, services }) => [handler, ...services].filter((word) => word !== null).join(' ')),
    ).toEqual(expected);
  });

  it('is kept for a while only, and never grows without end', () => {
    const at = clock.now() - KEPT.ms - 1;
    const id = store.queue.enqueue('ntfy', messageOf(['old']));
    store.queue.deliver(id, 'The server answered 200.');
    const waiting = store.queue.enqueue('ntfy', messageOf(['waiting']));
    tamper(`UPDATE outbox SET finished_at = ${at} WHERE state = 'delivered';
      UPDATE outbox SET enqueued_at = ${at} WHERE state = 'queued';
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${KEPT.decisions + 150})
      INSERT INTO decision SELECT i, ${at}, 's', NULL, 'error', NULL, 'not-told', 'x', 'x', NULL, 'null', 's' FROM n`);
    const newest = store.recordDecision(decisionOf('core'));
    const left = store.deliveries({ limit: 500 }).entries;
    expect(left.map((entry) => entry.id)).toEqual(expect.arrayContaining([newest, waiting]));
    expect(left.some((entry) => entry.id === id)).toBe(false);
    store.close();
    const connection = new Connection(join(dir, 'notifications.db'), { readOnly: true });
    expect(connection.get('SELECT count(*) AS count FROM decision')).toMatchObject({ count: KEPT.decisions });
    connection.close();
    store = open();
  });
});

describe('a reader', () => {
  it('sees what is written while it has the file open', () => {
    store.queue.enqueue('ntfy', messageOf(['core']));
    const reader = openReadOnly(dir);
    for (let index = 0; index < 300; index += 1) {
      store.queue.enqueue('ntfy', messageOf(['core']));
      expect(reader?.deliveries({ limit: 500 }).entries).toHaveLength(index + 2);
    }
    reader?.close();
  });

  it('reads what a monitor that has ended left behind', () => {
    store.queue.enqueue('ntfy', messageOf(['core']));
    const decision = store.recordDecision(decisionOf('core', { verdict: 'told' }));
    store.saveState('core', 1);
    store.setMeta('last', 2);
    store.close();
    const reader = openReadOnly(dir);
    expect(reader?.deliveries({ limit: 5 }).entries).toHaveLength(1);
    expect([reader?.loadStates(), reader?.getMeta('last'), reader?.traceOf(decision)]).toEqual([
      new Map([['core', 1]]),
      2,
      decisionOf('core').trace,
    ]);
    reader?.close();
    store = open();
  });

  it('finds nothing where nothing was ever notified', () => {
    expect(openReadOnly(join(dir, 'nowhere'))).toBeUndefined();
  });
});
