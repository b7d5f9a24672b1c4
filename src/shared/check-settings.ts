import { z } from 'zod';
import { JsonValue } from './json.ts';

const CheckId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,59}$/, { error: 'must be lower case letters, digits and dashes, 60 at most' });

const seconds = (least: number, most: number): z.ZodNumber =>
  z
    .number({ error: `must be a number of seconds from ${least} to ${most}` })
    .min(least, { error: `must be at least ${least} (seconds)` })
    .max(most, { error: `must be at most ${most} (seconds)` });

/** One active check as it is set up: which type, and that type's own configuration. */
export const CheckEntry = z.strictObject({
  id: CheckId.meta({ description: 'Identity, and the name of the check where no other is given.' }),
  type: z.string().min(1).max(60).meta({ description: 'Which kind of check: http, tcp, zmq, process, systemd.' }),
  service: z
    .string()
    .min(1, { error: 'must not be empty' })
    .max(500)
    .meta({ description: 'The service whose check it is: its own, or one that reports by itself, too.' }),
  name: z.string().min(1).max(80).optional().meta({ description: 'What the check is called.' }),
  enabled: z.boolean().default(true),
  interval: seconds(1, 86_400).optional().meta({ description: 'Seconds between two runs.' }),
  time_limit: seconds(0.1, 300).optional().meta({ description: 'Seconds after which a run is given up.' }),
  config: z.record(z.string(), JsonValue).default({}).meta({ description: 'The fields of this type of check.' }),
});
export type CheckEntry = z.infer<typeof CheckEntry>;

const percent = z
  .number({ error: 'must be a number of per cent from 1 to 100' })
  .min(1, { error: 'must be at least 1 (per cent)' })
  .max(100, { error: 'must be at most 100 (per cent)' });

/** When a resource of the machine is a warning, and when an error; 90, 90 and 95 % are the installation's. */
const Threshold = z.strictObject({
  warning: percent,
  error: percent,
  /** So long above it before it counts, and below it before it is over. */
  for: seconds(0, 3600),
});

/** How the machine itself is judged. */
export const Thresholds = z.strictObject({
  memory: Threshold.default({ warning: 90, error: 97, for: 60 }),
  cpu: Threshold.default({ warning: 90, error: 100, for: 120 }),
  disk: Threshold.default({ warning: 95, error: 99, for: 0 }),
  inodes: Threshold.default({ warning: 95, error: 99, for: 0 }),
  swap: Threshold.default({ warning: 80, error: 100, for: 120 }),
});
export type Thresholds = z.infer<typeof Thresholds>;

/**
 * What a person may have done to a service with one click. It is carried out without a shell; off until somebody writes it
 * here.
 */
export const Action = z.discriminatedUnion('does', [
  z.strictObject({
    id: CheckId,
    label: z.string().min(1).max(80),
    services: z.array(z.string().min(1).max(500)).max(1000).default([]),
    does: z.literal('restart-unit'),
    /** `{service}` and `{project}` stand for the service's and the project's name. */
    unit: z.string().min(1).max(200).default('{service}@{project}'),
    user: z.boolean().default(false),
  }),
  z.strictObject({
    id: CheckId,
    label: z.string().min(1).max(80),
    services: z.array(z.string().min(1).max(500)).max(1000).default([]),
    does: z.literal('run'),
    command: z.string().min(1).max(1000),
    args: z.array(z.string().max(1000)).max(50).default([]),
    time_limit: seconds(1, 600).default(60),
  }),
]);
export type Action = z.infer<typeof Action>;

/** The keys of the settings file that active checks are made of. */
export const checkShape = {
  active_checks: z
    .boolean()
    .default(true)
    .meta({ description: 'Whether units, processes, ZeroMQ endpoints and the machine are looked at by themselves.' }),
  deployment: z
    .enum(['auto', 'systemd', 'processes'])
    .default('auto')
    .meta({ description: 'How services run: as systemd units, or as processes. auto: found out.' }),
  project: z
    .string()
    .regex(/^[\w.-]{1,100}$/, { error: 'must be letters, digits, dots and dashes' })
    .default('experimance')
    .meta({ description: 'The project: units are <service>@<project>. Also: PROJECT_ENV.' }),
  thresholds: Thresholds.prefault({}).meta({ description: 'When the machine itself is not well.' }),
  checks: z.array(CheckEntry).max(2000).default([]).meta({ description: 'Checks of your own.' }),
  actions: z.array(Action).max(100).default([]).meta({ description: 'What may be done to a service with one click.' }),
} as const;
