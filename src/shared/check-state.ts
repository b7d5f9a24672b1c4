import { z } from 'zod';
import { CheckEntry, checkShape } from './check-settings.ts';
import { FormField } from './handlers/form.ts';
import { JsonValue } from './json.ts';
import { Fault, Keyring } from './notification-state.ts';
import { HealthStatus } from './status.ts';

/** The settings of active checks as the window edits them. */
export const CheckSettings = z.strictObject(checkShape);
export type CheckSettings = z.infer<typeof CheckSettings>;

/** What a check found. */
export const CheckOutcome = z.object({
  status: HealthStatus,
  message: z.string(),
  metadata: z.record(z.string(), JsonValue),
});
export type CheckOutcome = z.infer<typeof CheckOutcome>;

/** How one check of a person's own is doing. */
export const CheckState = z.object({
  entry: CheckEntry,
  typeLabel: z.string(),
  /** What it looks at: `https://host/health`. */
  target: z.string(),
  /** The fields of its secrets that are kept. */
  secrets: z.array(z.string()),
  /** What it found last; null where it has not run yet, or is off. */
  last: CheckOutcome.extend({ at: z.number(), since: z.number() }).nullable(),
});
export type CheckState = z.infer<typeof CheckState>;

/** How services run on this machine, as far as it was found out. */
export const DeploymentState = z.object({
  mode: z.enum(['systemd', 'processes']),
  /** Why, in a sentence. */
  why: z.string(),
});
export type DeploymentState = z.infer<typeof DeploymentState>;

/** A check that could be of use, by what is running here. */
export const CheckSuggestion = z.object({ entry: CheckEntry, why: z.string() });
export type CheckSuggestion = z.infer<typeof CheckSuggestion>;

export const ChecksState = z.object({
  checks: z.array(CheckState),
  /** Null where nothing is looked at by itself. */
  deployment: DeploymentState.nullable(),
  keyring: Keyring,
});
export type ChecksState = z.infer<typeof ChecksState>;

/** A form to set up one type of check. */
export const CheckForm = z.object({
  type: z.string(),
  label: z.string(),
  help: z.string(),
  fields: z.array(FormField),
  /** Seconds. */
  interval: z.number(),
  /** Seconds. */
  timeLimit: z.number(),
});
export type CheckForm = z.infer<typeof CheckForm>;

export const EditableChecks = z.object({
  settings: CheckSettings,
  defaults: CheckSettings,
  /** Changes with every change of the file: saving with an old one is refused. */
  revision: z.string(),
  file: z.string(),
  inherited: z.record(z.string(), z.string()),
  problems: z.array(z.string()),
});
export type EditableChecks = z.infer<typeof EditableChecks>;

export const CheckTrial = z.object({
  /** Null where the form is not right yet; `faults` say where. */
  outcome: CheckOutcome.nullable(),
  /** Milliseconds. */
  took: z.number(),
  faults: z.array(Fault),
});
export type CheckTrial = z.infer<typeof CheckTrial>;

/** What may be done to a service with one click. */
export const OfferedAction = z.object({
  id: z.string(),
  label: z.string(),
  /** What exactly would be done, for whoever is asked: `systemctl restart core@experimance`. */
  does: z.string(),
});
export type OfferedAction = z.infer<typeof OfferedAction>;

export const ActionOutcome = z.object({
  done: z.boolean(),
  /** A sentence: what came of it. */
  message: z.string(),
});
export type ActionOutcome = z.infer<typeof ActionOutcome>;
