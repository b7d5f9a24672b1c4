import { statSync } from 'node:fs';
import { join } from 'node:path';
import { inWords, openToRead } from '../sqlite/reader.ts';
import { FORM } from './form.ts';
import type { HistoryQueries } from './history.ts';
import { DATABASE_FILE } from './protocol.ts';
import { answer, type Answer, type QuestionInput, type QuestionName } from './queries/queries.ts';

/** What another process may look at while the monitor writes: answered on the thread that asks, which has nothing else to do. */
export interface HistoryReader extends HistoryQueries {
  close(): void;
}

/**
 * Opens the history of a data folder for reading, without getting in the way of the process that writes it.
 *
 * @returns undefined where nothing is kept yet.
 * @throws Error with a sentence for a person where it cannot be read.
 */
export function openHistoryReader(dataDir: string): HistoryReader | undefined {
  const file = join(dataDir, DATABASE_FILE);
  const database = openToRead(file, FORM);
  if (database === undefined) return undefined;
  const source = { database, current: () => undefined };
  const ask = async <N extends QuestionName>(name: N, input: QuestionInput<N>): Promise<Answer<N>> => {
    // The name and what it takes belong together, which the compiler cannot follow through a table.
    const question = { name, input } as unknown as Parameters<typeof answer>[1];
    return inWords(file, () => answer(source, question, Date.now())) as Answer<N>;
  };
  return {
    state: async () => {
      const oldest = inWords(file, () => database.ask('SELECT min(begins) FROM run'));
      const bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
      return { state: 'standby', message: '', oldest: typeof oldest === 'number' ? oldest : null, bytes };
    },
    bars: (query) => ask('bars', query),
    uptime: (query) => ask('uptime', query),
    incidents: (query) => ask('incidents', query),
    incident: (id) => ask('incident', id),
    transitions: (query) => ask('transitions', query),
    metrics: (service) => ask('metrics', service),
    series: (query) => ask('series', query),
    sparks: (query) => ask('sparks', query),
    compare: (query) => ask('compare', query),
    trends: (service) => ask('trends', service),
    close: () => database.close(),
  };
}
