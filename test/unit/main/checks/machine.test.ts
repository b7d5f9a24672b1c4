import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { cpuPercent, cpuTimes } from '../../../../src/main/checks/cpu.ts';
import { DiskSpaces } from '../../../../src/main/checks/disk-space.ts';
import { Machine, type MachineParts } from '../../../../src/main/checks/machine.ts';
import { parseMeminfo, readMemory } from '../../../../src/main/checks/memory.ts';
import { listMounts, parseMountinfo } from '../../../../src/main/checks/mounts.ts';
import { NO_SENSORS, RareSensors } from '../../../../src/main/checks/sensors.ts';
import { Thresholds } from '../../../../src/shared/check-settings.ts';
import type { Finding } from '../../../../src/shared/checks/check.ts';

const { signal } = new AbortController();
const AT_ONCE = Thresholds.parse(
  Object.fromEntries(Object.entries(Thresholds.parse({})).map(([name, value]) => [name, { ...value, for: 0 }])),
);
const GIB = 1024 ** 3;
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0).reverse()) clean();
});

/** Only root may mount, and not in every container. */
const mayMount = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;

/** A file system of its own in memory, of this size. */
function mountSmall(options: string): string {
  const path = mkdtempSync(join(tmpdir(), 'machine-'));
  cleanups.push(() => rmSync(path, { recursive: true }));
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`A file system cannot be mounted here: ${stderr}`);
  cleanups.push(() => void spawnSync('umount', [path]));
  return path;
}

/** A machine that is well, but for what is given. */
function machineOf(parts: Partial<MachineParts>): Machine {
  return new Machine({
    cpu: cpuTimes,
    memory: () => Promise.resolve({ total: 16 * GIB, available: 8 * GIB, swap: null }),
    mounts: () => Promise.resolve([]),
    sensors: { look: () => Promise.resolve(NO_SENSORS) },
    ...parts,
  });
}

async function look(machine: Machine, thresholds = AT_ONCE): Promise<Map<string, Finding>> {
  const found = await machine.look({ signal }, thresholds);
  return new Map(found.map(({ name, finding }) => [name, finding]));
}

describe('this machine', () => {
  it('tells its processor, memory, file systems and inodes, with numbers', async () => {
    const found = await look(new Machine({ sensors: { look: () => Promise.resolve(NO_SENSORS) } }));
    for (const [name, key] of [
      ['cpu', 'cpu_percent'],
      ['memory', 'memory_percent'],
      ['disk:/', 'disk_percent'],
      ['inodes', 'inodes_percent'],
    ] as const) {
      const value = found.get(name)?.metadata[key];
      expect(value, name).toBeGreaterThanOrEqual(0);
      expect(value, name).toBeLessThanOrEqual(100);
    }
    expect(found.get('memory')?.message).toMatch(/^\d+(\.\d)? % used, [\d.]+ .B of [\d.]+ .B available/);
  });

  it('has no more memory available than there is, and Node’s own numbers are in its neighbourhood', async () => {
    const { total, available } = await readMemory();
    expect(available).toBeGreaterThan(0);
    expect(available).toBeLessThanOrEqual(total);
  });
});

