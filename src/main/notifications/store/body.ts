import { Message } from '../../../shared/notification-message.ts';

/** A message whose JSON is longer goes without the health files of its services, in UTF-16 units. */
const LONGEST = 1024 * 1024;

/** A message as it is kept. */
export function bodyOf(message: Message): string {
  const json = JSON.stringify(message);
  if (json.length <= LONGEST) return json;
  return JSON.stringify({ ...message, services: message.services.map((one) => ({ ...one, report: {} })) });
}

/** Undefined for what is no message. */
export function parseBody(text: string): Message | undefined {
  try {
    return Message.safeParse(JSON.parse(text)).data;
  } catch {
    // No JSON at all.
    return undefined;
  }
}
