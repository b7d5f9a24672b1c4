import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Found, type Job, Scheduler } from '../../../../src/main/checks/scheduler.ts';
import type { CheckContext } from '../../../../src/main/checks/probe.ts';
import { ManualClock } from '../../../fixtures/manual-clock.ts';

const SECOND = 1_000;
/** Lets every promise that is due go on. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Run {
  key: string;
  at: number;
  context: CheckContext;
  end(found: Found[]): void;
  fail(error: unknown): void;
}

function begin({ atOnce = 4, random = (): number => 0.5 } = {}) {
  const clock = new ManualClock();
  const runs: Run[] = [];
  const found: [string, readonly Found[]][] = [];
  const scheduler = new Scheduler({
    clock,
    atOnce,
    random,
    onFound: (key, what) => found.push([key, what]),
  });
  const job = (key: string, more: Partial<Job> = {}): Job => ({
    key,
    interval: 10 * SECOND,
    timeLimit: 5 * SECOND,
    about: [{ service: 'core', name: key }],
    run: (context) =>
      new Promise((resolve, reject) => runs.push({ key, at: clock.monotonic(), context, end: resolve, fail: reject })),
    ...more,
  });
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await settle();
  };
  return { clock, runs, found, scheduler, job, pass };
}
const well = (name: string): Found[] => [
  { service: 'core', name, finding: { status: 'healthy', message: 'fine', metadata: {} } },
];

describe('scheduled checks', () => {
  it('run soon at first, and then in their rhythm', async () => {
    const { scheduler, job, pass, runs, found } = begin();
    scheduler.set([job('http')]);
    for (const wait of [500, 10 * SECOND, 10 * SECOND]) {
      await pass(wait - 1);
      const before = runs.length;
      await pass(1);
      expect(runs).toHaveLength(before + 1);
      runs.at(-1)?.end(well('http'));
      await settle();
    }
    expect(found).toEqual([
      ['http', well('http')],
      ['http', well('http')],
      ['http', well('http')],
    ]);
  });

  it('that hang are given up with a sentence, hold no place, and are not begun twice', async () => {
    const { scheduler, job, pass, runs, found } = begin({ atOnce: 1 });
    scheduler.set([job('hangs'), job('other')]);
    await pass(SECOND);
    expect(runs.map(({ key }) => key)).toEqual(['hangs']);
    await pass(4_500);
    expect(runs[0]?.context.signal.aborted).toBe(true);
    expect(found).toEqual([]);
    await pass(500);
    expect(found[0]?.[1][0]?.finding).toEqual({
      status: 'unknown',
      message: 'It gave no answer within 5 s.',
      metadata: {},
    });
    expect(runs.map(({ key }) => key)).toEqual(['hangs', 'other']);
    runs[1]?.end(well('other'));
    await settle();
    await pass(60 * SECOND);
    expect(runs.filter(({ key }) => key === 'hangs')).toHaveLength(1);
    runs[0]?.end(well('hangs'));
    await settle();
    expect(found.filter(([key]) => key === 'hangs')).toHaveLength(1);
    await pass(10 * SECOND);
    expect(runs.filter(({ key }) => key === 'hangs')).toHaveLength(2);
  });

  it('that are told to end can still say how far they came', async () => {
    const { scheduler, job, pass, runs, found } = begin();
    scheduler.set([job('http')]);
    await pass(SECOND);
    await pass(4_500);
    runs[0]?.end([{ service: 'core', name: 'http', finding: { status: 'error', message: 'no answer', metadata: {} } }]);
    await settle();
    await pass(500);
    expect(found.map(([, [first]]) => first?.finding.message)).toEqual(['no answer']);
  });

  it('that throw are told as not carried out, and go on', async () => {
    const { scheduler, job, pass, runs, found } = begin();
    scheduler.set([
      job('throws', {
        run: () => {
          throw new Error('no such program');
        },
      }),
      job('rejects'),
    ]);
    await pass(SECOND);
    runs[0]?.fail(new Error('gone'));
    await settle();
    expect(found.map(([, [first]]) => first?.finding.message).sort()).toEqual([
      'The check could not be carried out: gone',
      'The check could not be carried out: no such program',
    ]);
    await pass(20 * SECOND);
    expect(found.length).toBeGreaterThan(2);
  });

  it('that are taken out are ended, and say that there is nothing any more', async () => {
    const { scheduler, job, pass, runs, found } = begin();
    scheduler.set([job('http')]);
    await pass(SECOND);
    scheduler.set([]);
    expect(runs[0]?.context.signal.aborted).toBe(true);
    runs[0]?.end(well('http'));
    await settle();
    await pass(60 * SECOND);
    expect(found).toEqual([['http', []]]);
    expect(runs).toHaveLength(1);
  });

  it('do not begin while paused, and all run after it', async () => {
    const { scheduler, job, pass, runs } = begin();
    scheduler.set([job('a'), job('b')]);
    scheduler.pause();
    await pass(60 * SECOND);
    expect(runs).toEqual([]);
    scheduler.resume();
    await settle();
    expect(runs.map(({ key }) => key).sort()).toEqual(['a', 'b']);
  });

  it('asked for while they run, run once more right after', async () => {
    const { scheduler, job, pass, runs } = begin();
    scheduler.set([job('a')]);
    await pass(SECOND);
    scheduler.now('a');
    scheduler.now('a');
    expect(runs).toHaveLength(1);
    runs[0]?.end(well('a'));
    await settle();
    await pass(0);
    expect(runs).toHaveLength(2);
  });

  it('are at most so many at once, and never two of one, whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.array(
          fc.oneof(fc.record({ pass: fc.nat(20_000) }), fc.record({ end: fc.nat(5) }), fc.constant({ now: true })),
          {
            maxLength: 60,
          },
        ),
        async (atOnce, steps) => {
          let seed = 1;
          const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
          const { scheduler, job, pass, runs } = begin({ atOnce, random });
          const ended = new Set<Run>();
          scheduler.set(['a', 'b', 'c', 'd', 'e'].map((key) => job(key)));
          for (const step of steps) {
            if ('pass' in step) await pass(step.pass);
            else if ('now' in step) scheduler.now();
            else {
              const run = runs.filter((one) => !ended.has(one))[step.end];
              run?.end(well(run.key));
              if (run !== undefined) ended.add(run);
            }
            await settle();
            const going = runs.filter((run) => !ended.has(run));
            expect(new Set(going.map(({ key }) => key)).size).toBe(going.length);
            expect(going.filter(({ context }) => !context.signal.aborted).length).toBeLessThanOrEqual(atOnce);
          }
          scheduler.close();
        },
      ),
      { numRuns: 60 },
    );
  });
});
