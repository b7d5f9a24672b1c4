import { z } from 'zod';
import { SCHEMA_VERSION } from './run-fields.ts';
import { HealthStatus } from './status.ts';

/*
 * What a health file should hold, for those who write one (docs/health-file.md): `npm run schemas` makes the JSON Schema of it.
 * Reading is more lenient (`readHealthReport`).
 */

const LOCAL_TIME =
  'ISO 8601, local time without a zone, as 2026-11-24T14:03:00.000000. With a zone, Python monitors cannot read it.';
const time = (what: string): z.ZodString => z.string().meta({ description: `${what} ${LOCAL_TIME}` });
const moment = (what: string): z.ZodString => z.string().meta({ description: `${what} ISO 8601 in UTC.` });
const counter = (what: string): z.ZodNumber => z.number().min(0).meta({ description: what });

const Status = HealthStatus.meta({ description: 'healthy, warning, error, fatal or unknown; lower case.' });

const Check = z.looseObject({
  name: z.string().min(1).meta({ description: 'What was checked. The latest record of a name counts.' }),
  status: Status,
  message: z.string().nullish().meta({ description: 'Why, in a sentence.' }),
  timestamp: time('When it was recorded.').nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish().meta({ description: 'Anything else worth knowing.' }),
});

const Current = z.looseObject({
  name: z.string(),
  status: Status,
  message: z.string().nullable(),
  at: moment('When it was recorded.'),
  since: moment('Since when it has had this status.').optional(),
  ttl_seconds: z.number().positive().optional().meta({ description: 'For how long the result counts.' }),
});

/** A health file as a writer should write it. */
export const HealthFile = z
  .looseObject({
    service_name: z
      .string()
      .optional()
      .meta({ description: 'What people call the service; the file name identifies it.' }),
    overall_status: Status,
    checks: z.array(Check).optional().meta({ description: 'The last records, oldest first, 50 at most.' }),
    last_updated: time('When something was last recorded.').nullish(),
    uptime: counter('Seconds since the service started.').nullish(),
    restart_count: counter('How often it was started again.').optional(),
    error_count: counter('How many errors it has had.').optional(),
    messages_sent: counter('Messages sent since the start.').nullish(),
    messages_received: counter('Messages received since the start.').nullish(),
    last_check: time('When the file was written: its age counts from it.'),
    valid_for_seconds: z.number().positive().max(86_400).optional().meta({
      description:
        'For how long it counts, where it is written more seldom than the monitor allows (service_timeout): a day at most.',
    }),
    schema_version: z
      .number()
      .min(1)
      .optional()
      .meta({
        description: `Version ${SCHEMA_VERSION} of the fields below, which experimance-health/reporter writes beside those above.`,
      }),
    service_type: z.string().optional().meta({ description: 'The kind of service; several instances share it.' }),
    instance: z.string().optional().meta({ description: 'Which of several of its type.' }),
    host: z.string().optional().meta({ description: 'The machine that it runs on.' }),
    pid: z.int().optional().meta({ description: 'Its process.' }),
    process_start: z
      .number()
      .optional()
      .meta({ description: 'Clock ticks from boot to the start of the process (Linux).' }),
    started_at: moment('When it started.').optional(),
    written_at: moment('When the file was written.').optional(),
    sequence: z.int().optional().meta({ description: 'Grows with each version that one run writes.' }),
    current: z.array(Current).optional().meta({ description: 'The current result of each check.' }),
    restarts: z
      .array(z.looseObject({ at: moment('When it was started again.'), reason: z.string() }))
      .optional()
      .meta({ description: 'The last runs that did not stop cleanly, oldest first.' }),
    stopped: z
      .looseObject({ at: moment('When it stopped.'), clean: z.boolean(), reason: z.string() })
      .nullish()
      .meta({ description: 'How the run ended; null while it goes on.' }),
  })
  .meta({
    title: 'Health file of a service',
    description:
      'A file <service>.json in the health folder. Write it under another name in the same folder and rename it.',
  });
