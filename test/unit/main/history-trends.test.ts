import { describe, expect, it } from 'vitest';
import { Trends } from '../../../src/main/history-trends.ts';
import type { Trend } from '../../../src/shared/history.ts';
import { ManualClock } from '../../fixtures/manual-clock.ts';

const trend = (service: string): Trend => ({
  service,
  kind: 'more-errors',
  message: '',
  metric: 'errors',
  from: 0,
  to: 1,
});

function build() {
  const clock = new ManualClock();
  const asked: string[] = [];
  const services = ['a', 'b'];
  let broken = false;
  const trends = new Trends({
    clock,
    services: () => [...services],
    history: {
      trends(service = '') {
        asked.push(service);
        return broken ? Promise.reject(new Error('The disk failed.')) : Promise.resolve([trend(service)]);
      },
    },
  });
  return { clock, asked, services, trends, break: (now: boolean) => (broken = now) };
}

describe('trends of all services', () => {
  it('are those of each, asked one after the other, and kept for a quarter of an hour', async () => {
    const { clock, asked, trends } = build();
    expect(await trends.all()).toEqual([trend('a'), trend('b')]);
    clock.advance(899_000);
    await Promise.all([trends.all(), trends.all()]);
    expect(asked).toEqual(['a', 'b']);
    clock.advance(1_000);
    await trends.all();
    expect(asked).toEqual(['a', 'b', 'a', 'b']);
  });

  it('are found anew when there is another service', async () => {
    const { services, trends } = build();
    await trends.all();
    services.push('c');
    expect(await trends.all()).toHaveLength(3);
  });

  it('are asked again after a failure, which whoever asked is told', async () => {
    const { trends, break: breakIt } = build();
    breakIt(true);
    await expect(trends.all()).rejects.toThrow('The disk failed.');
    breakIt(false);
    expect(await trends.all()).toHaveLength(2);
  });
});
