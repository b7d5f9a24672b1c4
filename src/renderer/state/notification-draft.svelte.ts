import { SvelteSet } from 'svelte/reactivity';
import type { Client } from '../../shared/api.ts';
import type { HandlerEntry, NotificationSettings } from '../../shared/notification-settings.ts';
import type { EditableNotifications, Fault, HandlerForm, SecretChanges } from '../../shared/notification-state.ts';
import { describeChanges } from './draft-changes.ts';
import { byPath, secretsOf, settingsFaults } from './draft-faults.ts';
import { type DraftFault, type Path, pathText, same, type SettingKey, valueAt } from './draft-parts.ts';
import { mergeSettings } from './draft-merge.ts';

export type { DraftFault, Path, SettingKey } from './draft-parts.ts';

/** What a draft must know of the monitor besides the settings. */
export interface DraftContext {
  client: Pick<Client, 'saveNotifications' | 'notificationSettings'>;
  forms: () => readonly HandlerForm[];
  /** The secrets of a handler that are kept. */
  kept: (handler: string) => readonly string[];
  /** Whether the window can write a secret. */
  canStore: () => boolean;
}

/**
 * The settings of notifications as a person edits them: a copy, which lives on while other pages are looked at, until it
 * is saved as a whole or discarded. Editors change `settings` in place and read the rest.
 */
export class NotificationDraft {
  /** The copy: change it in place. */
  settings = $state({}) as NotificationSettings;
  /** Secrets that were typed (or null: to be taken away), by handler and field. */
  secrets = $state<SecretChanges>({});
  /** What the monitor has. */
  saved = $state.raw({}) as NotificationSettings;
  /** What holds where nothing is set. */
  defaults = $state.raw({}) as NotificationSettings;
  /** Where the settings are kept. */
  file = $state('');
  /** What is wrong with the file at this moment; while there is something, it cannot be saved over. */
  problems = $state.raw<readonly string[]>([]);
  /** The file as somebody else has changed it, while there are changes here: one or the other, or both, is to be chosen. */
  conflict = $state.raw<EditableNotifications>();
  saving = $state(false);
  /** Grows with every save, so that what was fetched before is told from what came after. */
  generation = 0;

  #refused = $state.raw<{ message: string; settings: NotificationSettings }>();
  #inherited = $state.raw<Readonly<Record<string, string>>>({});
  #revision = '';
  /** Faults that the monitor found, each with the value that was at fault: they are gone as soon as that is changed. */
  #told = $state.raw<readonly { fault: Fault; value: unknown }[]>([]);
  /** Fields that were left, by path: what is missing in the others is not held against anybody yet. */
  readonly #touched = new SvelteSet<string>();
  #tried = $state(false);
  readonly #context: DraftContext;

