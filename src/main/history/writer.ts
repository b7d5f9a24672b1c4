import { deflateRawSync } from 'node:zlib';
import type { IncidentNote } from '../../shared/history.ts';
import type { Transition } from '../../shared/service-status.ts';
import { formatDuration } from '../../shared/text.ts';
import type { Connection } from '../sqlite/connection.ts';
import { HEALTHY, NONE, packChange, statusCode } from './codes.ts';
import { Dictionary } from './dictionary.ts';
import type { Batch, Entry } from './entries.ts';
import { HOUR } from './hour.ts';
import { Incidents } from './incidents.ts';
import { Moments } from './moments.ts';
import { Observed, type Run } from './observed.ts';
import { Rollups } from './rollups.ts';
import { integer } from './rows.ts';
import { Samples } from './samples.ts';
import { type Followed, Services } from './services.ts';
import { type Progress, readProgress, writeProgress } from './progress.ts';

/**
 * How long the file may lack the last sign of life, in ms: a crash makes so much time not observed, and each writing costs a
 * few pages.
 */
const ALIVE_EVERY = 30_000;
/** A clock that is set again and again is told of so often in one incident. */
const MOST_JUMPS = 20;
/** A service that has not been seen for so long after a start is not followed any more, in ms. */
const GIVEN_UP = 600_000;

/**
 * Writes the history. It holds what goes on at this moment, so it must be thrown away, and made anew from the file, whenever
 * a batch could not be written.
 */
export class Writer {
  readonly dictionary: Dictionary;
  readonly incidents: Incidents;
  readonly samples: Samples;
  readonly #moments: Moments;
  readonly #rollups: Rollups;
  readonly #services: Services;
  readonly #observed: Observed;
  /** Runs that are not in the file as they are. */
  readonly #runs = new Set<Run>();
  #progress: Progress | undefined;
  #lastId: number;
  #writtenAt = -Infinity;
  #settledHour = -1;
  /** Incidents of an earlier process whose services have not been seen in this one. */
  #unseen = new Map<number, Followed>();
  #giveUpAt = Infinity;

  /** @throws what SQLite throws, or DiskTrouble. */
  constructor(private readonly database: Connection) {
    this.dictionary = new Dictionary(database);
    this.#moments = new Moments(database);
    this.incidents = new Incidents(database, this.#moments);
    this.#rollups = new Rollups(database);
    this.#services = new Services(database, this.incidents.load());
    this.samples = new Samples(database);
    this.#lastId = integer(database.ask('SELECT coalesce(max(id), 0) FROM change'));
    const runs = database.rows('SELECT id, begins, ends FROM run').map((row) => {
      const [id = 0, begins = 0, ends = 0] = row.map(integer);
      return { id, begins, ends };
    });
    this.#observed = new Observed(runs, {
      ending: (run) => this.#endRun(run),
      begun: (run) => this.#beginRun(run),
      jumped: (from, to) => this.#jump(from, to),
    });
    this.#progress = readProgress(database);
    if (this.#progress !== undefined) this.#observed.restore(this.#progress);
    this.#settledHour = Math.floor((this.#observed.position ?? 0) / HOUR);
  }

  /** The last batch that was written; undefined before the first. */
  get written(): { session: string; number: number } | undefined {
    return this.#progress;
  }

  /** The latest moment that was told; undefined where nothing ever was. */
  get position(): number | undefined {
    return this.#observed.position;
  }

  /** The run that goes on, also where that is not in the file yet. */
  currentAt(now: number): Run | undefined {
    return this.#observed.currentAt(now);
  }

