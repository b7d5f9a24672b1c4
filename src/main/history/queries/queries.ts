import type {
  BarsQuery,
  CompareQuery,
  IncidentsQuery,
  SeriesQuery,
  SparksQuery,
  TransitionsQuery,
  UptimeQuery,
} from '../../../shared/history.ts';
import { findBars } from './bars.ts';
import { findTransitions } from './changes.ts';
import { compareSpans } from './compare.ts';
import { findIncident } from './details.ts';
import { findIncidents } from './incidents.ts';
import { findMetrics } from './metrics.ts';
import type { Source } from './selection.ts';
import { findSeries, findSparks } from './series.ts';
import { findTrends } from './trends.ts';
import { findUptime } from './uptime.ts';

/**
 * Every question that can be asked of the history, answered from one database. `now` is milliseconds since the epoch. The
 * inputs are already parsed (`src/shared/api.ts`).
 */
export const answers = {
  bars: (source: Source, query: BarsQuery) => findBars(source, query),
  uptime: (source: Source, query: UptimeQuery, now: number) => findUptime(source, query.at ?? now, query.services),
  incidents: (source: Source, query: IncidentsQuery) => findIncidents(source, query),
  incident: (source: Source, id: number, now: number) => findIncident(source, id, now),
  transitions: (source: Source, query: TransitionsQuery) => findTransitions(source, query),
  metrics: (source: Source, service: string | undefined) => findMetrics(source.database, service),
  series: (source: Source, query: SeriesQuery) => findSeries(source, query),
  sparks: (source: Source, query: SparksQuery) => findSparks(source, query),
  compare: (source: Source, query: CompareQuery) => compareSpans(source, query),
  trends: (source: Source, service: string | undefined, now: number) => findTrends(source, service, now),
} as const;

export type QuestionName = keyof typeof answers;
export type QuestionInput<N extends QuestionName> = Parameters<(typeof answers)[N]>[1];
export type Answer<N extends QuestionName> = ReturnType<(typeof answers)[N]>;

/** A question as it goes from one thread to another. */
export type Question = { [N in QuestionName]: { name: N; input: QuestionInput<N> } }[QuestionName];

export function answer(source: Source, question: Question, now: number): Answer<QuestionName> {
  const find = answers[question.name] as (source: Source, input: unknown, now: number) => Answer<QuestionName>;
  return find(source, question.input, now);
}
