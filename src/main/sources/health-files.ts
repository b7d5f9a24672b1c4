import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../shared/clock.ts';
import { type FolderState, type Observation, type Problem, serviceIn } from '../../shared/observation.ts';
import { FolderWatch } from './folder-watch.ts';
import { identityOf, KeptBytes, readHealthFile, type ReadFile } from './read-health-file.ts';

/** A writer that does not rename may be seen half-way; it gets this long to finish before it is called corrupt, in ms. */
const SETTLE = 150;

export interface HealthFolderOptions {
  path: string;
  label: string;
  chosenBy: string;
  clock: Clock;
  onObservations: (observations: Observation[]) => void;
  onState: (state: FolderState) => void;
}

interface Known {
  service: string;
  identity: string | undefined;
  observedAt: number;
  /** The report's last_check as written: the same text is the same report, whoever touched its file since. */
  lastCheck: string | null;
  absent: boolean;
  kept: KeptBytes;
}

/** A folder of health files as a source of observations: one for each new content of each `*.json` in it. */
export class HealthFolder {
  readonly #known = new Map<string, Known>();
  readonly #settling = new Map<string, () => void>();
  readonly #watch: FolderWatch;
  #state: FolderState;
  #scanning: Promise<void> | undefined;
  /** Why changes are not told by the system, empty where they are. */
  #unwatched = '';

  constructor(private readonly options: HealthFolderOptions) {
    const { path, label, chosenBy, clock } = options;
    this.#state = { path, label, chosenBy, state: 'missing', message: '' };
    this.#watch = new FolderWatch({
      path,
      clock,
      onName: (name) => this.#changed(name),
      onUnwatched: (error) => {
        this.#unwatched =
          error === null
            ? ''
            : `Changes in ${path} are noticed late: it cannot be watched (${error.message}). Raise the system's limit of file watches.`;
      },
      onThere: () => void this.scan(),
      onGone: (error) => this.#gone(error),
    });
  }

  get state(): FolderState {
    return this.#state;
  }

  /** Reads what is there and watches it from then on. Resolves when everything was read once. */
  async start(): Promise<void> {
    await this.#watch.look();
    await this.scan();
    while (this.#settling.size > 0) await new Promise<void>((done) => this.options.clock.after(SETTLE, done));
  }

  close(): void {
    this.#watch.close();
    for (const cancel of this.#settling.values()) cancel();
  }

  /** The safety net for lost events: looks whether the folder is the same one and reads what is new in it. */
  async sweep(): Promise<void> {
    await this.#watch.look();
    await this.scan();
  }

  /** Reads every file that is not the version that was read last. */
  scan(): Promise<void> {
    this.#scanning ??= this.#scan().finally(() => {
      this.#scanning = undefined;
    });
    return this.#scanning;
  }

  async #scan(): Promise<void> {
    let names: string[];
    try {
      names = (await readdir(this.options.path)).filter(isHealthFile);
    } catch (error) {
      this.#gone(error as NodeJS.ErrnoException);
      return;
    }
    this.#setState('watching', this.#unwatched);
    const present = new Set(names);
    const gone = [...this.#known].filter(([name, known]) => !present.has(name) && !known.absent).map(([name]) => name);
    const changed = await this.#onlyChanged(names);
    this.#emit([...changed, ...gone].map((name) => this.#read(name)));
  }

  async #onlyChanged(names: string[]): Promise<string[]> {
    const changed: string[] = [];
    for (const name of names) {
      const known = this.#known.get(name);
      if (known?.identity !== undefined) {
        const stats = await stat(join(this.options.path, name)).catch(() => undefined);
        if (stats !== undefined && identityOf(stats) === known.identity) continue;
      }
      changed.push(name);
    }
    return changed;
  }

  #changed(name: string): void {
    if (isHealthFile(name)) this.#emit([this.#read(name)]);
  }

  #emit(observations: (Observation | undefined)[]): void {
    const seen = observations.filter((observation) => observation !== undefined);
    if (seen.length > 0) this.options.onObservations(seen);
  }

  #read(name: string): Observation | undefined {
    const path = join(this.options.path, name);
    const before = this.#known.get(name);
    const kept = before?.kept ?? new KeptBytes();
    const read = readHealthFile(path, kept);
    if (this.#settles(name, read)) return undefined;
    // A name that came and went between two looks was never a service.
    if (read.problem?.kind === 'missing' && (before === undefined || before.absent)) return undefined;
    const now = this.options.clock.now();
    const lastCheck = read.report?.last_check ?? null;
    const touched = before !== undefined && !before.absent && lastCheck !== null && lastCheck === before.lastCheck;
    const written = Math.min(now, read.modifiedAt ?? now);
    const known: Known = {
      service: before?.service ?? serviceIn(this.options.label, name.slice(0, -'.json'.length)),
      identity: read.identity,
      observedAt: touched ? before.observedAt : before === undefined ? written : now,
      lastCheck,
      absent: read.problem?.kind === 'missing',
      kept,
    };
    this.#known.set(name, known);
    return this.#observation(known, path, read);
  }

  #observation({ service, observedAt }: Known, path: string, { report, again, problem }: ReadFile): Observation {
    return { service, source: this.options.path, file: path, observedAt, report, again, problem };
  }

  /** Gives a file that looks half-written a little time. @returns whether to wait. */
  #settles(name: string, read: ReadFile): boolean {
    const waiting = this.#settling.get(name);
    waiting?.();
    this.#settling.delete(name);
    const half = read.problem?.fault === 'empty' || read.problem?.fault === 'truncated';
    const fresh = this.options.clock.now() - (read.modifiedAt ?? 0) < SETTLE;
    if (!half || !fresh) return false;
    this.#settling.set(
      name,
      this.options.clock.after(SETTLE, () => {
        this.#settling.delete(name);
        this.#emit([this.#read(name)]);
      }),
    );
    return true;
  }

  #gone(error: NodeJS.ErrnoException): void {
    const { path } = this.options;
    const missing = error.code === 'ENOENT';
    const message = missing
      ? `The folder ${path} does not exist.`
      : error.code === 'EACCES' || error.code === 'EPERM'
        ? `The folder ${path} may not be read by this user.`
        : `The folder ${path} cannot be watched: ${error.message}.`;
    this.#setState(missing ? 'missing' : 'unreadable', message);
    const problem: Problem = missing
      ? { kind: 'missing', fault: 'folder-missing', message: `Its folder is not there any more (${path}).` }
      : { kind: 'unreadable', fault: 'folder-unreadable', message };
    const now = this.options.clock.now();
    const lost = [...this.#known].filter(([, known]) => !known.absent);
    this.#emit(
      lost.map(([name, known]) => {
        const absent = { ...known, identity: undefined, observedAt: now, absent: true };
        this.#known.set(name, absent);
        return this.#observation(absent, join(path, name), { problem });
      }),
    );
  }

  #setState(state: FolderState['state'], message: string): void {
    if (this.#state.state === state && this.#state.message === message) return;
    this.#state = { ...this.#state, state, message };
    this.options.onState(this.#state);
  }
}

/** `<service_type>.json`; the `.tmp` file that a writer renames is not one, nor is anything hidden. */
function isHealthFile(name: string): boolean {
  return name.endsWith('.json') && !name.startsWith('.') && name.length > '.json'.length;
}
