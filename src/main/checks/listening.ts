import { readdir, readFile, readlink } from 'node:fs/promises';

/** The state of a socket that listens, as /proc/net/tcp writes it. */
const LISTENS = '0A';
/** No service has a reason to hold more open files than this; those beyond it are not looked at. */
const MOST_FILES = 4_096;

/**
 * The TCP ports that a process listens on, in order. Linux only, and only of processes that this user may look into: elsewhere
 * none.
 */
export async function listeningPorts(pid: number): Promise<number[]> {
  if (process.platform !== 'linux') return [];
  const sockets = await socketsOf(pid);
  if (sockets.size === 0) return [];
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readText(`/proc/${pid}/net/${name}`)));
  const ports = tables.flatMap((table) => table.split('\n').slice(1)).flatMap((line) => portOf(line, sockets));
  return [...new Set(ports)].sort((a, b) => a - b);
}

function portOf(line: string, sockets: ReadonlySet<string>): number[] {
  const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
  const port = Number.parseInt(local.split(':')[1] ?? '', 16);
  return state === LISTENS && sockets.has(inode) && port > 0 ? [port] : [];
}

/** The inodes of a process's sockets. */
async function socketsOf(pid: number): Promise<Set<string>> {
  const folder = `/proc/${pid}/fd`;
  const names = await readdir(folder).catch(ended);
  const links = await Promise.all(
    names.slice(0, MOST_FILES).map((name) => readlink(`${folder}/${name}`).catch(() => '')),
  );
  return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
}

/** A process may end, or be somebody else's: nothing is known of it then. */
function ended(): string[] {
  return [];
}

function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
