import type { Connection } from '../sqlite/connection.ts';
import type { OpenIncident } from './incidents.ts';
import { integer, maybe, text } from './rows.ts';

/** A service, and what goes on with it. */
export interface Followed {
  readonly id: number;
  readonly service: string;
  readonly name: string;
  /** Null while it is not followed. */
  readonly status: number | null;
  /** Up to when its hours are written, milliseconds since the epoch. */
  readonly until: number;
  readonly incident: OpenIncident | null;
  /** Whether it ever had a status. */
  readonly everSeen: boolean;
}

type Editable = { -readonly [K in keyof Followed]: Followed[K] };

/** Longer names are cut, in UTF-16 units. */
const LONGEST_NAME = 300;

/** Every service that was ever followed, with what goes on. */
export class Services {
  readonly #byName = new Map<string, Editable>();
  readonly #changed = new Set<Editable>();
  #nextId = 1;

  constructor(
    private readonly database: Connection,
    incidents: ReadonlyMap<number, OpenIncident>,
  ) {
    for (const [id, service, name, status, until] of database.rows(
      'SELECT id, service, name, status, until FROM service',
    )) {
      const key = integer(id);
      this.#nextId = Math.max(this.#nextId, key + 1);
      this.#byName.set(text(service), {
        id: key,
        service: text(service),
        name: text(name),
        status: maybe(status, integer),
        until: integer(until),
        incident: incidents.get(key) ?? null,
        everSeen: true,
      });
    }
  }

  all(): Iterable<Followed> {
    return this.#byName.values();
  }

  find(service: string): Followed | undefined {
    return this.#byName.get(service);
  }

  /** The service of that name, a new one where it is not known. */
  of(service: string, name: string): Followed {
    const short = name.slice(0, LONGEST_NAME);
    let known = this.#byName.get(service);
    if (known === undefined) {
      known = { id: this.#nextId, service, name: short, status: null, until: 0, incident: null, everSeen: false };
      this.#nextId += 1;
      this.#byName.set(service, known);
      this.#changed.add(known);
    } else if (known.name !== short) {
      this.set(known, { name: short });
    }
    return known;
  }

  idOf(service: string): number {
    return (this.#byName.get(service) ?? this.of(service, service)).id;
  }

  set(followed: Followed, changes: Partial<Pick<Followed, 'name' | 'status' | 'until' | 'incident'>>): void {
    const known = this.#byName.get(followed.service);
    if (known === undefined) return;
    Object.assign(known, changes);
    if (changes.status !== undefined && changes.status !== null) known.everSeen = true;
    this.#changed.add(known);
  }

  flush(): void {
    for (const { id, service, name, status, until, incident } of this.#changed) {
      this.database.run(
        `INSERT INTO service (id, service, name, status, until, incident) VALUES (?, ?, ?, ?, ?, ?)
          ON CONFLICT (id) DO UPDATE SET name = excluded.name, status = excluded.status, until = excluded.until,
            incident = excluded.incident`,
        id,
        service,
        name,
        status,
        until,
        incident?.id ?? null,
      );
    }
    this.#changed.clear();
  }
}
