import { z } from 'zod';
import { FormField } from './handlers/form.ts';
import { MessageEvent } from './notification-message.ts';
import { HandlerEntry, NotificationSettings } from './notification-settings.ts';
import { HealthStatus } from './status.ts';

/** The stages that a change passes before somebody is told of it, in this order. */
export const StageName = z.enum([
  'enabled',
  'level',
  'status',
  'confirmation',
  'flapping',
  'dependency',
  'maintenance',
  'quiet-hours',
  'acknowledgement',
  'pause',
  'cooldown',
  'routing',
  'grouping',
]);
export type StageName = z.infer<typeof StageName>;

/** `stop`: nobody is told. `hold`: not now; it is told later, unless it is over by then. */
export const Stage = z.object({
  stage: StageName,
  verdict: z.enum(['pass', 'hold', 'stop']),
  reason: z.string(),
});
export type Stage = z.infer<typeof Stage>;

export const Acknowledgement = z.object({
  by: z.string(),
  note: z.string(),
  /** Milliseconds since the epoch. */
  at: z.number(),
  /** Until when; null until the incident is over. */
  until: z.number().nullable(),
});
export type Acknowledgement = z.infer<typeof Acknowledgement>;

/** An incident that is going on: a service that is not well, and what became of telling people. */
export const OngoingIncident = z.object({
  id: z.string(),
  service: z.string(),
  openedAt: z.number(),
  status: HealthStatus,
  worst: HealthStatus,
  /** The ids of handlers that were told: their servers have accepted it. */
  toldTo: z.array(z.string()),
  /** Handlers whose message is still being collected, or waits for its server. */
  waiting: z.array(z.string()),
  /** Handlers whose message was refused or has expired. */
  failed: z.array(z.string()),
  toldAt: z.number().nullable(),
  /** Why its last change was not told; null where it was. */
  untold: Stage.nullable(),
  acknowledged: Acknowledgement.nullable(),
  flapping: z.boolean(),
});
export type OngoingIncident = z.infer<typeof OngoingIncident>;

/** How a handler is doing. */
export const HandlerState = z.object({
  entry: HandlerEntry,
  typeLabel: z.string(),
  /** Where it is set up. Only one of the settings file can be changed in the window. */
  from: z.enum(['settings', 'environment']),
  /** What it sends to, without secrets: `ntfy.sh/alerts`. */
  target: z.string(),
  /**
   * - `unused`: nothing was sent yet.
   * - `working`: the last message was accepted.
   * - `failing`: the last try failed, `message` says why.
   * - `incomplete`: it cannot send, since something is not set; `message` says what.
   * - `unavailable`: this way of running cannot send it (the desktop without a tray).
   * - `off`: it is not enabled.
   */
  state: z.enum(['unused', 'working', 'failing', 'incomplete', 'unavailable', 'off']),
  message: z.string(),
  failingSince: z.number().nullable(),
  lastDeliveredAt: z.number().nullable(),
  nextAttemptAt: z.number().nullable(),
  queued: z.number(),
  /** Which of its secrets are kept. */
  secrets: z.array(z.string()),
});
export type HandlerState = z.infer<typeof HandlerState>;

/** Where secrets are kept. */
export const Keyring = z.object({
  /** `gnome-libsecret`, `kwallet6`, `dpapi`, `keychain`, `basic_text`, `environment`. */
  backend: z.string(),
  /** Whether the window can write a secret. */
  canStore: z.boolean(),
  /** Whether what is kept is really encrypted. */
  safe: z.boolean(),
  /** A sentence for whoever enters a secret. */
  message: z.string(),
});
export type Keyring = z.infer<typeof Keyring>;

/** Everything about notifications that changes by itself. */
export const NotificationState = z.object({
  enabled: z.boolean(),
  dryRun: z.boolean(),
  /** A sentence where this process does not send, since another one does; else null. */
  standby: z.string().nullable(),
  handlers: z.array(HandlerState),
  incidents: z.array(OngoingIncident),
  /** Windows that are open now. */
  windows: z.array(
    z.object({ kind: z.enum(['maintenance', 'quiet-hours']), name: z.string(), until: z.number().nullable() }),
  ),
  keyring: Keyring,
});
export type NotificationState = z.infer<typeof NotificationState>;

