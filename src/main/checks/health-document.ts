import { oneLine } from '../../shared/handlers/bounded-text.ts';
import type { JsonValue } from '../../shared/json.ts';
import { parsePythonJson } from '../../shared/json.ts';
import type { HealthStatus } from '../../shared/status.ts';
import type { Finding } from '../../shared/checks/check.ts';

/** What a service says of itself as `application/health+json` (draft-inadarei-api-health-check). */
export interface HealthDocument {
  /** undefined where its word is none of those that the draft has. */
  status: HealthStatus | undefined;
  word: string;
  /** Why it is not well, in its own words: its output, or those of its checks that are not well. Can be empty. */
  output: string;
  metadata: Finding['metadata'];
}

const STATUSES: Readonly<Record<string, HealthStatus>> = {
  pass: 'healthy',
  ok: 'healthy',
  up: 'healthy',
  warn: 'warning',
  fail: 'error',
  error: 'error',
  down: 'error',
};
/** How many of its checks are looked at. */
const MOST_CHECKS = 30;
const QUOTED = 200;

/** Whether an answer of this content type says how the service itself is. */
export function isHealthDocument(contentType: string | undefined): boolean {
  return /^application\/(vnd\.)?health\+json\s*(;|$)/i.test(contentType ?? '');
}

/** @returns undefined where the text is no such document. */
export function readHealthDocument(text: string): HealthDocument | undefined {
  const document = parseObject(text);
  if (document === undefined) return undefined;
  const word = oneLine(String(document.status ?? ''), 40).toLowerCase();
  const checks = checksOf(document.checks);
  const output = typeof document.output === 'string' ? oneLine(document.output, QUOTED) : '';
  return {
    status: statusOf(word),
    word,
    output: output === '' ? unwell(checks) : output,
    metadata: { health: word, ...(checks.size === 0 ? {} : { health_checks: Object.fromEntries(checks) }) },
  };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value = parsePythonJson(text);
    return isObject(value) ? value : undefined;
  } catch {
    // That it is no JSON is what the caller says of it.
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function statusOf(word: string): HealthStatus | undefined {
  return Object.hasOwn(STATUSES, word) ? STATUSES[word] : undefined;
}

type Part = { [key: string]: JsonValue };

/** Each of its checks is a list, one entry for each machine or part that it is done for. */
function checksOf(checks: unknown): Map<string, Part> {
  const parts = new Map<string, Part>();
  if (!isObject(checks)) return parts;
  for (const [name, entries] of Object.entries(checks)) {
    const list: unknown[] = Array.isArray(entries) ? (entries as unknown[]) : [entries];
    list.filter(isObject).forEach((entry, index) => {
      if (parts.size < MOST_CHECKS)
        parts.set(oneLine(list.length > 1 ? `${name} ${index + 1}` : name, 100), partOf(entry));
    });
  }
  return parts;
}

function partOf({ status, observedValue, observedUnit, output }: Record<string, unknown>): Part {
  return {
    ...(typeof status === 'string' ? { status: oneLine(status, 40).toLowerCase() } : {}),
    ...(typeof observedValue === 'number' && Number.isFinite(observedValue) ? { value: observedValue } : {}),
    ...(typeof observedValue === 'string' ? { value: oneLine(observedValue, 100) } : {}),
    ...(typeof observedUnit === 'string' ? { unit: oneLine(observedUnit, 40) } : {}),
    ...(typeof output === 'string' && output !== '' ? { output: oneLine(output, QUOTED) } : {}),
  };
}

function unwell(checks: ReadonlyMap<string, Part>): string {
  const parts = [...checks].filter(([, { status }]) => typeof status === 'string' && statusOf(status) !== 'healthy');
  return parts
    .slice(0, 3)
    .map(([name, { status, output }]) => `${name} ${String(status)}${typeof output === 'string' ? ` (${output})` : ''}`)
    .join(', ');
}
