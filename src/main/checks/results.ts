import type { ActiveResult, Observation } from '../../shared/observation.ts';
import type { Found } from './scheduler.ts';

/** The name of active checks as a source of observations. */
export const SOURCE = 'checks';

/** What active checks found last, by service. */
export class Results {
  /** Which service each job's results are of. */
  readonly #byJob = new Map<string, Map<string, ActiveResult[]>>();

  /**
   * Takes in what a job's latest run found, in the place of what it found before.
   *
   * @param now milliseconds since the epoch.
   * @returns an observation of each service that this is about; one without results where none is left.
   */
  take(job: string, found: readonly Found[], now: number): Observation[] {
    const before = this.#byJob.get(job);
    const after = new Map<string, ActiveResult[]>();
    for (const { service, name, finding } of found) {
      const known = before?.get(service)?.find((result) => result.name === name);
      const since = known?.status === finding.status ? known.since : now;
      const results = after.get(service) ?? [];
      results.push({ ...finding, name, at: now, since });
      after.set(service, results);
    }
    if (after.size === 0) this.#byJob.delete(job);
    else this.#byJob.set(job, after);
    const touched = new Set([...(before?.keys() ?? []), ...after.keys()]);
    return [...touched].map((service) => ({
      service,
      source: SOURCE,
      file: '',
      observedAt: now,
      results: this.#of(service),
    }));
  }

  /** The latest results of a job, of whatever service. */
  ofJob(job: string): ActiveResult[] {
    return [...(this.#byJob.get(job)?.values() ?? [])].flat();
  }

  #of(service: string): ActiveResult[] {
    const results: ActiveResult[] = [];
    const names = new Set<string>();
    for (const byService of this.#byJob.values()) {
      for (const result of byService.get(service) ?? []) {
        // Two checks of one name could not be told apart.
        let { name } = result;
        for (let count = 2; names.has(name); count += 1) name = `${result.name} ${count}`;
        names.add(name);
        results.push({ ...result, name });
      }
    }
    return results;
  }
}