/** What a form to set up a handler is drawn from. */
export const HandlerForm = z.object({
  type: z.string(),
  label: z.string(),
  help: z.string(),
  fields: z.array(FormField),
  /** Seconds for which it collects changes where nothing is set; null for `buffer_time`. */
  groupFor: z.number().nullable(),
});
export type HandlerForm = z.infer<typeof HandlerForm>;

/** The settings of notifications as the window edits them: on a copy, saved as a whole. */
export const EditableNotifications = z.object({
  settings: NotificationSettings,
  defaults: NotificationSettings,
  /** Changes with every change of the file: saving with an old one is refused. */
  revision: z.string(),
  file: z.string(),
  /** Keys that come from the environment or health.toml, and from where. */
  inherited: z.record(z.string(), z.string()),
  /** What is wrong with the file at this moment; while there is something, it cannot be saved over. */
  problems: z.array(z.string()),
});
export type EditableNotifications = z.infer<typeof EditableNotifications>;

/** A fault in what was to be saved or tested: `path` as in the settings. */
export const Fault = z.object({ path: z.array(z.union([z.string(), z.number()])), message: z.string() });
export type Fault = z.infer<typeof Fault>;

export const DeliveryStatus = z.enum([
  'queued',
  'sending',
  'delivered',
  'failed',
  'expired',
  /** Decided not to tell. */
  'not-told',
  /** Not told yet: quiet hours, a pause, a dependency. */
  'held',
]);
export type DeliveryStatus = z.infer<typeof DeliveryStatus>;

/** One line of the delivery log: a message for one handler, or the decision that there be none. */
export const DeliveryEntry = z.object({
  /** Unique among messages and decisions. */
  id: z.string(),
  at: z.number(),
  handler: z.string().nullable(),
  services: z.array(z.string()),
  event: MessageEvent.nullable(),
  status: HealthStatus,
  title: z.string(),
  text: z.string(),
  state: DeliveryStatus,
  /** Why it failed, waits or was not told; what the server answered. */
  reason: z.string(),
  attempts: z.number(),
  deliveredAt: z.number().nullable(),
  nextAttemptAt: z.number().nullable(),
  stages: z.array(Stage),
});
export type DeliveryEntry = z.infer<typeof DeliveryEntry>;

export const DeliveryQuery = z.strictObject({
  search: z.string().max(200).optional(),
  handler: z.string().max(60).optional(),
  service: z.string().max(500).optional(),
  states: z.array(DeliveryStatus).max(10).optional(),
  /** The `next` of the page before. */
  after: z.string().max(100).optional(),
  limit: z.number().int().min(1).max(200).default(50),
});
export type DeliveryQuery = z.infer<typeof DeliveryQuery>;
export const DeliveryPage = z.object({ entries: z.array(DeliveryEntry), next: z.string().nullable() });
export type DeliveryPage = z.infer<typeof DeliveryPage>;

/** What would happen if a service changed now. */
export const Simulation = z.object({
  event: MessageEvent.nullable(),
  stages: z.array(Stage),
  /** One sentence: the upshot. */
  outcome: z.string(),
  told: z.boolean(),
  messages: z.array(
    z.object({
      handler: z.string(),
      name: z.string(),
      /** Seconds that it would be collected with others. */
      groupFor: z.number(),
      title: z.string(),
      text: z.string(),
      /** What would be sent, secrets replaced by dots; a sentence where it cannot be built. */
      rendering: z.string(),
      problem: z.string().nullable(),
    }),
  ),
});
export type Simulation = z.infer<typeof Simulation>;

/** Secrets on their way in, by handler and field: null takes one away. They never come back out. */
export const SecretChanges = z.record(
  z.string().max(60),
  z.record(z.string().max(60), z.string().max(10_000).nullable()),
);
export type SecretChanges = z.infer<typeof SecretChanges>;

export const TestResult = z.object({
  delivered: z.boolean(),
  /** The server's own answer, or what went wrong. */
  message: z.string(),
  /** What was sent, secrets replaced by dots. */
  request: z.string(),
  faults: z.array(Fault),
});
export type TestResult = z.infer<typeof TestResult>;

export const SaveResult = z.object({
  saved: z.boolean(),
  /** Where it was not. */
  message: z.string(),
  faults: z.array(Fault),
});
export type SaveResult = z.infer<typeof SaveResult>;
