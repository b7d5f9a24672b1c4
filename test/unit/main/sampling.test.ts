import { describe, expect, it } from 'vitest';
import { Sampling } from '../../../src/main/sampling.ts';
import { ManualClock } from '../../fixtures/manual-clock.ts';

const MANY = Array.from({ length: 1000 }, (_unused, index) => `service-${index}`);

function build() {
  const clock = new ManualClock();
  const taken: { service: string; at: number }[] = [];
  const sampling = new Sampling(clock, (service) => taken.push({ service, at: clock.monotonic() }));
  sampling.start();
  return { clock, taken, sampling };
}

describe('Sampling', () => {
  it('samples every half minute what has changed, each service once', () => {
    const { clock, taken, sampling } = build();
    sampling.changed(['a', 'b', 'a']);
    clock.advance(29_999);
    expect(taken).toEqual([]);
    clock.advance(1);
    expect(taken.map(({ service }) => service)).toEqual(['a', 'b']);
    clock.advance(30_000);
    expect(taken).toHaveLength(2);
    sampling.changed(['b']);
    clock.advance(30_000);
    expect(taken.at(-1)).toEqual({ service: 'b', at: 90_000 });
  });

  it('takes a thousand services a few at a time, and keeps its pace', () => {
    const { clock, taken, sampling } = build();
    sampling.changed(MANY);
    clock.advance(59_000);
    expect(taken).toHaveLength(1000);
    const atOnce = new Map<number, number>();
    for (const { at } of taken) atOnce.set(at, (atOnce.get(at) ?? 0) + 1);
    expect(Math.max(...atOnce.values())).toBeLessThanOrEqual(10);
    sampling.changed(['a']);
    clock.advance(1_000);
    expect(taken.at(-1)).toEqual({ service: 'a', at: 60_000 });
  });

  it('takes none of a service that is gone, and none at all once it is stopped', () => {
    const { clock, taken, sampling } = build();
    sampling.changed(MANY);
    sampling.removed(['service-0']);
    clock.advance(30_000);
    sampling.stop();
    clock.advance(300_000);
    expect(taken.length).toBeGreaterThan(0);
    expect(taken.length).toBeLessThanOrEqual(10);
    expect(taken.map(({ service }) => service)).not.toContain('service-0');
  });
});
