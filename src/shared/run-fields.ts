import { type HealthStatus, parseStatus } from './status-order.ts';

/*
 * What our own reporter writes beside the fields of the Python services (COMPATIBILITY, "Health file"), never instead of
 * them. A reader that does not know these fields loses nothing. All times are ISO 8601 in UTC.
 */

/** The version of these fields. */
export const SCHEMA_VERSION = 1;

/** The latest result of one check, also where its record is no longer among the last fifty. */
export interface CurrentResult {
  name: string;
  status: HealthStatus;
  message: string | null;
  /** When it was recorded. */
  at: string;
  /** Since when the check has had this status without a break. */
  since: string;
  /** For how many seconds the result counts; after that its writer makes it `unknown`. Absent: until the next one. */
  ttl_seconds?: number;
}

/** A run that did not stop cleanly, as the run after it found out. */
export interface Restart {
  /** When the run after it began. */
  at: string;
  /** How it ended, in a sentence. */
  reason: string;
}

/** How a run ended. A file without it is of a run that goes on, or that ended without being able to say so. */
export interface RunEnd {
  at: string;
  /** Whether it was meant to end: closed, exit code 0, or a signal that asks for it. */
  clean: boolean;
  reason: string;
}

/** What a file says of the process that wrote it. */
export interface RunFields {
  schema_version: number;
  /** The part of the file's stem that names the kind of service; several instances share it. */
  service_type: string;
  /** Which of several of its type. Absent where there is but one. */
  instance?: string;
  host: string;
  pid: number;
  /** Tells two processes of one number apart: clock ticks from boot to the process's start. Linux only. */
  process_start?: number;
  started_at: string;
  written_at: string;
  /** Grows with each version of the file that a run writes. */
  sequence: number;
  current: CurrentResult[];
  /** The last runs that did not stop cleanly, oldest first, twenty at most. */
  restarts: Restart[];
  stopped: RunEnd | null;
}

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string';

/**
 * Reads the fields of our own from a parsed health file, whoever wrote it.
 * @returns undefined where they are missing or not what they must be: then the file counts as one without them.
 */
export function readRunFields(file: Fields): RunFields | undefined {
  const { schema_version, service_type, instance, host, pid, process_start, started_at, written_at, sequence } = file;
  if (typeof schema_version !== 'number' || !(schema_version >= 1)) return undefined;
  if (!isText(service_type) || !isText(host) || !isText(started_at) || !isText(written_at)) return undefined;
  if (!Number.isInteger(pid) || !Number.isInteger(sequence)) return undefined;
  const current = readCurrent(file['current']);
  if (current === undefined) return undefined;
  return {
    schema_version,
    service_type,
    ...(isText(instance) ? { instance } : {}),
    host,
    pid: Number(pid),
    ...(typeof process_start === 'number' ? { process_start } : {}),
    started_at,
    written_at,
    sequence: Number(sequence),
    current,
    restarts: readRestarts(file['restarts']),
    stopped: readEnd(file['stopped']),
  };
}

function readCurrent(value: unknown): CurrentResult[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const results: CurrentResult[] = [];
  for (const item of value as unknown[]) {
    if (!isFields(item) || !isText(item['name']) || !isText(item['status'])) return undefined;
    const status = parseStatus(item['status']);
    if (status === undefined || !isText(item['at'])) return undefined;
    const { name, message, at, since, ttl_seconds } = item;
    results.push({
      name,
      status,
      message: isText(message) ? message : null,
      at,
      since: isText(since) ? since : at,
      ...(typeof ttl_seconds === 'number' ? { ttl_seconds } : {}),
    });
  }
  return results;
}

function readRestarts(value: unknown): Restart[] {
  const items: unknown[] = Array.isArray(value) ? value : [];
  return items.flatMap((item) =>
    isFields(item) && isText(item['at']) && isText(item['reason']) ? [{ at: item['at'], reason: item['reason'] }] : [],
  );
}

function readEnd(value: unknown): RunEnd | null {
  if (!isFields(value)) return null;
  const { at, clean, reason } = value;
  return isText(at) && typeof clean === 'boolean' && isText(reason) ? { at, clean, reason } : null;
}
