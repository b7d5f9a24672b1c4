import { z } from 'zod';
import { JsonValue } from './json.ts';
import { Priority } from './notification-message.ts';
import { HealthStatus } from './status.ts';

const seconds = (least: number, most: number): z.ZodNumber =>
  z
    .number({ error: `must be a number of seconds from ${least} to ${most}` })
    .min(least, { error: `must be at least ${least} (seconds)` })
    .max(most, { error: `must be at most ${most} (seconds)` });

/** A service's identity, with the folder's label before it where it has one. */
const ServiceId = z.string().min(1, { error: 'must not be empty' }).max(500);
/** Names of services in which `*` stands for any characters. */
const Patterns = z.array(ServiceId).max(1000);
const Tag = z.string().min(1, { error: 'must not be empty' }).max(60);
const HandlerId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,59}$/, { error: 'must be lower case letters, digits and dashes, 60 at most' });
const Name = z.string().min(1, { error: 'must not be empty' }).max(80, { error: 'must be at most 80 characters' });

/** One handler as it is set up: which type, and that type's own configuration (secrets are kept elsewhere). */
export const HandlerEntry = z.strictObject({
  id: HandlerId.meta({ description: 'Identity: names the handler in rules and in the log.' }),
  type: z.string().min(1).max(60).meta({ description: 'Which kind of handler: ntfy, webhook, email, …' }),
  name: Name.meta({ description: 'What you call it.' }),
  enabled: z.boolean().default(true),
  group_for: seconds(0, 3600)
    .optional()
    .meta({ description: 'Seconds for which changes are collected into one message, where not buffer_time.' }),
  tell_of_monitor: z
    .boolean()
    .optional()
    .meta({ description: 'Whether it also says that the monitor has started or stopped. The desktop does not.' }),
  ignore_quiet_hours: z.boolean().default(false).meta({ description: 'Whether it is told in quiet hours, too.' }),
  config: z.record(z.string(), JsonValue).default({}).meta({ description: 'The fields of this type of handler.' }),
});
export type HandlerEntry = z.infer<typeof HandlerEntry>;

/** Who is told of what. The first rule that matches decides, unless it says to go on. */
export const Rule = z.strictObject({
  name: Name,
  enabled: z.boolean().default(true),
  services: Patterns.default([]).meta({ description: 'Services, * for any characters. Empty: all.' }),
  tags: z.array(Tag).max(100).default([]).meta({ description: 'Services with any of these tags. Empty: all.' }),
  statuses: z.array(HealthStatus).max(5).default([]).meta({ description: 'Only at these statuses. Empty: all.' }),
  handlers: z.array(HandlerId).max(100).default([]).meta({ description: 'Who is told. Empty: nobody.' }),
  go_on: z.boolean().default(false).meta({ description: 'Whether the rules below may add further handlers.' }),
  notification_level: z.enum(['error', 'warning', 'info']).optional(),
  notification_cooldown: seconds(0, 86_400).optional(),
  confirm_bad: z.number().int().min(1).max(100).optional(),
  confirm_good: z.number().int().min(1).max(100).optional(),
  remind_every: seconds(0, 604_800).optional(),
  escalate_after: seconds(0, 604_800).optional(),
  escalate_to: z.array(HandlerId).max(100).optional(),
});
export type Rule = z.infer<typeof Rule>;

export const Weekday = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);
export type Weekday = z.infer<typeof Weekday>;

const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'must be a time such as 22:30' });
const LocalMoment = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d$/, {
    error: 'must be a date and a time such as 2026-12-24T18:00',
  })
  .meta({ description: 'Date and time without a zone, such as 2026-12-24T18:00.' });

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    // That it throws is the answer: there is no other way to ask.
    return false;
  }
}

/** When a window is open: once, or every week on some days. `to` before `from` means the next morning. */
export const Schedule = z.discriminatedUnion('repeat', [
  z.strictObject({ repeat: z.literal('once'), starts: LocalMoment, ends: LocalMoment }),
  z.strictObject({
    repeat: z.literal('weekly'),
    days: z.array(Weekday).min(1, { error: 'must name at least one day' }).max(7),
    from: TimeOfDay,
    to: TimeOfDay,
  }),
]);
export type Schedule = z.infer<typeof Schedule>;

/**
 * A time in which nobody is told: a maintenance window or quiet hours. What happens in it is told when it is over.
 * `except` are the statuses that are told all the same.
 */
export const MuteWindow = z.strictObject({
  name: Name,
  enabled: z.boolean().default(true),
  services: Patterns.default([]).meta({ description: 'Services, * for any characters. Empty: all.' }),
  tags: z.array(Tag).max(100).default([]),
  except: z.array(HealthStatus).max(5).default([]).meta({ description: 'Statuses that are told all the same.' }),
  time_zone: z
    .string()
    .refine(isTimeZone, { error: 'must be a time zone such as Europe/Berlin' })
    .optional()
    .meta({ description: 'Such as Europe/Berlin. Where it is not given: this machine’s.' }),
  schedule: Schedule,
});
export type MuteWindow = z.infer<typeof MuteWindow>;

const Priorities = z.strictObject({
  healthy: Priority.default('low'),
  warning: Priority.default('default'),
  error: Priority.default('high'),
  fatal: Priority.default('urgent'),
  unknown: Priority.default('low'),
});

