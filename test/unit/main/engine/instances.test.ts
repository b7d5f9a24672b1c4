import { describe, expect, it } from 'vitest';
import { Instances } from '../../../../src/main/engine/instances.ts';

function places(...services: string[]): (string | null)[] {
  const instances = new Instances();
  for (const service of services) instances.add(service);
  return services.map((service) => {
    const { group, instance } = instances.place(service, undefined);
    return group === null ? null : `${group} · ${instance ?? ''}`;
  });
}

describe('files that do not say which instance they are', () => {
  it.each([
    ['several of one beginning', ['camera.left', 'camera.right'], ['camera · left', 'camera · right']],
    ['one without a name of its own', ['camera', 'camera.left'], ['camera · ', 'camera · left']],
    ['one alone', ['camera.left', 'cameras'], [null, null]],
    ['names with several dots', ['www.example.org', 'www.example.com'], [null, null]],
    ['addresses', ['10.1', '10.2'], [null, null]],
    ['hidden beginnings and open ends', ['.a', '.b', 'c.', 'c..d'], [null, null, null, null]],
    ['different folders', ['stage/camera.left', 'camera.right'], [null, null]],
    ['one folder with dots in its label', ['h.1/camera.l', 'h.1/camera.r'], ['h.1/camera · l', 'h.1/camera · r']],
    ['names like those of every object', ['__proto__.a', 'constructor.a'], [null, null]],
  ])('%s', (_what, services, expected) => {
    expect(places(...services)).toEqual(expected);
  });
});

describe('a file that says it', () => {
  const declared = { serviceType: 'camera', instance: 'left.upper' };

  it('is in its group even alone, whatever is in its name', () => {
    const instances = new Instances();
    instances.add('stage/camera.left.upper');
    expect(instances.place('stage/camera.left.upper', declared)).toEqual({
      group: 'stage/camera',
      instance: 'left.upper',
    });
  });

  it('is not believed where its name is another: it may be a copy', () => {
    expect(new Instances().place('backup.left', declared)).toEqual({ group: null, instance: null });
  });
});
