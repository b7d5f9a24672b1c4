import { describe, expect, it } from 'vitest';
import { besideEachOther, compareServices, groupLabels, groupsOf } from '../../../src/renderer/order.ts';
import type { ServiceSummary } from '../../../src/shared/service-status.ts';
import type { HealthStatus } from '../../../src/shared/status.ts';
import { summary } from '../main/desktop/doubles.ts';

const one = (service: string, status: HealthStatus): ServiceSummary => {
  const [group = null, instance = null] = service.includes('.') ? service.split('.') : [];
  return summary(service, status, { group, instance });
};
const sorted = (...services: ServiceSummary[]): ServiceSummary[] => [...services].sort(compareServices);
const names = (services: readonly ServiceSummary[]): string[] => services.map(({ service }) => service);

describe('instances of one service', () => {
  const all = sorted(
    one('audio', 'healthy'),
    one('camera.a', 'healthy'),
    one('camera.b', 'error'),
    one('display', 'warning'),
    one('lamp.x', 'healthy'),
  );
  const groups = groupsOf(all);

  it('stand beside each other, where the worst of them stands', () => {
    const listed = besideEachOther(all, groups);
    expect(names(listed)).toEqual(['camera.b', 'camera.a', 'display', 'audio', 'lamp.x']);
    expect([...groupLabels(listed, groups).keys()]).toEqual(['camera.b']);
  });

  it('have no label where a filter leaves one of them', () => {
    const listed = besideEachOther(
      all.filter(({ status }) => status === 'healthy'),
      groups,
    );
    expect(names(listed)).toEqual(['audio', 'camera.a', 'lamp.x']);
    expect(groupLabels(listed, groups).size).toBe(0);
  });

  it('cost nothing where there are none', () => {
    const plain = sorted(one('audio', 'healthy'), one('core', 'error'));
    expect(besideEachOther(plain, groupsOf(plain))).toBe(plain);
    expect(groupLabels(plain, groupsOf(plain))).toBe(groupsOf([]));
  });
});