const shape = {
  enable_notifications: z.boolean().default(true).meta({ description: 'Whether anybody is told of anything.' }),
  notification_level: z
    .enum(['error', 'warning', 'info'])
    .default('warning')
    .meta({ description: 'The least that is told: error (and fatal), warning, or info, which is everything.' }),
  notify_on_healthy: z.boolean().default(false).meta({ description: 'Tell of services that turn up healthy.' }),
  notify_on_recovery: z.boolean().default(true).meta({ description: 'Tell that an incident is over.' }),
  notify_on_unknown: z.boolean().default(true).meta({ description: 'Tell of services that nobody can see.' }),
  notification_on_startup: z.boolean().default(true).meta({ description: 'Sum everything up once started.' }),
  notification_on_shutdown: z.boolean().default(true).meta({ description: 'Tell that the monitor stops.' }),
  notification_cooldown: seconds(0, 86_400)
    .default(300)
    .meta({ description: 'Seconds in which the same is not told again of one service.' }),
  enable_buffering: z.boolean().default(true).meta({ description: 'Collect changes into one message.' }),
  buffer_time: seconds(0, 3600).default(10).meta({ description: 'Seconds for which changes are collected.' }),
  buffer_longest: seconds(0, 3600)
    .default(60)
    .meta({ description: 'Seconds after which a message goes out though changes still come in.' }),
  confirm_bad: z
    .number()
    .int()
    .min(1)
    .max(100)
    .default(1)
    .meta({ description: 'How many bad results in a row it takes until somebody is told.' }),
  confirm_good: z
    .number()
    .int()
    .min(1)
    .max(100)
    .default(1)
    .meta({ description: 'How many good results in a row it takes until an incident is over.' }),
  flapping_changes: z
    .number()
    .int()
    .min(0)
    .max(1000)
    .default(6)
    .meta({ description: 'So many changes within flapping_within are flapping; 0 for never.' }),
  flapping_within: seconds(10, 86_400)
    .default(600)
    .meta({ description: 'Seconds in which changes are counted, and for which a service must hold still to settle.' }),
  remind_every: seconds(0, 604_800)
    .default(0)
    .meta({ description: 'Seconds after which a lasting incident is told again; 0 for never.' }),
  escalate_after: seconds(0, 604_800)
    .default(0)
    .meta({ description: 'Seconds after which escalate_to is told of an incident, too; 0 for never.' }),
  escalate_to: z.array(HandlerId).max(100).default([]).meta({ description: 'Further handlers, told only then.' }),
  message_expiry: seconds(60, 2_592_000)
    .default(86_400)
    .meta({ description: 'Seconds after which a message that could not be delivered is given up.' }),
  priorities: Priorities.prefault({}).meta({ description: 'How urgent each status is.' }),
  tags: z
    .record(ServiceId, z.array(Tag).max(100))
    .default({})
    .meta({ description: 'Tags of services, * for any characters in their names.' }),
  depends_on: z
    .record(ServiceId, z.array(ServiceId).max(100))
    .default({})
    .meta({ description: 'What a service needs: while that is down, nobody is told that this one is.' }),
  quiet_hours: z.array(MuteWindow).max(100).default([]).meta({ description: 'Times in which nobody is told.' }),
  maintenance: z.array(MuteWindow).max(500).default([]).meta({ description: 'Maintenance windows.' }),
  rules: z.array(Rule).max(1000).default([]).meta({ description: 'Who is told of what. None: every handler, of all.' }),
  handlers: z
    .array(HandlerEntry)
    .max(200)
    .default([
      { id: 'desktop', type: 'desktop', name: 'Desktop', enabled: true, ignore_quiet_hours: false, config: {} },
    ])
    .meta({ description: 'How people are told.' }),
} as const;

export const NOTIFICATION_KEYS = Object.keys(shape) as (keyof typeof shape)[];

/** What holds between the keys, too, with the place of each fault. */
export function checkNotifications(
  settings: Pick<NotificationSettings, 'handlers' | 'rules' | 'escalate_to' | 'quiet_hours' | 'maintenance'>,
  fault: (path: (string | number)[], message: string) => void,
): void {
  const ids = new Set<string>();
  settings.handlers.forEach(({ id }, index) => {
    if (ids.has(id)) fault(['handlers', index, 'id'], `there are two handlers called ${id}`);
    ids.add(id);
  });
  for (const key of ['quiet_hours', 'maintenance'] as const) {
    settings[key].forEach(({ schedule }, index) => {
      if (schedule.repeat === 'once' && schedule.ends <= schedule.starts) {
        fault([key, index, 'schedule', 'ends'], 'must be after starts');
      }
      if (schedule.repeat === 'weekly' && schedule.from === schedule.to) {
        fault([key, index, 'schedule', 'to'], 'must not be the same as from (for a whole day: 00:00 to 23:59)');
      }
    });
  }
}

/** The keys of the settings file that notifications are made of: the installation's own first, then ours. */
export const notificationShape = shape;
export const NotificationSettings = z.strictObject(shape).superRefine((settings, context) => {
  checkNotifications(settings, (path, message) => context.addIssue({ code: 'custom', path, message }));
});
export type NotificationSettings = z.infer<z.ZodObject<typeof shape, z.core.$strict>>;
