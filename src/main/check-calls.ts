import type { Handlers } from '../shared/api.ts';
import type { CheckState } from '../shared/check-state.ts';
import { CHECK_TYPES, findCheckType } from '../shared/checks/registry.ts';
import type { Clock } from '../shared/clock.ts';
import { formFields, secretFields } from '../shared/handlers/form.ts';
import type { Actions } from './checks/actions.ts';
import type { ActiveChecks } from './checks/active-checks.ts';
import type { HostChecks } from './checks/host-checks.ts';
import { listeningPorts } from './checks/listening.ts';
import { runnable } from './checks/runnable.ts';
import type { SecretStore } from './notifications/secrets.ts';
import { type ServicePid, suggestChecks } from './checks/suggestions.ts';
import { tryOut } from './checks/try-out.ts';
import { checkCheck } from './settings/checks.ts';
import { editableChecks, saveChecks } from './settings/edit.ts';
import type { Loaded } from './settings/load.ts';
import { saveWithSecrets } from './settings/save-secrets.ts';

/** Whose secrets are a check's, among those of handlers. */
export function secretOwner(check: string): string {
  return `check-${check}`;
}

/** The calls of the contract that are about active checks and quick actions. */
export type CheckCalls = Pick<
  Handlers,
  'checks' | 'checkSettings' | 'checkForms' | 'checkSuggestions' | 'actions' | 'saveChecks' | 'testCheck' | 'runAction'
>;

export interface CheckParts {
  active: ActiveChecks;
  host: HostChecks;
  actions: Actions;
  secrets: SecretStore;
  /** The processes of services that run on this machine. */
  processes: () => ServicePid[];
  clock: Clock;
  settingsFile: string;
  loaded(): Loaded;
  /** Reads the settings again after they were saved. */
  reload(): void;
}

export function checkCalls({
  active,
  host,
  actions,
  secrets,
  processes,
  clock,
  settingsFile,
  loaded,
  reload,
}: CheckParts): CheckCalls {
  const keeps = (id: string, field: string): boolean => secrets.get(secretOwner(id), field) !== undefined;
  return {
    checks: () => ({
      checks: loaded().settings.checks.map((entry): CheckState => {
        const type = findCheckType(entry.type);
        const config = type?.schema.safeParse(entry.config);
        return {
          entry,
          typeLabel: type?.label ?? entry.type,
          target: config?.success === true ? (type?.target(config.data) ?? '') : '',
          secrets: type === undefined ? [] : secretFields(type.schema).filter((field) => keeps(entry.id, field)),
          last: active.latest(entry.id) ?? null,
        };
      }),
      deployment: host.deployment(),
      keyring: secrets.keyring,
    }),
    checkSettings: () => editableChecks(settingsFile, loaded()),
    checkForms: () =>
      CHECK_TYPES.map(({ type, label, help, schema, usual }) => {
        return { type, label, help, fields: formFields(schema), ...usual };
      }),
    checkSuggestions: () => suggestChecks(processes(), loaded().settings.checks, listeningPorts),
    actions: ({ service }) => actions.offered(service),
    saveChecks(change) {
      const ids = new Set(change.settings.checks.map(({ id }) => id));
      const before = loaded().settings.checks;
      return saveWithSecrets({
        secrets,
        changes: Object.fromEntries(
          Object.entries(change.secrets).flatMap(([id, fields]) => (ids.has(id) ? [[secretOwner(id), fields]] : [])),
        ),
        gone: before.filter(({ id }) => !ids.has(id)).map(({ id }) => secretOwner(id)),
        save: () => saveChecks(settingsFile, change, loaded()),
        after: reload,
      });
    },
    async testCheck({ check, secrets: typed }) {
      const faults = checkCheck(check);
      const kept = (field: string): string | undefined => {
        const change = typed[check.id]?.[field];
        return change === undefined ? secrets.get(secretOwner(check.id), field) : (change ?? undefined);
      };
      const ready = faults.length === 0 ? runnable(check, kept) : undefined;
      return ready === undefined ? { outcome: null, took: 0, faults } : tryOut(check, ready, clock);
    },
    runAction: ({ service, action }) => actions.run(service, action),
  };
}
