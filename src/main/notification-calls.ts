import { userInfo } from 'node:os';
import type { Handlers } from '../shared/api.ts';
import { formFields } from '../shared/handlers/form.ts';
import { HANDLER_TYPES } from '../shared/handlers/registry.ts';
import type { HandlerForm, SaveResult } from '../shared/notification-state.ts';
import type { Monitor } from './monitor.ts';
import type { NotificationCenter } from './notifications/center.ts';
import { deliveryPage, retryDelivery } from './notifications/delivery-log.ts';
import type { SecretStore } from './notifications/secrets.ts';
import { simulate } from './notifications/simulate.ts';
import type { Store } from './notifications/store/store.ts';
import { tryOut } from './notifications/try-out.ts';
import { editable, saveNotifications } from './settings/edit.ts';
import type { Loaded } from './settings/load.ts';
import { saveWithSecrets } from './settings/save-secrets.ts';

/** The calls of the contract that are about telling people. */
export type NotificationCalls = Pick<
  Handlers,
  | 'notifications'
  | 'notificationSettings'
  | 'handlerForms'
  | 'deliveries'
  | 'simulate'
  | 'saveNotifications'
  | 'testHandler'
  | 'retryDelivery'
  | 'acknowledge'
  | 'unacknowledge'
>;

export interface NotificationParts {
  /** The one in force: another takes its place when this process takes over. */
  center(): NotificationCenter;
  store(): Store;
  secrets: SecretStore;
  monitor: Monitor;
  settingsFile: string;
  loaded(): Loaded;
  /** Reads the settings again after they were saved. */
  reload(): void;
}

export function notificationCalls(parts: NotificationParts): NotificationCalls {
  const { center, store, monitor, settingsFile } = parts;
  return {
    notifications: () => center().state(),
    notificationSettings: () => editable(settingsFile, parts.loaded()),
    handlerForms: () => HANDLER_TYPES.map(formOf),
    deliveries: (query) => deliveryPage(store(), query),
    simulate: ({ service, status, settings }) =>
      simulate(center(), { service, status, settings, known: monitor.service(service), now: Date.now() }),
    saveNotifications: (change) => save(parts, change),
    testHandler: ({ handler, secrets }) =>
      tryOut({ handlers: center().handlers, options: center().composeOptions() }, handler, secrets[handler.id] ?? {}),
    retryDelivery: ({ id }) => retryDelivery(center(), id),
    acknowledge: ({ service, note, minutes }) => {
      const at = Date.now();
      return center().acknowledge(service, {
        by: userInfo().username,
        note,
        at,
        until: minutes === null ? null : at + minutes * 60_000,
      });
    },
    unacknowledge: ({ service }) => center().acknowledge(service, null),
  };
}

function save(
  { center, secrets, settingsFile, loaded, reload }: NotificationParts,
  change: Parameters<NotificationCalls['saveNotifications']>[0],
): SaveResult {
  const ids = new Set(change.settings.handlers.map(({ id }) => id));
  const before = loaded().settings.handlers;
  return saveWithSecrets({
    secrets,
    changes: Object.fromEntries(Object.entries(change.secrets).filter(([handler]) => ids.has(handler))),
    gone: before.filter(({ id }) => !ids.has(id)).map(({ id }) => id),
    save: () => saveNotifications(settingsFile, change, loaded()),
    after() {
      reload();
      center().wake();
    },
  });
}

function formOf({ type, label, help, schema, groupFor }: (typeof HANDLER_TYPES)[number]): HandlerForm {
  return { type, label, help, fields: formFields(schema), groupFor: groupFor ?? null };
}
