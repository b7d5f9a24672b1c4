import { z } from 'zod';
import type { CallName, EventName } from './api-names.ts';
import { CheckEntry } from './check-settings.ts';
import {
  ActionOutcome,
  CheckForm,
  CheckSettings,
  CheckSuggestion,
  CheckTrial,
  ChecksState,
  EditableChecks,
  OfferedAction,
} from './check-state.ts';
import {
  Bars,
  BarsQuery,
  CompareQuery,
  Comparison,
  ExportedFile,
  ExportQuery,
  HistoryState,
  IncidentDetails,
  IncidentNote,
  IncidentsPage,
  IncidentsQuery,
  MetricInfo,
  Series,
  SeriesQuery,
  Sparks,
  SparksQuery,
  TransitionsPage,
  TransitionsQuery,
  Trend,
  Uptime,
  UptimeQuery,
} from './history.ts';
import { HandlerEntry, NotificationSettings } from './notification-settings.ts';
import {
  DeliveryPage,
  DeliveryQuery,
  EditableNotifications,
  HandlerForm,
  NotificationState,
  OngoingIncident,
  SaveResult,
  SecretChanges,
  Simulation,
  TestResult,
} from './notification-state.ts';
import { ServiceStatus } from './service-status.ts';
import { Changes, Snapshot } from './snapshot.ts';
import { HealthStatus } from './status.ts';

/*
 * What a view can ask of the monitor, declared once. The preload bridge, the registration with ipcMain, the HTTP
 * server's routes, the clients and the test doubles are all derived from `api`; an entry without a handler does not
 * compile. A `query` only reads, a `command` changes something, an `event` comes from the monitor.
 */

interface Call {
  input: z.ZodType;
  output: z.ZodType;
}

const serviceId = z.string().min(1).max(500);
const nothing = z.undefined();

export const queries = {
  /** Everything that a view shows at first. `changes` continues it. */
  snapshot: { input: nothing, output: Snapshot },
  /** One service with the checks behind it; null where there is no such service. */
  service: { input: z.strictObject({ service: serviceId }), output: ServiceStatus.nullable() },
  /** Handlers, ongoing incidents and open windows. The event of the same name continues it. */
  notifications: { input: nothing, output: NotificationState },
  /** The settings of notifications, to be edited. */
  notificationSettings: { input: nothing, output: EditableNotifications },
  /** The types of handlers that there are, as forms. */
  handlerForms: { input: nothing, output: z.array(HandlerForm) },
  /** What was told, what was not, and why: newest first. */
  deliveries: { input: DeliveryQuery, output: DeliveryPage },
  /** What would happen if the service had this status now. `settings` may be ones that are not saved. */
  simulate: {
    input: z.strictObject({ service: serviceId, status: HealthStatus, settings: NotificationSettings.optional() }),
    output: Simulation,
  },
  /** How the active checks are doing. */
  checks: { input: nothing, output: ChecksState },
  /** The settings of active checks, to be edited. */
  checkSettings: { input: nothing, output: EditableChecks },
  /** The types of checks that there are, as forms. */
  checkForms: { input: nothing, output: z.array(CheckForm) },
  /** Checks that could be of use, by what is running on this machine. */
  checkSuggestions: { input: nothing, output: z.array(CheckSuggestion) },
  /** What may be done to a service with one click. */
  actions: { input: z.strictObject({ service: serviceId }), output: z.array(OfferedAction) },
  /** How the history itself is. */
  historyState: { input: nothing, output: HistoryState },
  /** Heartbeat bars, and the rows of the timeline. */
  historyBars: { input: BarsQuery, output: Bars },
  uptime: { input: UptimeQuery, output: Uptime },
  /** Newest first. */
  incidents: { input: IncidentsQuery, output: IncidentsPage },
  /** Everything about one incident; null where there is no such incident (any more). */
  incident: { input: z.strictObject({ id: z.number().int() }), output: IncidentDetails.nullable() },
  /** Newest first. */
  transitions: { input: TransitionsQuery, output: TransitionsPage },
  /** What there is to chart of a service; of all of them where none is named, each metric once. */
  metrics: { input: z.strictObject({ service: serviceId.optional() }), output: z.array(MetricInfo) },
  series: { input: SeriesQuery, output: Series },
  sparks: { input: SparksQuery, output: Sparks },
  compare: { input: CompareQuery, output: Comparison },
  /** What gets worse slowly, of one service or of all. */
  trends: { input: z.strictObject({ service: serviceId.optional() }), output: z.array(Trend) },
  /** What is shown, as a file: without secrets and home folders. */
  exportHistory: { input: ExportQuery, output: ExportedFile },
} as const satisfies Record<string, Call>;

