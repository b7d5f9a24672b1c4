import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { allTransitions } from '../../../../src/main/history/export-rows.ts';
import { exportHistory } from '../../../../src/main/history/export.ts';
import { type OpenedHistory, openHistory } from '../../../../src/main/history/open.ts';
import { ExportedFile, ExportQuery, type HistoryIncident, TransitionsQuery } from '../../../../src/shared/history.ts';
import { buildHistory } from '../../../fixtures/history/build.ts';
import { transitionOf } from '../../../fixtures/history/entries.ts';
import { ManualClock } from '../../../fixtures/manual-clock.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOME = '/srv/people/kai';
const EVIL = '=HYPERLINK("http://evil.example","click")';
const BEGAN = Date.parse('2026-06-15T12:00:00Z');

let built: Awaited<ReturnType<typeof buildHistory>>;
let dir: string;
let clock: ManualClock;
let history: OpenedHistory;

/** Lets a batch be written. */
const pass = (ms: number): void => {
  for (let left = ms; left > 0; left -= SECOND) clock.advance(Math.min(SECOND, left));
};
const change = (...args: Parameters<typeof transitionOf>): void => history.record([transitionOf(...args)], () => null);

/** A real history: one incident of audio with a hostile message, and 300 changes of a service that flaps. */
beforeAll(async () => {
  built = await buildHistory();
  dir = mkdtempSync(join(tmpdir(), 'export-'));
  clock = new ManualClock(BEGAN);
  history = openHistory({
    ...{ dataDir: dir, clock, worker: built.worker },
    limits: { history_days: 3660, history_max_mb: 1024, sample_days: 366 },
    onState: () => undefined,
    onTrouble: (message) => {
      if (message !== null) throw new Error(message);
    },
  });
  change('audio', 'healthy', clock.now());
  pass(MINUTE);
  change('audio', 'error', clock.now(), EVIL);
  pass(MINUTE);
  change('audio', 'fatal', clock.now(), `cannot read ${HOME}/key, password=hunter2`);
  pass(MINUTE);
  change('audio', 'healthy', clock.now());
  for (let index = 0; index < 300; index += 1) {
    change('lamp', index % 2 === 0 ? 'error' : 'healthy', clock.now(), '-1 °C, "cold";\nline two');
    pass(SECOND);
  }
  await vi.waitFor(async () => {
    const { items } = await allTransitions(history, TransitionsQuery.parse({}), 1000);
    expect(items).toHaveLength(304);
  }, 15_000);
}, 60_000);
afterAll(async () => {
  await history.close();
  rmSync(dir, { recursive: true, force: true });
  built.remove();
});

async function save(query: unknown): Promise<ExportedFile> {
  const options = { now: clock.now(), homes: [HOME], notifications: () => [] };
  return ExportedFile.parse(await exportHistory(history, ExportQuery.parse(query), options));
}

describe('exportHistory', () => {
  it('writes all that a filter finds as a table that a spreadsheet reads and does not calculate', async () => {
    const file = await save({ what: 'transitions', format: 'csv', query: { limit: 1 } });
    expect(file).toMatchObject({ name: 'transitions-2026-06-15.csv', type: 'text/csv', cut: false });
    const lines = file.text.split('\r\n');
    expect(lines[0]).toBe('\ufeffid,at,service,from,to,reason,message,incident');
    expect(lines).toHaveLength(306);
    expect(file.text).toContain(`"'=HYPERLINK(""http://evil.example"",""click"")"`);
    expect(file.text).toContain(`"'-1 °C, ""cold"";\nline two"`);
    expect(file.text).toMatch(/\r\n\d+,2026-06-15T14:01:00\.000\+02:00,audio,,error,reported,/);
  });

  it('leaves out secrets and home folders, in whatever form', async () => {
    const { incidents } = await history.incidents({ services: ['audio'], state: 'all', limit: 1 });
    const files = await Promise.all([
      save({ what: 'transitions', format: 'csv', query: {} }),
      save({ what: 'transitions', format: 'json', query: {} }),
      save({ what: 'incident', format: 'html', incident: incidents[0]?.id }),
    ]);
    for (const { text } of files) {
      expect(text).toContain('cannot read ~/key, password=•••');
      expect(text).not.toMatch(/hunter2|people\/kai/);
    }
  });

  it('writes incidents with how long they lasted, as numbers', async () => {
    const file = await save({ what: 'incidents', format: 'json', query: { services: ['audio'] } });
    const rows = JSON.parse(file.text) as Record<keyof HistoryIncident | 'seconds', unknown>[];
    expect(rows).toEqual([
      expect.objectContaining({
        service: 'audio',
        opened: '2026-06-15T14:01:00.000+02:00',
        closed: '2026-06-15T14:03:00.000+02:00',
        seconds: 120,
        worst: 'fatal',
        message: EVIL,
        changes: 3,
        acknowledged_by: null,
        partly_not_observed: false,
      }),
    ]);
  });

  it('writes uptime with how much was observed, and a series without its gaps', async () => {
    const uptime = await save({ what: 'uptime', format: 'json', query: { at: clock.now(), services: ['audio'] } });
    expect((JSON.parse(uptime.text) as unknown[])[0]).toMatchObject({
      service: 'audio',
      window: '24 h',
      up_percent: expect.closeTo(75, 1),
      observed_seconds: expect.closeTo(480, 0),
      error_seconds: 60,
      fatal_seconds: 60,
    });
    const query = { service: 'audio', metric: 'errors', from: BEGAN, to: clock.now(), points: 10 };
    const series = await save({ what: 'series', format: 'csv', query });
    expect(series.text).toBe('\ufeffat,service,metric,unit,min,avg,max\r\n');
  });

  it('cuts what is too much for one file, and says so; what is just enough is whole', async () => {
    const all = TransitionsQuery.parse({ limit: 1, after: undefined });
    expect(await allTransitions(history, all, 250)).toMatchObject({ cut: true, items: { length: 250 } });
    expect(await allTransitions(history, all, 304)).toMatchObject({ cut: false, items: { length: 304 } });
    const ids = (await allTransitions(history, all, 304)).items.map(({ id }) => id);
    expect(new Set(ids).size).toBe(304);
  });

  it('says in a sentence that there is no such incident', async () => {
    await expect(save({ what: 'incident', format: 'html', incident: 999_999 })).rejects.toThrow(
      'There is no incident 999999 (any more).',
    );
  });
});