  /** Writes a batch, all of it or nothing. @throws whatever the disk throws: this one must then not be used any more. */
  write({ session, number, entries }: Batch): void {
    const [only] = entries;
    if (entries.length === 1 && only?.kind === 'alive' && this.#isFresh(only.from, only.to)) {
      this.#observed.alive(only.from, only.to);
      return;
    }
    this.#transaction(() => {
      for (const entry of entries) this.#take(entry);
      this.#giveUp();
      this.#flush();
      this.#progress = {
        session,
        number,
        position: this.#observed.position ?? 0,
        paused: this.#observed.paused,
        current: this.#observed.current?.id ?? null,
      };
      writeProgress(this.database, this.#progress);
    });
    this.#writtenAt = this.#observed.position ?? -Infinity;
  }

  /** @returns false where there is no such incident. */
  addNote(incident: number, note: IncidentNote): boolean {
    return this.#transaction(() => this.incidents.addNote(incident, note));
  }

  /** Carries out a step of the upkeep in a transaction of its own. */
  upkeep<T>(step: () => T): T {
    return this.#transaction(step);
  }

  /** Ends what goes on, and forgets runs that are older than `time`. */
  forgetRuns(time: number): void {
    for (const id of this.#observed.forget(time)) this.database.run('DELETE FROM run WHERE id = ?', id);
  }

  #transaction<T>(act: () => T): T {
    this.database.exec('BEGIN IMMEDIATE');
    try {
      const result = act();
      this.database.exec('COMMIT');
      return result;
    } catch (error) {
      try {
        if (this.database.inTransaction) this.database.exec('ROLLBACK');
      } catch {
        // The disk has failed; the error that matters is the first one.
      }
      throw error;
    }
  }

  /** Whether a sign of life need not be written yet: the file has one that is recent enough, and nothing follows from it. */
  #isFresh(from: number, to: number): boolean {
    if (Math.floor(to / HOUR) !== this.#settledHour || !this.#observed.goesOn(from, to)) return false;
    return to >= this.#writtenAt && to < this.#writtenAt + ALIVE_EVERY;
  }

  #take(entry: Entry): void {
    if (entry.kind === 'start') this.#start(entry);
    else if (entry.kind === 'change') this.#change(entry.transition, entry.checks);
    else if (entry.kind === 'pause') this.#observed.pause(entry.at);
    else if (entry.kind === 'resume') this.#observed.resume(entry.at);
    else if (entry.kind === 'forget') this.#forget(entry.service, entry.at);
    else if (entry.kind === 'acknowledged') this.#acknowledge(entry.service, entry.note);
    else if (entry.kind === 'samples') {
      this.samples.add(this.#services.idOf(entry.service), Math.round(entry.at), entry.values);
    } else {
      this.#observed.alive(entry.from, entry.to);
    }
    this.#settleHour();
  }

  #start({ at, services }: Entry & { kind: 'start' }): void {
    this.#observed.break();
    const known = new Set(services.map(({ service }) => service));
    for (const followed of this.#services.all()) {
      if (followed.incident !== null) this.incidents.markGap(followed.incident);
      // What this process follows it says; all else has to be seen again.
      if (known.has(followed.service)) continue;
      this.#services.set(followed, { status: null });
      if (followed.incident !== null) this.#unseen.set(followed.id, followed);
    }
    this.#giveUpAt = at + GIVEN_UP;
    this.#observed.advance(Math.round(at));
    for (const transition of services) this.#continue(transition, at);
  }

  /** A service that this process follows already: there is a change only where it is not as it was last known. */
  #continue(transition: Transition, at: number): void {
    const followed = this.#services.of(transition.service, transition.name);
    const status = statusCode(transition.to);
    const last = followed.incident?.status ?? (followed.everSeen ? HEALTHY : NONE);
    if (last === status) {
      this.#services.set(followed, { status, until: this.#observed.position ?? at });
      this.#unseen.delete(followed.id);
    } else {
      this.#change({ ...transition, from: null, at });
    }
  }

  #change({ service, name, from, to, at, reason, message }: Transition, checks?: string): void {
    const moment = this.#observed.advance(Math.round(at));
    const followed = this.#services.of(service, name);
    this.#settle(followed);
    this.#unseen.delete(followed.id);
    const status = statusCode(to);
    const id = this.#nextId(moment, status);
    const back = this.#stepIncident(followed, id, moment, status);
    const kept = this.dictionary.keep(message);
    this.database.run(
      'INSERT INTO change (id, service, at, kind, message, back, numbers) VALUES (?, ?, ?, ?, ?, ?, ?)',
      id,
      followed.id,
      moment,
      packChange(statusCode(from), status, reason),
      kept.id,
      back,
      kept.numbers,
    );
    if (checks !== undefined) {
      this.database.run('INSERT INTO checks (id, body) VALUES (?, ?)', id, deflateRawSync(checks, { level: 1 }));
    }
    this.#services.set(followed, { status, until: this.#observed.current?.ends ?? followed.until });
  }

  /** @returns by how many ids its incident began earlier; null where it is a part of none. */
  #stepIncident(followed: Followed, id: number, at: number, status: number): number | null {
    const { incident } = followed;
    if (incident === null) {
      if (status === HEALTHY) return null;
      this.#services.set(followed, { incident: this.incidents.open(followed.id, id, at, status) });
      return 0;
    }
    if (status === HEALTHY) {
      this.incidents.close(incident, at, id);
      this.#services.set(followed, { incident: null });
    } else {
      this.incidents.step(incident, id, status);
    }
    return id - incident.id;
  }

  #nextId(at: number, status: number): number {
    this.#lastId += 1;
    this.#moments.markChange(at, this.#lastId, status);
    return this.#lastId;
  }

  #forget(service: string, at: number): void {
    const moment = this.#observed.advance(Math.round(at));
    const followed = this.#services.find(service);
    if (followed === undefined || (followed.status === null && followed.incident === null)) return;
    this.#settle(followed);
    const id = this.#nextId(moment, NONE);
    const { incident } = followed;
    if (incident !== null) this.incidents.end(incident, moment, id);
    this.database.run(
      'INSERT INTO change (id, service, at, kind, message, back, numbers) VALUES (?, ?, ?, ?, 0, ?, NULL)',
      id,
      followed.id,
      moment,
      packChange(followed.status ?? NONE, NONE, 'reported'),
      incident === null ? null : id - incident.id,
    );
    this.#services.set(followed, { status: null, incident: null });
    this.#unseen.delete(followed.id);
  }

  #acknowledge(service: string, note: IncidentNote): void {
    const incident = this.#services.find(service)?.incident;
    if (incident !== null && incident !== undefined) this.incidents.addNote(incident.id, note);
  }

  /** Writes for how long a service had its status, up to now. */
  #settle(followed: Followed): void {
    const run = this.#observed.current;
    if (run === undefined || followed.status === null || followed.until >= run.ends) return;
    this.#rollups.add(followed.id, Math.max(followed.until, run.begins), run.ends, followed.status);
    this.#services.set(followed, { until: run.ends });
  }

  #settleAll(): void {
    for (const followed of this.#services.all()) this.#settle(followed);
  }

  /** Nothing that goes on is older than an hour in what is kept, so that a query never has much to add. */
  #settleHour(): void {
    const position = this.#observed.position;
    if (position === undefined) return;
    const hour = Math.floor(position / HOUR);
    if (hour === this.#settledHour) return;
    this.#settledHour = hour;
    this.#settleAll();
    this.#rollups.completeDays(position);
  }

  #endRun(run: Run): void {
    this.#settleAll();
    this.#runs.add(run);
  }

  #beginRun(run: Run): void {
    this.#runs.add(run);
    for (const followed of this.#services.all()) {
      if (followed.status !== null) this.#services.set(followed, { until: run.begins });
    }
  }

  #jump(from: number, to: number): void {
    for (const { incident } of this.#services.all()) {
      if (incident === null) continue;
      this.incidents.markGap(incident);
      if (to >= from) continue;
      const text = `The clock was set back by ${formatDuration(from - to)}.`;
      this.incidents.addNote(incident.id, { at: to, by: 'the monitor', text, kind: 'action' }, MOST_JUMPS);
    }
  }

  /** Services that an earlier process followed and this one does not: what was wrong with them ended unseen. */
  #giveUp(): void {
    if (this.#unseen.size === 0 || (this.#observed.position ?? 0) < this.#giveUpAt) return;
    for (const followed of this.#unseen.values()) {
      if (followed.incident !== null) this.incidents.end(followed.incident, followed.until);
      this.#services.set(followed, { incident: null });
    }
    this.#unseen.clear();
  }

  #flush(): void {
    this.#rollups.flush();
    this.incidents.flush();
    this.#moments.flush();
    this.#services.flush();
    this.samples.flush(this.#observed.position ?? 0);
    const { current } = this.#observed;
    if (current !== undefined) this.#runs.add(current);
    for (const run of this.#runs) {
      if (run.begins === run.ends && run !== current) this.database.run('DELETE FROM run WHERE id = ?', run.id);
      else
        this.database.run(
          'INSERT OR REPLACE INTO run (id, begins, ends) VALUES (?, ?, ?)',
          run.id,
          run.begins,
          run.ends,
        );
    }
    this.#runs.clear();
  }
}
