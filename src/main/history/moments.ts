import type { Connection } from '../sqlite/connection.ts';
import { HOUR } from './hour.ts';
import { integer } from './rows.ts';

interface Moment {
  first: number;
  last: number;
  statuses: number;
  worst: number;
}

/** As many hours are remembered; nearly every change is in the latest one. */
const REMEMBERED = 100;

/** Where the changes of each hour are: it leads from wall-clock time to ids, and past hours without a certain status. */
export class Moments {
  readonly #known = new Map<number, Moment>();
  readonly #changed = new Set<number>();

  constructor(private readonly database: Connection) {}

  markChange(at: number, id: number, status: number): void {
    const hour = Math.floor(at / HOUR);
    let moment = this.#of(hour);
    if (moment === undefined) this.#known.set(hour, (moment = { first: id, last: id, statuses: 0, worst: 0 }));
    moment.first = Math.min(moment.first, id);
    moment.last = Math.max(moment.last, id);
    moment.statuses |= 1 << status;
    this.#changed.add(hour);
  }

  /** An incident that began at that time has come to this status. The change that began it is marked before. */
  markIncident(opened: number, worst: number): void {
    const hour = Math.floor(opened / HOUR);
    const moment = this.#of(hour);
    // Of one that goes on since before the history begins, the hour is not kept any more.
    if (moment === undefined || (moment.worst & (1 << worst)) !== 0) return;
    moment.worst |= 1 << worst;
    this.#changed.add(hour);
  }

  flush(): void {
    for (const hour of this.#changed) {
      const moment = this.#of(hour);
      if (moment === undefined) continue;
      const { first, last, statuses, worst } = moment;
      const sql = 'INSERT OR REPLACE INTO moment (hour, first, last, statuses, worst) VALUES (?, ?, ?, ?, ?)';
      this.database.run(sql, hour, first, last, statuses, worst);
    }
    this.#changed.clear();
    if (this.#known.size > REMEMBERED) this.#known.clear();
  }

  #of(hour: number): Moment | undefined {
    const known = this.#known.get(hour);
    if (known !== undefined) return known;
    const [row] = this.database.rows('SELECT first, last, statuses, worst FROM moment WHERE hour = ?', hour);
    if (row === undefined) return undefined;
    const [first = 0, last = 0, statuses = 0, worst = 0] = row.map(integer);
    const moment = { first, last, statuses, worst };
    this.#known.set(hour, moment);
    return moment;
  }
}
