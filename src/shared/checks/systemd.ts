import { z } from 'zod';
import { flag, requiredText } from '../handlers/fields.ts';
import type { CheckType } from './check.ts';

const schema = z.strictObject({
  unit: requiredText(
    { title: 'Unit', description: 'The unit’s name; .service may be left out.', examples: ['nginx.service'] },
    255,
  )
    .regex(/^[A-Za-z0-9:_.@\\][A-Za-z0-9:_.@\\-]*$/, {
      error: 'must be the name of a unit, such as nginx.service',
    })
    .meta({ title: 'Unit', description: 'The unit’s name; .service may be left out.', examples: ['nginx.service'] }),
  user: flag(false, { title: 'User unit', description: 'One of the user who runs the monitor, not of the system.' }),
});

export const systemd = {
  type: 'systemd',
  label: 'systemd unit',
  help: 'Whether a unit runs, has failed, or is restarted again and again. It must run: a stopped one is fatal.',
  schema,
  usual: { interval: 30, timeLimit: 10 },
  target: ({ unit, user }) => (user ? `${unit} (user)` : unit),
} as const satisfies CheckType<typeof schema>;
