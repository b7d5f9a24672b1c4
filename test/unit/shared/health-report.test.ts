import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatHealthReport } from '../../../src/shared/health-report-format.ts';
import { type CheckRecord, readHealthReport, statusOfReport } from '../../../src/shared/health-report.ts';
import { parsePythonJson, toJsonValue } from '../../../src/shared/json.ts';
import { HealthStatus, SERVICE_ORDER, worstOfService, worstOfSystem } from '../../../src/shared/status.ts';
import { reportOf } from '../../fixtures/reports.ts';

const record = (name: string, status: HealthStatus): CheckRecord => ({
  name,
  status,
  message: null,
  timestamp: null,
  metadata: {},
});
const said = (overall: HealthStatus, ...checks: CheckRecord[]): HealthStatus =>
  statusOfReport(reportOf(overall, 0, { checks }));

describe('the status of a report', () => {
  it('comes from the latest result of each check, not from old records', () => {
    expect(said('error', record('gpu', 'error'), record('gpu', 'healthy'))).toBe('healthy');
    expect(said('error', record('gpu', 'healthy'), record('gpu', 'error'), record('net', 'healthy'))).toBe('error');
  });

  it('recovers from a service error when the error state was reset', () => {
    expect(said('error', record('service_error', 'error'), record('error_recovery', 'healthy'))).toBe('healthy');
    expect(said('error', record('error_recovery', 'healthy'), record('service_error', 'error'))).toBe('error');
  });

  it('is what overall_status says where no record explains it', () => {
    expect(said('fatal', record('gpu', 'healthy'))).toBe('fatal');
    expect(said('warning')).toBe('warning');
  });

  it('is never better than the worst current check', () => {
    const records = fc.array(
      fc.record({ name: fc.constantFrom('a', 'b', 'c'), status: fc.constantFrom(...HealthStatus.options) }),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(records, fc.constantFrom(...HealthStatus.options), (all, overall) => {
        const latest = [...new Map(all.map(({ name, status }) => [name, status])).values()];
        const status = said(overall, ...all.map(({ name, status }) => record(name, status)));
        expect(SERVICE_ORDER[status]).toBeGreaterThanOrEqual(SERVICE_ORDER[worstOfService(latest)]);
      }),
    );
  });
});

describe('the two orders', () => {
  it('differ in what unknown is worth', () => {
    expect(worstOfService(['unknown', 'healthy'])).toBe('healthy');
    expect(worstOfSystem(['unknown', 'healthy'])).toBe('unknown');
    expect(worstOfSystem(['unknown', 'warning'])).toBe('warning');
    expect(worstOfSystem([])).toBe('unknown');
  });
});

describe('a health file', () => {
  const dir = join(import.meta.dirname, '../../fixtures/health-files');
  it.each(readdirSync(dir))(
    'of a Python service is written again byte for byte, but for the notation of small numbers: %s',
    (name) => {
      const text = readFileSync(join(dir, name), 'utf8');
      const read = readHealthReport(parsePythonJson(text), name.slice(0, -5));
      expect(read.ok && formatHealthReport(read.report)).toBe(
        text.trimEnd().replace(/\d\.\d+e-05/g, (number) => String(Number(number))),
      );
    },
  );

  it('may say NaN inside a text, which is no number', () => {
    expect(parsePythonJson('{"a": "NaN, \\"Infinity\\"", "b": -Infinity, "c": [NaN]}')).toEqual({
      a: 'NaN, "Infinity"',
      b: -Infinity,
      c: [NaN],
    });
  });

  it('nested without end becomes a note on the screen, not an exhausted stack', () => {
    const deep = parsePythonJson('['.repeat(100_000) + ']'.repeat(100_000));
    expect(JSON.stringify(toJsonValue(deep))).toContain('nested deeper than 32 levels');
  });
});
