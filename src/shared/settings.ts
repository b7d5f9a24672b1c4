import { z } from 'zod';
import { checkShape } from './check-settings.ts';
import { checkNotifications, notificationShape } from './notification-settings.ts';

/** The version that this program writes; an older file is migrated when it is read. */
export const SETTINGS_VERSION = 1;

const seconds = (least: number, most: number, what: string): z.ZodNumber =>
  z
    .number({ error: `must be a number of seconds from ${least} to ${most}` })
    .min(least, { error: `must be at least ${least} (seconds)` })
    .max(most, { error: `must be at most ${most} (seconds)` })
    .meta({ description: `${what} In seconds.` });

const wholeNumber = (least: number, most: number, unit: string, what: string): z.ZodNumber =>
  z
    .number({ error: `must be a number of ${unit} from ${least} to ${most}` })
    .int({ error: `must be a whole number of ${unit}` })
    .min(least, { error: `must be at least ${least} (${unit})` })
    .max(most, { error: `must be at most ${most} (${unit})` })
    .meta({ description: `${what} In ${unit}.` });

/** A service type: the stem of a health file. No path separators, so that it can never leave its folder. */
export const ServiceType = z
  .string()
  .min(1, { error: 'must not be empty' })
  .max(200, { error: 'must be at most 200 characters' })
  .regex(/^[^/\\\u0000-\u001f]+$/, { error: 'must not contain / or \\ or control characters' });

export const HealthFolder = z
  .strictObject({
    path: z.string().min(1, { error: 'must name a folder' }).meta({ description: 'The folder; ~ is your home.' }),
    label: z
      .string()
      .regex(/^[^/\\\u0000-\u001f]*$/, { error: 'must not contain / or \\ or control characters' })
      .max(60)
      .optional()
      .meta({ description: 'What services of a second or later folder are called by: label/service.' }),
  })
  .meta({ description: 'A folder of health files.' });
export type HealthFolder = z.infer<typeof HealthFolder>;

/**
 * The settings file, with the key names and defaults of the installation (COMPATIBILITY, "Monitor defaults"). Every key
 * is optional; a key that is not known is an error, since it is nearly always a misspelt one.
 */
export const Settings = z
  .strictObject({
    $schema: z.string().optional().meta({ description: 'The JSON schema of this file, for editors.' }),
    version: z
      .literal(SETTINGS_VERSION, { error: `must be ${SETTINGS_VERSION}` })
      .default(SETTINGS_VERSION)
      .meta({ description: 'The version of this format.' }),
    health_dirs: z
      .array(z.union([z.string().min(1), HealthFolder], { error: 'must be a path, or an object with path and label' }))
      .max(64)
      .default([])
      .meta({ description: 'Folders of health files. Empty: where the installation keeps them.' }),
    expected_services: z
      .array(ServiceType)
      .max(10_000)
      .default([])
      .meta({ description: 'Services that must report. Empty: whatever reports.' }),
    check_interval: seconds(1, 3600, 'How often every folder is read again, in case a file event was lost.').default(
      30,
    ),
    startup_grace_period: seconds(
      0,
      3600,
      'How long after the start an absent or old report is not yet a fault.',
    ).default(10),
    service_timeout: seconds(1, 604_800, 'How old a report may be before the service is stale.').default(120),
    service_timeouts: z
      .record(ServiceType, seconds(1, 604_800, 'How old the report of this service may be.'))
      .default({})
      .meta({ description: 'service_timeout for single services, by service.' }),
    max_health_file_age: seconds(60, 31_536_000, 'How long a service whose file is gone stays in the list.').default(
      86_400,
    ),
    ...checkShape,
    history_days: wholeNumber(1, 3660, 'days', 'How long the history is kept.').default(400),
    history_max_mb: wholeNumber(
      16,
      1_048_576,
      'megabytes',
      'How large the history may become; the oldest goes first.',
    ).default(1024),
    sample_days: wholeNumber(
      1,
      366,
      'days',
      'How long every number that services report is kept; later, the least, average and most of each hour.',
    ).default(14),
    ...notificationShape,
  })
  .superRefine((settings, context) => {
    checkNotifications(settings, (path, message) => context.addIssue({ code: 'custom', path, message }));
  })
  .meta({ title: 'Experimance Health settings', description: 'See README, "Settings".' });
export type Settings = z.infer<typeof Settings>;

/** What holds where nothing is set. */
export const DEFAULT_SETTINGS: Settings = Settings.parse({});
