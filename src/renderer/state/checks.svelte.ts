import type { Client } from '../../shared/api.ts';
import type { CheckEntry } from '../../shared/check-settings.ts';
import type {
  CheckForm,
  CheckSettings,
  CheckState,
  CheckSuggestion,
  ChecksState,
  EditableChecks,
} from '../../shared/check-state.ts';
import type { Fault } from '../../shared/notification-state.ts';

/** While the page is looked at, what the checks find is fetched so often, in ms. */
const REFRESH = 3_000;

/** Secrets that were typed, by field; null takes one away. */
export type CheckSecrets = Record<string, string | null>;

/** What came of saving: nothing to say where it was saved. */
export interface Saved {
  saved: boolean;
  message: string;
  faults: Fault[];
}

/** Active checks, as this window knows them. */
export class Checks {
  /** What they find; undefined until the monitor has answered. */
  state = $state.raw<ChecksState>();
  forms = $state.raw<readonly CheckForm[]>([]);
  suggestions = $state.raw<readonly CheckSuggestion[]>([]);
  editable = $state.raw<EditableChecks>();
  /** The sentence that says why they could not be fetched; empty otherwise. */
  fault = $state('');
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  form(type: string): CheckForm | undefined {
    return this.forms.find((form) => form.type === type);
  }

  check(id: string): CheckState | undefined {
    return this.state?.checks.find(({ entry }) => entry.id === id);
  }

  /** Fetches everything, and goes on fetching what changes. @returns a function that ends it. */
  show(): () => void {
    void this.load();
    const timer = setInterval(() => void this.#refresh(), REFRESH);
    return () => clearInterval(timer);
  }

  async load(): Promise<void> {
    await this.#fetch(async () => {
      const [forms, editable, state, suggestions] = await Promise.all([
        this.#client.checkForms(),
        this.#client.checkSettings(),
        this.#client.checks(),
        this.#client.checkSuggestions(),
      ]);
      Object.assign(this, { forms, editable, state, suggestions });
    });
  }

  /** Saves one check: in the place of the one with the id `before`, or as a new one. */
  saveCheck(entry: CheckEntry, secrets: CheckSecrets, before: string | undefined): Promise<Saved> {
    const changes = Object.keys(secrets).length === 0 ? {} : { [entry.id]: secrets };
    return this.#save((settings) => {
      const index = settings.checks.findIndex(({ id }) => id === before);
      if (index < 0) return { ...settings, checks: [...settings.checks, entry] };
      return { ...settings, checks: settings.checks.with(index, entry) };
    }, changes);
  }

  /** @returns what came of it, and a function that puts it back where it was. */
  async removeCheck(id: string): Promise<Saved & { putBack: () => Promise<Saved> }> {
    const index = this.editable?.settings.checks.findIndex((entry) => entry.id === id) ?? -1;
    const entry = this.editable?.settings.checks[index];
    const result = await this.#save((settings) => ({
      ...settings,
      checks: settings.checks.filter((one) => one.id !== id),
    }));
    const putBack = (): Promise<Saved> =>
      this.#save((settings) => ({
        ...settings,
        checks: entry === undefined ? settings.checks : settings.checks.toSpliced(index, 0, entry),
      }));
    return { ...result, putBack };
  }

  /** Saves what is not a list of checks: thresholds, and whether anything is looked at by itself. */
  saveOthers(change: Partial<CheckSettings>): Promise<Saved> {
    return this.#save((settings) => ({ ...settings, ...change }));
  }

  async #save(
    change: (settings: CheckSettings) => CheckSettings,
    secrets: Record<string, CheckSecrets> = {},
  ): Promise<Saved> {
    const { editable } = this;
    if (editable === undefined) return { saved: false, message: 'The monitor has not answered yet.', faults: [] };
    const { revision, settings } = editable;
    const result = await this.#client.saveChecks({ revision, settings: change(settings), secrets });
    await this.load();
    return result;
  }

  async #refresh(): Promise<void> {
    await this.#fetch(async () => {
      this.state = await this.#client.checks();
    });
  }

  async #fetch(act: () => Promise<void>): Promise<void> {
    try {
      await act();
      this.fault = '';
    } catch (error) {
      this.fault = error instanceof Error ? error.message : String(error);
    }
  }
}
