import { secretFields } from '../../shared/handlers/form.ts';
import { findHandlerType, HANDLER_TYPES } from '../../shared/handlers/registry.ts';
import type { HandlerEntry } from '../../shared/notification-settings.ts';
import type { Fault } from '../../shared/notification-state.ts';

/**
 * What is wrong with the handlers of a settings file, each by the schema of its own type. That a secret is not set is no
 * fault of the file, which has none; that one stands in it is.
 */
export function checkHandlers(handlers: readonly HandlerEntry[]): Fault[] {
  return handlers.flatMap((handler, index) =>
    checkHandler(handler).map(({ path, message }) => ({ path: ['handlers', index, ...path], message })),
  );
}

function checkHandler({ type, config }: HandlerEntry): Fault[] {
  const found = findHandlerType(type);
  if (found === undefined) {
    return [{ path: ['type'], message: `must be one of ${HANDLER_TYPES.map((known) => known.type).join(', ')}` }];
  }
  const secrets = new Set(secretFields(found.schema));
  const written = Object.keys(config).filter((field) => secrets.has(field));
  const faults: Fault[] = written.map((field) => ({
    path: ['config', field],
    message: 'is a secret and must not stand in this file: enter it in the window, or set it in the environment',
  }));
  const known = new Set(Object.keys(found.schema.shape));
  for (const field of Object.keys(config)) {
    if (!known.has(field)) faults.push({ path: ['config', field], message: `is not a field of ${type}` });
  }
  const parsed = found.schema.safeParse(config);
  for (const { path, message } of parsed.error?.issues ?? []) {
    const [field] = path;
    if (typeof field === 'string' && secrets.has(field)) continue;
    if (path.length === 0) continue;
    faults.push({ path: ['config', ...path.map((part) => (typeof part === 'symbol' ? String(part) : part))], message });
  }
  return faults;
}
