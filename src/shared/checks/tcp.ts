import { z } from 'zod';
import { flag, optionalText } from '../handlers/fields.ts';
import type { CheckType } from './check.ts';
import { certificateFields, hostName, latencyFault, latencyFields, portNumber } from './fields.ts';

const schema = z
  .strictObject({
    host: hostName({
      title: 'Host',
      description: 'The machine, by name or IP address.',
      examples: ['db.example.org'],
    }),
    port: portNumber({ title: 'Port', description: 'Where it listens, such as 22 for SSH or 5432 for PostgreSQL.' }),
    greeting: optionalText({
      title: 'Greeting contains',
      description: 'Text that the server must send by itself once it is connected to.',
      examples: ['SSH-2.0'],
    }),
    ...latencyFields,
    tls: flag(false, { title: 'TLS', description: 'Whether the connection is encrypted from its first byte.' }),
    ...certificateFields,
  })
  .superRefine((config, context) => {
    const fault = latencyFault(config);
    if (fault !== undefined) context.addIssue({ code: 'custom', path: ['error_ms'], message: fault });
  });

export type TcpCheck = z.output<typeof schema>;

/** Whether something listens on a port. */
export const tcp = {
  type: 'tcp',
  label: 'TCP',
  help: 'Connects to a port, with TLS where it is wanted, and looks at what the server says first.',
  schema,
  usual: { interval: 30, timeLimit: 5 },
  target({ host, port, tls }: TcpCheck): string {
    return `${tls ? 'tls' : 'tcp'}://${inAddress(host)}:${port}`;
  },
} as const satisfies CheckType<typeof schema>;

/** An IPv6 address stands in brackets where a port follows. */
function inAddress(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
