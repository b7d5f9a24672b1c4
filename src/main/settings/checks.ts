import type { CheckEntry } from '../../shared/check-settings.ts';
import { CHECK_TYPES, findCheckType } from '../../shared/checks/registry.ts';
import type { Fault } from '../../shared/notification-state.ts';
import { configFaults } from './config-faults.ts';

/** What is wrong with the checks of a settings file, each by the schema of its own type. */
export function checkChecks(checks: readonly CheckEntry[]): Fault[] {
  const ids = new Set<string>();
  return checks.flatMap((check, index) => {
    const faults = checkCheck(check);
    if (ids.has(check.id)) faults.push({ path: ['id'], message: `there are two checks called ${check.id}` });
    ids.add(check.id);
    return faults.map(({ path, message }) => ({ path: ['checks', index, ...path], message }));
  });
}

/** The same for one of them. */
export function checkCheck({ type, config }: CheckEntry): Fault[] {
  const found = findCheckType(type);
  if (found === undefined) {
    return [{ path: ['type'], message: `must be one of ${CHECK_TYPES.map((known) => known.type).join(', ')}` }];
  }
  return configFaults(type, found.schema, config);
}
