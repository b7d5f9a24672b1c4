import type { IncidentNote } from '../../shared/history.ts';
import type { Connection } from '../sqlite/connection.ts';
import { HEALTHY, packState, unpackState, worse } from './codes.ts';
import type { Moments } from './moments.ts';
import { integer } from './rows.ts';

/** An incident as long as it goes on. */
export interface OpenIncident {
  /** The id of the change that began it. */
  readonly id: number;
  readonly service: number;
  readonly opened: number;
  lasted: number | null;
  /** The id of its last change. */
  last: number;
  worst: number;
  status: number;
  gaps: boolean;
  steps: number;
}

/** More notes than a person ever writes. */
const MOST_NOTES = 500;

/** Writes incidents: times in which a service was not healthy. */
export class Incidents {
  readonly #changed = new Set<OpenIncident>();

  constructor(
    private readonly database: Connection,
    private readonly moments: Moments,
  ) {}

  /** Those that go on, by service. */
  load(): Map<number, OpenIncident> {
    const sql = `SELECT incident.id, incident.service, opened, last, state, steps FROM service
      JOIN incident ON incident.id = service.incident`;
    const open = new Map<number, OpenIncident>();
    for (const row of this.database.rows(sql)) {
      const [id = 0, service = 0, opened = 0, last = 0, state = 0, steps = 0] = row.map(integer);
      open.set(service, { id, service, opened, lasted: null, last, steps, ...unpackState(state) });
    }
    return open;
  }

  /** @param change the id of the change that begins it. */
  open(service: number, change: number, at: number, status: number): OpenIncident {
    const incident = {
      id: change,
      service,
      opened: at,
      lasted: null,
      last: change,
      worst: status,
      status,
      gaps: false,
      steps: 1,
    };
    this.#changed.add(incident);
    this.moments.markIncident(at, status);
    return incident;
  }

  step(incident: OpenIncident, change: number, status: number): void {
    incident.last = change;
    incident.steps += 1;
    incident.status = status;
    if (worse(incident.worst, status) !== incident.worst) {
      incident.worst = status;
      this.moments.markIncident(incident.opened, status);
    }
    this.#changed.add(incident);
  }

  /** It is healthy again. @param change the id of the change that says so. */
  close(incident: OpenIncident, at: number, change: number): void {
    incident.steps += 1;
    this.end(incident, at, change);
  }

  /** It ends without the service being healthy: nobody follows it any more. @param last the id of what says so, if anything. */
  end(incident: OpenIncident, at: number, last = incident.last): void {
    incident.lasted = Math.max(0, at - incident.opened);
    incident.status = HEALTHY;
    incident.last = last;
    this.#changed.add(incident);
  }

  /** A part of it is not observed. */
  markGap(incident: OpenIncident): void {
    incident.gaps = true;
    this.#changed.add(incident);
  }

  /** @param most so many notes it may have already. @returns whether there is such an incident. */
  addNote(incident: number, { at, by, text, kind }: IncidentNote, most = MOST_NOTES): boolean {
    this.flush();
    const known = this.database.get('SELECT 1 FROM incident WHERE id = ?', incident);
    if (known === undefined) return false;
    this.database.run(
      `INSERT INTO note (incident, at, by, text, kind) SELECT ?1, ?2, ?3, ?4, ?5
        WHERE (SELECT count(*) FROM note WHERE incident = ?1) < ?6`,
      incident,
      Math.round(at),
      by,
      text,
      kind,
      most,
    );
    return true;
  }

  flush(): void {
    for (const { id, service, opened, lasted, last, worst, status, gaps, steps } of this.#changed) {
      this.database.run(
        `INSERT INTO incident (id, service, opened, lasted, last, state, steps) VALUES (?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT (id) DO UPDATE SET
            lasted = excluded.lasted, last = excluded.last, state = excluded.state, steps = excluded.steps`,
        id,
        service,
        opened,
        lasted,
        last,
        packState(worst, status, gaps),
        steps,
      );
    }
    this.#changed.clear();
  }
}
