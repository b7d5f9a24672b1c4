import { type Message } from '../notification-message.ts';
import { SYSTEM_ORDER } from '../status.ts';

/**
 * Whether a message may take the place of its incident's earlier one in a channel that can edit, which rings nobody: the
 * incident goes on and is no worse than what was told. Whatever got worse, ended, or is a reminder must be heard.
 */
export function isQuietUpdate(message: Message): boolean {
  return (
    message.event === 'changed' &&
    message.services.length > 0 &&
    message.services.every(
      ({ event, from, status }) =>
        event === 'changed' && from !== null && status !== 'healthy' && SYSTEM_ORDER[status] <= SYSTEM_ORDER[from],
    )
  );
}