describe('a file system', () => {
  it.skipIf(!mayMount)('that is full is an error that names it, and is well again when there is room', async () => {
    const path = mountSmall('size=1m');
    const mounts = async () => (await listMounts()).filter((mount) => mount.path === path);
    const machine = machineOf({ mounts });
    expect((await look(machine)).get(`disk:${path}`)?.status).toBe('healthy');
    expect(() => writeFileSync(join(path, 'big'), Buffer.alloc(2 ** 21))).toThrow('ENOSPC');
    const full = (await look(machine)).get(`disk:${path}`);
    expect(full).toMatchObject({ status: 'error', metadata: { disk_percent: 100, free_bytes: 0, mount: path } });
    expect(full?.message).toBe(`100 % of ${path} used, 0 B of 1.0 MB free: an error from 99 %.`);
    rmSync(join(path, 'big'));
    expect((await look(machine)).get(`disk:${path}`)?.status).toBe('healthy');
  });

  it.skipIf(!mayMount)('that can take no more files is an error, though there is space', async () => {
    const path = mountSmall('size=1m,nr_inodes=10');
    const mounts = async () => (await listMounts()).filter((mount) => mount.path === path);
    expect(() => {
      for (let count = 0; count < 20; count += 1) writeFileSync(join(path, `f${count}`), '');
    }).toThrow('ENOSPC');
    const found = await look(machineOf({ mounts }));
    expect(found.get(`disk:${path}`)?.status).toBe('healthy');
    expect(found.get('inodes')).toMatchObject({ status: 'error', metadata: { inodes_percent: 100, mount: path } });
    expect(found.get('inodes')?.message).toContain(path);
  });

  it('that cannot be written to, is no storage, is a container’s or is mounted twice is left out', () => {
    const text = [
      '27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard',
      '44 27 254:0 /srv /srv/again rw,relatime - ext4 /dev/vda rw,discard',
      '45 27 0:50 /@home /home rw,relatime - btrfs /dev/sdb rw,subvol=/@home',
      '46 27 0:51 /@var /var rw,relatime - btrfs /dev/sdb rw,subvol=/@var',
      '30 27 7:1 / /snap/core/1 ro,nodev - squashfs /dev/loop1 ro',
      '31 27 11:0 / /media/cd ro - iso9660 /dev/sr0 ro',
      '32 27 8:1 / /ro ro,relatime - ext4 /dev/sda1 rw',
      '33 27 0:21 / /proc rw - proc proc rw',
      '34 27 0:6 / /dev rw - devtmpfs devtmpfs rw',
      '35 34 0:23 / /dev/shm rw - tmpfs tmpfs rw',
      '48 34 0:80 / /dev/shm rw - tmpfs tmpfs rw',
      '36 27 0:24 / /run rw - tmpfs tmpfs rw',
      '37 36 0:25 / /run/user/1000 rw - tmpfs tmpfs rw',
      '38 27 0:60 / /var/lib/docker/overlay2/x/merged rw - overlay overlay rw,lowerdir=a',
      '39 27 8:17 / /mnt/with\\040blank rw - xfs /dev/sdb1 rw',
      '40 27 0:70 / /mnt/share rw - nfs4 server:/share rw',
      '41 27 0:71 / /sys/fs/cgroup rw - tmpfs tmpfs rw',
      '42 27 8:33 / /hidden rw - ext4 /dev/sdc1 rw',
      '43 27 0:72 / /hidden ro - squashfs /dev/loop2 ro',
      'rubbish',
      '',
    ].join('\n');
    expect(parseMountinfo(text)).toEqual([
      { path: '/', type: 'ext4', remote: false },
      { path: '/dev/shm', type: 'tmpfs', remote: false },
      { path: '/mnt/share', type: 'nfs4', remote: true },
      { path: '/mnt/with blank', type: 'xfs', remote: false },
      { path: '/run', type: 'tmpfs', remote: false },
      { path: '/var', type: 'btrfs', remote: false },
    ]);
    expect(parseMountinfo('1 0 0:90 / / rw - overlay overlay rw,lowerdir=a')).toMatchObject([{ path: '/' }]);
  });

  it('of another machine that never answers holds up no other, is asked once, and is an error after a minute', async () => {
    let now = 0;
    const asked: string[] = [];
    const disks = new DiskSpaces(
      () => now,
      (path) => {
        asked.push(path);
        return path === '/local' ? Promise.reject(new Error('EIO: i/o error')) : new Promise(() => undefined);
      },
      10,
    );
    const machine = machineOf({
      now: () => now,
      disks,
      mounts: () =>
        Promise.resolve([
          { path: '/dead', type: 'nfs4', remote: true },
          { path: '/local', type: 'ext4', remote: false },
          { path: '/other', type: 'nfs4', remote: true },
        ]),
    });
    expect((await look(machine)).get('disk:/dead')?.status).toBe('unknown');
    now = 61_000;
    const found = await look(machine);
    expect(found.get('disk:/dead')).toMatchObject({
      status: 'error',
      message: '/dead (nfs4) has not answered for 1 min 1 s: whatever uses it hangs. Check the machine that it is on.',
    });
    expect(found.get('disk:/local')?.message).toContain('EIO');
    expect(found.get('disk:/other')?.message).toContain('not asked while /dead does not answer');
    expect(asked.filter((path) => path === '/dead')).toHaveLength(1);
    expect(asked).not.toContain('/other');
  });
});

