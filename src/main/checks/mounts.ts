import { readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';

/** A file system as a person knows it: by where it is mounted. */
export interface Mount {
  path: string;
  /** `ext4`; empty where the system does not say. */
  type: string;
  /** Another machine's: asking it may take for ever. */
  remote: boolean;
}

/** File systems of other machines. */
const REMOTE =
  /^(nfs\d?|cifs|smb\d?|smbfs|ceph|glusterfs|lustre|9p|afs|ncpfs|fuse\.(sshfs|s3fs|rclone|glusterfs|davfs.*))$/;
/** Those that lie on a disk, or in memory that programs fill: where there is space to run out of. */
const REAL =
  /^(ext[234]|xfs|btrfs|zfs|f2fs|bcachefs|jfs|reiserfs|nilfs2|vfat|exfat|msdos|ntfs3?|fuseblk|hfsplus|apfs|ufs|tmpfs)$/;
/** Where systemd, containers and sessions keep mounts of their own, which are nobody's business, or the same again. */
const OF_OTHERS =
  /^\/(proc|sys|dev(?!\/shm(\/|$))|run\/(credentials|user|lock|netns|docker|containerd|host|snapd|systemd)|snap|var\/snap|var\/lib\/(docker|containers|containerd|kubelet|lxcfs|snapd)\/)(\/|$|(?<=\/))/;

/** The file systems of this machine that can be full: each once, by its shortest path. */
export async function listMounts(): Promise<Mount[]> {
  if (process.platform === 'linux') return parseMountinfo(readMountinfo());
  if (process.platform === 'win32') return drives();
  return volumes();
}

function readMountinfo(): string {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8');
  } catch {
    // Without /proc the root is all that is known.
    return '1 0 0:0 / / rw - ext4 / rw\n';
  }
}

/**
 * Reads `/proc/self/mountinfo` (proc_pid_mountinfo(5)). Left out are what is no storage, what cannot be written to (images such
 * as those of snap are always full), what containers stack upon it, and what is mounted twice.
 */
export function parseMountinfo(text: string): Mount[] {
  const byPath = new Map<string, Entry>();
  for (const entry of text.split('\n').map(parseEntry)) {
    // What is mounted later hides what was there before.
    if (entry.path.startsWith('/')) byPath.set(entry.path, entry);
  }
  const byDevice = new Map<string, Mount>();
  for (const { device, source, writable, ...mount } of byPath.values()) {
    const { path, type, remote } = mount;
    // The root of a container is a stack of layers; its topmost lies on a disk that can be full.
    const real = remote || REAL.test(type) || (type === 'overlay' && path === '/');
    if (!real || !writable || OF_OTHERS.test(path)) continue;
    // Parts of one btrfs are devices of their own, but share their space.
    const key = source.startsWith('/dev/') && type !== 'overlay' ? source : device;
    const known = byDevice.get(key);
    if (known === undefined || path.length < known.path.length) byDevice.set(key, mount);
  }
  return [...byDevice.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

interface Entry extends Mount {
  device: string;
  source: string;
  writable: boolean;
}

function parseEntry(line: string): Entry {
  const [before = '', after = ''] = line.split(' - ');
  const [, , device = '', , rawPath = '', options = ''] = before.split(' ');
  const [type = '', source = '', superOptions = ''] = after.split(' ');
  const writable = !readOnly(options) && !readOnly(superOptions);
  return { path: unescapePath(rawPath), type, remote: REMOTE.test(type), device, source, writable };
}

function readOnly(options: string): boolean {
  return options.split(',').includes('ro');
}

/** Blanks and the like are written as octal numbers. */
function unescapePath(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

async function drives(): Promise<Mount[]> {
  const letters = [...'CDEFGHIJKLMNOPQRSTUVWXYZ'].map((letter) => `${letter}:\\`);
  const there = await Promise.all(letters.map(isThere));
  return letters.filter((_, index) => there[index]).map((path) => ({ path, type: '', remote: false }));
}

/** On a Mac the parts of a disk share its space: each device counts once. */
async function volumes(): Promise<Mount[]> {
  const more = await readdir('/Volumes').catch(() => []);
  const paths = ['/', ...more.map((name) => `/Volumes/${name}`)];
  const devices = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        ({ dev }) => dev,
        () => undefined,
      ),
    ),
  );
  return paths
    .filter((_, index) => devices[index] !== undefined && devices.indexOf(devices[index]) === index)
    .map((path) => ({ path, type: '', remote: false }));
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
