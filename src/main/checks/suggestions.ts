import type { CheckEntry } from '../../shared/check-settings.ts';
import type { CheckSuggestion } from '../../shared/check-state.ts';
import { freeId } from '../../shared/checks/free-id.ts';

/** So many are offered at most: a list that nobody reads helps nobody. */
const MOST = 12;

/** A process of a service that runs on this machine. */
export interface ServicePid {
  service: string;
  pid: number;
}

/**
 * Checks that could be of use, by what services of this machine listen on: a port that is open is what others reach them by.
 *
 * @param existing checks that are set up: what they look at already is not suggested.
 * @param portsOf the ports that a process listens on.
 */
export async function suggestChecks(
  processes: readonly ServicePid[],
  existing: readonly CheckEntry[],
  portsOf: (pid: number) => Promise<readonly number[]>,
): Promise<CheckSuggestion[]> {
  const known = existing.map(({ config }) => JSON.stringify(config));
  const suggestions: CheckSuggestion[] = [];
  const taken = new Set<string>();
  for (const { service, pid } of processes) {
    for (const port of await portsOf(pid)) {
      const key = `${service} ${port}`;
      if (suggestions.length >= MOST) return suggestions;
      if (taken.has(key) || known.some((config) => new RegExp(`\\b${port}\\b`).test(config))) continue;
      taken.add(key);
      const ids = [...existing, ...suggestions.map(({ entry }) => entry)].map(({ id }) => id);
      const entry: CheckEntry = {
        id: freeId(`port-${port}`, ids),
        type: 'tcp',
        service,
        enabled: true,
        config: { host: 'localhost', port },
      };
      suggestions.push({ entry, why: `${service} (process ${pid}) listens on port ${port}.` });
    }
  }
  return suggestions;
}