export const commands = {
  /** Reads every folder again now. Answers with how many services there are. */
  checkNow: { input: nothing, output: z.object({ services: z.number() }) },
  /** Pauses notifications for so many minutes; 0 resumes them. */
  pauseNotifications: {
    input: z.strictObject({ minutes: z.number().min(0).max(10_080) }),
    output: z.object({ pausedUntil: z.number().nullable() }),
  },
  /** Takes a service that is gone for good out of the list. Only one that is missing and not expected can be forgotten. */
  forget: { input: z.strictObject({ service: serviceId }), output: z.object({ forgotten: z.boolean() }) },
  /** Which services a window shows at this moment, so that nobody is alerted to what they are looking at. */
  viewing: { input: z.strictObject({ services: z.array(serviceId).max(1000) }), output: nothing },
  /** Saves the settings of notifications: all of them, or none where anything is wrong. */
  saveNotifications: {
    input: z.strictObject({
      revision: z.string().max(100),
      settings: NotificationSettings,
      secrets: SecretChanges.default({}),
    }),
    output: SaveResult,
  },
  /** Sends a test message by a handler as the form has it, saved or not. Secrets that are not given are those kept. */
  testHandler: {
    input: z.strictObject({ handler: HandlerEntry, secrets: SecretChanges.default({}) }),
    output: TestResult,
  },
  /** Tries a message again that has failed, expired or waits. It goes to the end of its queue, and so has another `id`. */
  retryDelivery: {
    input: z.strictObject({ id: z.string().max(50) }),
    output: z.object({ queued: z.boolean(), id: z.string() }),
  },
  /** Says that somebody is at work on a service's incident: no reminders and no further alerts until it is over. */
  acknowledge: {
    input: z.strictObject({
      service: serviceId,
      note: z.string().max(1000).default(''),
      /** Ends by itself after so many minutes; null when the incident is over. */
      minutes: z.number().min(1).max(43_200).nullable().default(null),
    }),
    output: OngoingIncident.nullable(),
  },
  /** Takes an acknowledgement back. */
  unacknowledge: { input: z.strictObject({ service: serviceId }), output: OngoingIncident.nullable() },
  /** Saves the settings of active checks: all of them, or none where anything is wrong. */
  saveChecks: {
    input: z.strictObject({
      revision: z.string().max(100),
      settings: CheckSettings,
      secrets: SecretChanges.default({}),
    }),
    output: SaveResult,
  },
  /** Carries out a check once, saved or not, and tells what it found. */
  testCheck: {
    input: z.strictObject({ check: CheckEntry, secrets: SecretChanges.default({}) }),
    output: CheckTrial,
  },
  /** Does to a service what the settings allow: after the person was asked. */
  runAction: {
    input: z.strictObject({ service: serviceId, action: z.string().max(60) }),
    output: ActionOutcome,
  },
  /** Adds a note to an incident; null where there is no such incident. */
  addNote: {
    input: z.strictObject({ incident: z.number().int(), text: z.string().trim().min(1).max(2000) }),
    output: IncidentNote.nullable(),
  },
  /** Asks the person where to keep a file, in the desktop's own window. A browser saves by itself. */
  saveFile: {
    input: z.strictObject({ name: z.string().min(1).max(200), text: z.string().max(50_000_000) }),
    output: z.object({ saved: z.boolean(), path: z.string().nullable() }),
  },
} as const satisfies Record<string, Call>;

export const events = {
  /** At most ten a second. */
  changes: Changes,
  /** At most two a second. */
  notifications: NotificationState,
  /** Asks the window to show a service (an alert or a tray entry was clicked), or the overview. */
  open: z.object({ service: z.string().nullable() }),
} as const satisfies Record<EventName, z.ZodType>;

/** Every call, query or command. */
export const calls = { ...queries, ...commands } satisfies Record<CallName, Call>;

export type Calls = typeof calls;

/** Does not compile where `api-names.ts` lacks a name that stands here; `satisfies` sees to the other direction. */
type Named<All extends string, Known extends string> = [Exclude<All, Known>] extends [never] ? true : never;
true satisfies Named<keyof Calls, CallName>;
true satisfies Named<keyof typeof events, EventName>;

export type Input<N extends CallName> = z.input<Calls[N]['input']>;
export type Output<N extends CallName> = z.output<Calls[N]['output']>;
export type Event<N extends EventName> = z.output<(typeof events)[N]>;

/** One function for each call: what a view holds. */
export type Client = {
  [N in CallName]: (...input: undefined extends Input<N> ? [] : [Input<N>]) => Promise<Output<N>>;
} & {
  /** @returns a function that ends the subscription. */
  on<N extends EventName>(event: N, listener: (payload: Event<N>) => void): () => void;
};

/** One function for each call: what the monitor's side must supply, all of it. The input is already parsed. */
export type Handlers = {
  [N in CallName]: (input: z.output<Calls[N]['input']>) => Output<N> | Promise<Output<N>>;
};

/** What goes back over a transport. `invalid-input` is the caller's fault, `failed` the monitor's. */
export const Reply = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), code: z.enum(['invalid-input', 'not-found', 'failed']), message: z.string() }),
]);
export type Reply = z.infer<typeof Reply>;