describe('a resource', () => {
  it('is a warning only once it lasts, and is over only once it is well below', async () => {
    let now = 0;
    let available = 16;
    const machine = machineOf({
      now: () => now,
      memory: () => Promise.resolve({ total: 100 * GIB, available: available * GIB, swap: null }),
    });
    const thresholds = Thresholds.parse({ memory: { warning: 90, error: 97, for: 60 } });
    const at = async (seconds: number, percentFree: number): Promise<string> => {
      [now, available] = [seconds * 1_000, percentFree];
      const finding = (await look(machine, thresholds)).get('memory');
      return `${finding?.status}: ${finding?.message}`;
    };
    expect(await at(0, 16)).toMatch(/^healthy: 84 % used, .* available\.$/);
    expect(await at(30, 8)).toMatch(/^healthy: 92 % .*: a warning from 90 % once it lasts for 1 min\.$/);
    // It gets worse while it is waited for: the wait goes on, and what it is in the end counts.
    expect(await at(60, 2)).toMatch(/^healthy: 98 % .*: an error from 97 % once it lasts for 1 min\.$/);
    expect(await at(90, 2)).toMatch(/^error: 98 % .*: an error from 97 %\.$/);
    expect(await at(120, 4)).toMatch(/^error: 96 %/);
    expect(await at(150, 12)).toMatch(/^error: 88 %.*/);
    expect(await at(180, 20)).toMatch(/^error: 80 % .*: no longer an error once it lasts for 1 min\.$/);
    expect(await at(240, 20)).toMatch(/^healthy: 80 %/);
    expect(await at(270, 8)).toMatch(/^healthy: 92 %/);
    expect(await at(290, 30)).toMatch(/^healthy: 70 % used, .* available\.$/);
    expect(await at(350, 8)).toMatch(/^healthy: 92 %/);
  });

  it('of the processor is told of the time between two looks, on all cores', async () => {
    const times = [
      { busy: 100, total: 1_000, cores: 4 },
      { busy: 200, total: 1_100, cores: 4 },
      // It was busy, so it is looked at for longer.
      { busy: 195, total: 1_100, cores: 4 },
      { busy: 195, total: 1_200, cores: 4 },
      { busy: 195, total: 1_200, cores: 4 },
    ];
    const machine = machineOf({ cpu: () => times.shift() ?? { busy: 0, total: 0, cores: 0 } });
    const cpu = (await look(machine)).get('cpu');
    expect(cpu).toMatchObject({ status: 'warning', metadata: { cpu_percent: 95, cores: 4 } });
    expect((await look(machine)).get('cpu')).toMatchObject({ status: 'healthy', metadata: { cpu_percent: 0 } });
    // No time has passed: nothing can be said.
    expect((await look(machine)).has('cpu')).toBe(false);
    expect(cpuPercent({ busy: 5, total: 10, cores: 1 }, { busy: 1, total: 20, cores: 1 })).toBe(0);
  });

  it('that is swap is judged where there is any', async () => {
    const swap = { total: 2 * GIB, free: 0.2 * GIB };
    const memory = () => Promise.resolve({ total: 16 * GIB, available: 8 * GIB, swap });
    expect((await look(machineOf({ memory }))).get('swap')).toMatchObject({
      status: 'warning',
      metadata: { swap_percent: 90 },
    });
    expect((await look(machineOf({}))).has('swap')).toBe(false);
  });

  it('is read as Linux writes it, and not at all from anything else', () => {
    const text =
      'MemTotal:       16000000 kB\nMemFree: 1 kB\nMemAvailable:    4000000 kB\nSwapTotal: 100 kB\nSwapFree: 50 kB\n';
    expect(parseMeminfo(text)).toEqual({
      total: 16_384_000_000,
      available: 4_096_000_000,
      swap: { total: 102_400, free: 51_200 },
    });
    expect(parseMeminfo(text.replace(/Swap.*/gs, ''))?.swap).toBeNull();
    expect(parseMeminfo('MemTotal: 5 kB')).toBeUndefined();
    expect(parseMeminfo('')).toBeUndefined();
  });
});

describe('sensors', () => {
  it('are judged by their heat, and told with what they measured', async () => {
    const gpus = [{ name: 'A card', temperature: 97, usePercent: 100, memoryPercent: 50 }];
    let now = 0;
    const machine = machineOf({
      now: () => now,
      sensors: { look: () => Promise.resolve({ temperature: 60, gpus }) },
    });
    const first = await look(machine);
    expect(first.get('temperature')).toMatchObject({
      status: 'healthy',
      message: '60 °C.',
      metadata: { temperature_celsius: 60 },
    });
    expect(first.get('gpu')?.status).toBe('healthy');
    now = 60_000;
    expect((await look(machine)).get('gpu')).toEqual({
      status: 'error',
      message: 'A card: 100 % in use, 50 % of its memory, 97 °C: an error from 95 °C.',
      metadata: { gpu_percent: 100, gpu_memory_percent: 50, temperature_celsius: 97 },
    });
  });

  it('are read rarely, and a failure is as good as none', async () => {
    let now = 0;
    let reads = 0;
    const sensors = new RareSensors(
      () => now,
      () => {
        reads += 1;
        return reads === 1 ? Promise.resolve({ temperature: 50, gpus: [] }) : Promise.reject(new Error('no'));
      },
    );
    expect((await sensors.look()).temperature).toBe(50);
    now = 299_000;
    expect((await sensors.look()).temperature).toBe(50);
    expect(reads).toBe(1);
    now = 300_000;
    expect(await sensors.look()).toEqual(NO_SENSORS);
    expect(reads).toBe(2);
  });
});