  /** The copy as plain values. */
  readonly plain = $derived($state.snapshot<unknown>(this.settings) as NotificationSettings);
  readonly #secretChanges = $derived(secretsOf($state.snapshot(this.secrets), this.plain.handlers));
  /** What differs from what is saved, a sentence each. */
  readonly changes: readonly string[] = $derived.by(() =>
    describeChanges(this.saved, this.plain, this.#secretChanges, this.#context.forms()),
  );
  readonly changed = $derived(this.changes.length > 0);
  /** Why the monitor refused to save; empty once something is edited again. */
  readonly refusal = $derived(
    this.#refused !== undefined && same(this.#refused.settings, this.plain) ? this.#refused.message : '',
  );
  /** Everything that is wrong, as far as the window can tell or the monitor has told. */
  readonly faults: readonly DraftFault[] = $derived.by(() => {
    // Where secrets cannot be typed here, none is missing here: the environment gets it once the handler has its id.
    const secrets = {
      has: (handler: string, field: string) => this.hasSecret(handler, field) || !this.#context.canStore(),
      typed: (handler: string, field: string) => this.#secretChanges[handler]?.[field] ?? undefined,
    };
    const own = settingsFaults(this.plain, this.#context.forms(), secrets).filter((fault) => !this.#isOld(fault));
    const told = this.#told.filter(({ fault, value }) => same(value, this.#valueAt(fault.path)));
    return [...byPath([...told.map(({ fault }) => fault), ...own]).values()];
  });
  /** Those of `faults` that are to be shown now, by path. */
  readonly #shown = $derived(
    byPath(
      this.faults.filter(({ path, missing }) => missing !== true || this.#tried || this.#touched.has(pathText(path))),
    ),
  );

  constructor(editable: EditableNotifications, context: DraftContext) {
    this.#context = context;
    this.#adopt(editable, structuredClone(editable.settings));
  }

  /** What is wrong with the field at this path, to be shown beside it. */
  faultAt(path: Path): string | undefined {
    return this.#shown.get(pathText(path))?.message;
  }

  /** The same for a field of several values, whose faults stand at one of them: “2: must be an address”. */
  faultIn(path: Path): string | undefined {
    const start = `${pathText(path)}.`;
    const below = [...this.#shown].find(([key]) => key.startsWith(start));
    if (below === undefined) return this.faultAt(path);
    const place = below[0].slice(start.length).split('.')[0] ?? '';
    return this.faultAt(path) ?? `${/^\d+$/.test(place) ? `line ${Number(place) + 1}` : place}: ${below[1].message}`;
  }

  /** How many shown faults there are at this path or below it. */
  faultsBelow(path: Path): number {
    const start = pathText(path);
    return [...this.#shown.keys()].filter((key) => key === start || key.startsWith(`${start}.`)).length;
  }

  /** To which settings the shown faults belong, one entry for each fault. */
  get faultKeys(): readonly (string | undefined)[] {
    return [...this.#shown.keys()].map((path) => path.split('.')[0]);
  }

  /** To be called when a person leaves a field: from then on it is said when it is empty and must not be. */
  touch(path: Path): void {
    this.#touched.add(pathText(path));
  }

  /** Where a setting comes from that is not in the file: the environment, health.toml; undefined for the file's own. */
  isInherited(key: SettingKey): string | undefined {
    return same(this.saved[key], this.plain[key]) ? this.#inherited[key] : undefined;
  }

  /** Whether what stands at this path differs from what is saved. Not for lists whose order may change. */
  isChanged(path: Path): boolean {
    return !same(valueAt(this.saved, path), valueAt(this.plain, path));
  }

  hasSecret(handler: string, field: string): boolean {
    const change = this.secrets[handler]?.[field];
    return change === undefined ? this.#context.kept(handler).includes(field) : change !== null && change !== '';
  }

  /** `undefined` leaves the secret as it is kept. */
  setSecret(handler: string, field: string, value: string | null | undefined): void {
    const fields = { ...this.secrets[handler] };
    if (value === undefined) Reflect.deleteProperty(fields, field);
    else fields[field] = value;
    this.secrets[handler] = fields;
  }

  /** The handler as it was saved, if it was. */
  savedHandler(id: string): HandlerEntry | undefined {
    return this.saved.handlers.find((entry) => entry.id === id);
  }

  /** Puts the copy back to what is saved. @returns a function that takes that back, and leaves what was edited since. */
  discard(): () => void {
    const { saved: base, plain: mine } = this;
    const typed = $state.snapshot(this.secrets);
    this.#reset(structuredClone(base), {});
    return () => {
      const since = Object.entries($state.snapshot(this.secrets));
      const secrets = since.map(([id, fields]) => [id, { ...typed[id], ...fields }] as const);
      this.#reset(mergeSettings(base, mine, this.plain), { ...typed, ...Object.fromEntries(secrets) });
    };
  }

  /** Saves everything or nothing. @returns whether it was saved; where not, `refusal` and the faults say why. */
  async save(): Promise<boolean> {
    this.#tried = true;
    this.#refused = undefined;
    if (this.faults.length > 0 || this.saving) return false;
    const [settings, secrets] = [this.plain, this.#secretChanges];
    this.saving = true;
    this.generation += 1;
    try {
      const { client } = this.#context;
      const result = await client.saveNotifications({ revision: this.#revision, settings, secrets });
      if (!result.saved) {
        this.#refused = { message: result.message, settings };
        this.tell(result.faults);
      }
      const fresh = await client.notificationSettings();
      this.generation += 1;
      if (result.saved) this.#saved(fresh, settings, secrets);
      else this.#compare(fresh);
      return result.saved;
    } finally {
      this.saving = false;
    }
  }

  /** Told of the settings whenever they may have changed outside this window. */
  offer(fresh: EditableNotifications): void {
    if (!this.saving) this.#compare(fresh);
  }

  /** Ends a conflict: takes what the file has, with what was changed here on top, or without. */
  resolve(keep: boolean): void {
    const { conflict } = this;
    if (conflict === undefined) return;
    const merged = keep ? mergeSettings(this.saved, this.plain, conflict.settings) : structuredClone(conflict.settings);
    if (!keep) this.secrets = {};
    this.#refused = undefined;
    this.#adopt(conflict, merged);
  }

  /** Shows all that is missing, as an attempt to save does. */
  showMissing(): void {
    this.#tried = true;
  }

  /** What a test found wrong with a handler, to be shown at its fields. */
  tell(faults: readonly Fault[]): void {
    this.#told = faults.map((fault) => ({ fault, value: this.#valueAt(fault.path) }));
  }

  /** A handler that was incomplete before and is as it was keeps nobody from saving something else. */
  #isOld({ path: [key, index], missing }: DraftFault): boolean {
    const entry = key === 'handlers' && missing === true ? this.plain.handlers[Number(index)] : undefined;
    if (entry === undefined || this.#secretChanges[entry.id] !== undefined) return false;
    return same(this.savedHandler(entry.id), entry);
  }

  #compare(fresh: EditableNotifications): void {
    this.problems = fresh.problems;
    // Both: just after an edit the monitor may know the new revision and not yet what it says.
    if (fresh.revision === this.#revision && same(fresh.settings, this.saved)) {
      this.conflict = undefined;
    } else if (!this.changed || same(fresh.settings, this.plain)) {
      this.#adopt(fresh, structuredClone(fresh.settings));
    } else if (same(fresh.settings, this.saved)) {
      // Only how it is written is different: nothing that anybody has to choose between.
      this.#adopt(fresh, this.plain);
    } else {
      this.conflict = fresh;
    }
  }

  #saved(fresh: EditableNotifications, settings: NotificationSettings, secrets: SecretChanges): void {
    const left = Object.entries($state.snapshot(this.secrets)).map(([id, fields]) => [
      id,
      Object.fromEntries(Object.entries(fields).filter(([field, value]) => secrets[id]?.[field] !== value)),
    ]);
    this.secrets = Object.fromEntries(left);
    this.#tried = false;
    this.#touched.clear();
    // Somebody may have gone on typing meanwhile.
    this.#adopt(fresh, mergeSettings(settings, this.plain, fresh.settings));
  }

  #adopt(editable: EditableNotifications, settings: NotificationSettings): void {
    this.saved = editable.settings;
    this.defaults = editable.defaults;
    this.file = editable.file;
    this.problems = editable.problems;
    this.#inherited = editable.inherited;
    this.#revision = editable.revision;
    this.conflict = undefined;
    if (!same(settings, this.plain)) this.settings = settings;
  }

  #reset(settings: NotificationSettings, secrets: SecretChanges): void {
    this.settings = settings;
    this.secrets = secrets;
    this.#told = [];
    this.#tried = false;
    this.#touched.clear();
  }

  #valueAt(path: Path): unknown {
    const [root, index, part, field] = path;
    const id = root === 'handlers' && part === 'config' ? this.plain.handlers[Number(index)]?.id : undefined;
    const secret = id === undefined ? undefined : this.#secretChanges[id]?.[String(field)];
    // Compared with what it was: a secret as its change, anything else as it stands.
    return secret === undefined ? valueAt(this.plain, path) : { secret };
  }
}
