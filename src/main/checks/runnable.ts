import type { CheckEntry } from '../../shared/check-settings.ts';
import { findCheckType } from '../../shared/checks/registry.ts';
import { secretFields } from '../../shared/handlers/form.ts';
import type { RunnableCheck } from './active-checks.ts';
import { prepareCheck } from './probes.ts';

/** A check as it is set up, ready to be carried out; undefined where it cannot be. @param secretOf gives what stands in no file. */
export function runnable(
  { type, config }: CheckEntry,
  secretOf: (field: string) => string | undefined,
): RunnableCheck | undefined {
  const known = findCheckType(type);
  if (known === undefined) return undefined;
  const secrets = secretFields(known.schema).flatMap((field) => {
    const value = secretOf(field);
    return value === undefined ? [] : [[field, value]];
  });
  const run = prepareCheck(type, { ...config, ...Object.fromEntries(secrets) });
  return typeof run === 'function' ? { usual: known.usual, run } : undefined;
}
