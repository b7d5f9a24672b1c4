import { readFileSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';

/** Bytes. */
export interface Memory {
  total: number;
  /** What programs could still have, without anything being moved to the disk. */
  available: number;
  /** Null where there is none, or the system makes it as large as it is wanted. */
  swap: { total: number; free: number } | null;
}

/** How much memory this machine has. Linux and Windows tell without a command. */
export async function readMemory(): Promise<Memory> {
  if (process.platform === 'linux') {
    const memory = parseMeminfo(readMeminfo());
    if (memory !== undefined) return memory;
  }
  if (process.platform === 'darwin') {
    // What Node calls free is without all that can be had at once; the system tells only by a command.
    const { default: systeminformation } = await import('systeminformation');
    const { total, available } = await systeminformation.mem();
    return { total, available, swap: null };
  }
  return { total: totalmem(), available: freemem(), swap: null };
}

function readMeminfo(): string {
  try {
    return readFileSync('/proc/meminfo', 'utf8');
  } catch {
    // Confined so that it cannot be read: Node's own numbers are the next best.
    return '';
  }
}

/** @returns undefined where it is not what Linux writes since 3.14. */
export function parseMeminfo(text: string): Memory | undefined {
  const bytes = (name: string): number | undefined => {
    const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  };
  const [total, available] = [bytes('MemTotal'), bytes('MemAvailable')];
  if (total === undefined || available === undefined || total === 0) return undefined;
  const [swapTotal = 0, swapFree = 0] = [bytes('SwapTotal'), bytes('SwapFree')];
  return { total, available, swap: swapTotal === 0 ? null : { total: swapTotal, free: swapFree } };
}
