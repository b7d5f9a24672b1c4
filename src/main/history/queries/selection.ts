import type { BulkReadable } from '../../sqlite/connection.ts';
import type { Span } from '../days.ts';
import type { Run } from '../observed.ts';
import { integer, maybe, text } from '../rows.ts';

/** What queries read from. */
export interface Source {
  database: BulkReadable;
  /** The run that goes on, which the file may not have all of; undefined where somebody else writes it. */
  current(): Run | undefined;
}

/** A service as it is kept. */
export interface KnownService {
  id: number;
  service: string;
  name: string;
  status: number | null;
  until: number;
  incident: number | null;
}

/** Of a service that is asked for and not known. */
const NOBODY = -1;

export function knownServices(database: BulkReadable): KnownService[] {
  const rows = database.rows('SELECT id, service, name, status, until, incident FROM service ORDER BY service');
  return rows.map(([id, service, name, status, until, incident]) => ({
    id: integer(id),
    service: text(service),
    name: text(name),
    status: maybe(status, integer),
    until: integer(until),
    incident: maybe(incident, integer),
  }));
}

/** The services of a query, or all of them. */
export class Selection {
  readonly services: readonly KnownService[];
  /** Whether all are meant, and not those that were named. */
  readonly all: boolean;
  readonly #ids: ReadonlySet<number>;
  readonly #few: boolean;
  readonly #source: Source;

  constructor(source: Source, names: readonly string[] | undefined) {
    this.#source = source;
    const known = knownServices(source.database);
    this.all = names === undefined;
    if (names === undefined) this.services = known;
    else {
      const byName = new Map(known.map((one) => [one.service, one]));
      this.services = [...new Set(names)].map(
        (service) =>
          byName.get(service) ?? { id: NOBODY, service, name: service, status: null, until: 0, incident: null },
      );
    }
    this.#ids = new Set(this.services.map(({ id }) => id).filter((id) => id !== NOBODY));
    // Looking each one up is quicker than reading all only where they are few.
    this.#few = !this.all && this.#ids.size * 4 <= known.length;
  }

  get ids(): ReadonlySet<number> {
    return this.#ids;
  }

  /** Calls `read` for each of them, or once for all: what it then gets of others is to be left out with `has`. */
  eachRead(read: (service: number | undefined) => void): void {
    if (this.#few) for (const id of this.#ids) read(id);
    else read(undefined);
  }

  has(id: number): boolean {
    return this.all || this.#ids.has(id);
  }

  /** What goes on with each service and is not yet in the hours that are kept. */
  eachTail(span: Span, onTail: (service: KnownService, from: number, to: number, status: number) => void): void {
    const run = this.#source.current() ?? lastRun(this.#source.database);
    if (run === undefined) return;
    for (const service of this.services) {
      if (service.status === null || service.until < run.begins) continue;
      const from = Math.max(span.from, service.until);
      const to = Math.min(span.to, run.ends);
      if (from < to) onTail(service, from, to, service.status);
    }
  }
}

function lastRun(database: BulkReadable): Run | undefined {
  const [row] = database.rows('SELECT id, begins, ends FROM run ORDER BY id DESC LIMIT 1');
  if (row === undefined) return undefined;
  const [id = 0, begins = 0, ends = 0] = row.map(integer);
  return { id, begins, ends };
}
