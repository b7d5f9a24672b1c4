import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { QuietLog } from '../../../src/reporter/call-safely.ts';
import { chooseOptions } from '../../../src/reporter/options.ts';
import { ProcessEnd } from '../../../src/reporter/process-end.ts';
import { Recording } from '../../../src/reporter/recording.ts';
import type { RunFields } from '../../../src/shared/run-fields.ts';
import { ManualClock } from '../../fixtures/manual-clock.ts';

it.each([
  [59, 'exit code 3 after uncaught TypeError: no lens'],
  [61, 'exit code 3'],
])('an exit %i s after an error that the host got over is put down to it only if it came soon', (seconds, reason) => {
  const dir = mkdtempSync(join(tmpdir(), 'process-end-'));
  const clock = new ManualClock();
  const monotonic = (): number => clock.monotonic();
  const identity = { serviceName: 'core', serviceType: 'core', instance: undefined, stem: 'core' };
  const log = new QuietLog(undefined, '', monotonic);
  const recording = new Recording(identity, chooseOptions({ healthDir: dir, clock }), log);
  const recorded: unknown[] = [];
  const end = new ProcessEnd(recording, monotonic, (error, { fatal }) => recorded.push([error, fatal]));
  const error = new TypeError('no lens');
  end.tell({ kind: 'exception', error, final: false });
  clock.advance(seconds * 1000);
  end.tell({ kind: 'exit', code: 3 });
  expect(recorded).toEqual([[error, false]]);
  const { stopped } = JSON.parse(readFileSync(join(dir, 'core.json'), 'utf8')) as RunFields;
  expect(stopped).toMatchObject({ clean: false, reason });
  recording.close();
  rmSync(dir, { recursive: true });
});
