import { findHandlerType, HANDLER_TYPES } from '../../shared/handlers/registry.ts';
import type { HandlerEntry } from '../../shared/notification-settings.ts';
import type { Fault } from '../../shared/notification-state.ts';
import { configFaults } from './config-faults.ts';

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
  return configFaults(type, found.schema, config);
}
