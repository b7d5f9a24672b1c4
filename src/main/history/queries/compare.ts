import type { CompareQuery, Comparison } from '../../../shared/history.ts';
import type { Span } from '../days.ts';
import { INCIDENT_COLUMNS, incidentRow, isWithin } from './incident-rows.ts';
import { rangesOf } from './scan.ts';
import { Selection, type Source } from './selection.ts';
import { secondsOf, sumWithTail } from './uptime.ts';

/** Two spans side by side. */
export function compareSpans(source: Source, query: CompareQuery): Comparison {
  const selection = new Selection(source, query.services);
  const [a, b] = [query.a, query.b].map((span) => ({
    length: Math.max(0, span.to - span.from),
    sums: sumWithTail(source, selection, span),
    incidents: countIncidents(source, selection, span),
  }));
  if (a === undefined || b === undefined) return { services: [] };
  const services = selection.services.flatMap(({ id, service }) => {
    const [inA, inB] = [a, b].map(({ sums, incidents, length }) => ({
      seconds: secondsOf(sums.get(id) ?? [0, 0, 0, 0, 0], length),
      incidents: incidents.get(id) ?? 0,
    }));
    if (inA === undefined || inB === undefined) return [];
    const nothing = !a.sums.has(id) && !b.sums.has(id) && inA.incidents + inB.incidents === 0;
    return selection.all && nothing ? [] : [{ service, a: inA, b: inB }];
  });
  return { services };
}

/** How many incidents of each service were going on at any moment of a span. */
function countIncidents({ database }: Source, selection: Selection, { from, to }: Span): Map<number, number> {
  const counts = new Map<number, number>();
  if (from >= to) return counts;
  const seen = new Set<number>();
  const take = (rows: unknown[][]): void => {
    for (const row of rows.map(incidentRow)) {
      if (seen.has(row.id) || !selection.has(row.service) || !isWithin(row, from, to)) continue;
      seen.add(row.id);
      counts.set(row.service, (counts.get(row.service) ?? 0) + 1);
    }
  };
  for (const { first, last } of rangesOf(database, { from, to })) {
    take(database.rows(`SELECT ${INCIDENT_COLUMNS} FROM incident WHERE id >= ? AND id <= ?`, first, last));
  }
  const borders = [Number.MAX_SAFE_INTEGER, ...rangesOf(database, { from }).map(({ first }) => first)];
  for (const { id } of selection.services) {
    for (const border of borders) {
      const sql = `SELECT ${INCIDENT_COLUMNS} FROM incident WHERE service = ? AND id < ? ORDER BY id DESC LIMIT 1`;
      take(database.rows(sql, id, border));
    }
  }
  return counts;
}
