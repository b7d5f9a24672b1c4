import { z } from 'zod';
import type { Message } from '../notification-message.ts';
import { countStatuses, SYSTEM_ORDER } from '../status.ts';
import { formatCounts } from '../text.ts';
import { oneLine } from './bounded-text.ts';
import { flag } from './fields.ts';
import { defineHandler, type DesktopRequest } from './handler.ts';

const TITLE_LENGTH = 80;
const BODY_LENGTH = 200;
/** The key of the notification that stands for many services. No service can have it: it is not a file name. */
const SUMMARY = '\u0000summary';

/** Native notifications. Three services at once are one each; more become one that names the worst. */
export const desktop = defineHandler({
  type: 'desktop',
  label: 'Desktop',
  help: 'Shows native notifications on this computer. Needs the tray application; a click opens the service.',
  schema: z.strictObject({
    sound: flag(false, {
      title: 'Sound',
      description: 'Play the system’s notification sound as well.',
    }),
  }),
  separateUpTo: 3,
  groupFor: 0.3,
  buildRequest(message, { sound }): DesktopRequest {
    return { transport: 'desktop', sound, status: message.status, ...wording(message) };
  },
});

function wording(message: Message): Pick<DesktopRequest, 'key' | 'service' | 'title' | 'body'> {
  const [only] = message.services;
  // The monitor's own messages tell of no change, whatever services they list.
  if (only === undefined || ['started', 'stopped', 'test'].includes(message.event)) {
    const title = oneLine(message.title, TITLE_LENGTH);
    return { key: `\u0000${message.event}`, service: null, title, body: oneLine(message.text, BODY_LENGTH) };
  }
  if (message.services.length > 1) return summary(message);
  const again = only.status === 'healthy' && (only.event === 'recovered' || only.event === 'passed') ? ' again' : '';
  const extra = only.event === 'flapping' ? ', keeps changing' : only.event === 'reminder' ? ', still' : '';
  return {
    key: only.service,
    service: only.service,
    title: `${oneLine(only.service, TITLE_LENGTH - 30)}: ${only.status}${again}${extra}`,
    body: oneLine(only.message, BODY_LENGTH),
  };
}

function summary({ services }: Message): Pick<DesktopRequest, 'key' | 'service' | 'title' | 'body'> {
  const worstFirst = [...services].sort((a, b) => SYSTEM_ORDER[b.status] - SYSTEM_ORDER[a.status]);
  const counts = formatCounts(countStatuses(services.map(({ status }) => status)));
  const names = worstFirst.slice(0, 20).map(({ service, status }) => `${oneLine(service, 40)} ${status}`);
  return {
    key: SUMMARY,
    service: null,
    title: `${services.length} services changed: ${counts}`,
    body: oneLine(names.join(', '), BODY_LENGTH),
  };
}
