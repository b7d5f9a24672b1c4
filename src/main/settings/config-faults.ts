import type { z } from 'zod';
import { secretFields } from '../../shared/handlers/form.ts';
import type { JsonValue } from '../../shared/json.ts';
import type { Fault } from '../../shared/notification-state.ts';

/**
 * What is wrong with the configuration of a handler or a check, by the schema of its type. Paths begin with `config`. That a
 * secret is not set is no fault of the settings file, which has none; that one stands in it is.
 */
export function configFaults(type: string, schema: z.ZodObject, config: Record<string, JsonValue>): Fault[] {
  const secrets = new Set(secretFields(schema));
  const known = new Set(Object.keys(schema.shape));
  const of = (fields: string[], message: string): Fault[] =>
    fields.map((field) => ({ path: ['config', field], message }));
  const fields = Object.keys(config);
  const wrong = (schema.safeParse(config).error?.issues ?? [])
    // A field that is not known is found by its name.
    .filter(({ path: [field] }) => field !== undefined && !secrets.has(String(field)))
    .map(({ path, message }) => ({
      path: ['config', ...path.map((part) => (typeof part === 'symbol' ? String(part) : part))],
      message,
    }));
  return [
    ...of(
      fields.filter((field) => secrets.has(field)),
      'is a secret and must not stand in this file: enter it in the window, or set it in the environment',
    ),
    ...of(
      fields.filter((field) => !known.has(field)),
      `is not a field of ${type}`,
    ),
    ...wrong,
  ];
}
