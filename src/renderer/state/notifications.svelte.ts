import type { Client } from '../../shared/api.ts';
import type { HandlerForm, HandlerState, NotificationState, OngoingIncident } from '../../shared/notification-state.ts';
import { NotificationDraft } from './notification-draft.svelte.ts';

/** How people are told, as this window knows it: what goes on, the kinds of handlers, and the settings being edited. */
export class Notifications {
  /** Handlers, ongoing incidents, open windows; undefined until the monitor has answered. */
  state = $state.raw<NotificationState>();
  forms = $state.raw<readonly HandlerForm[]>([]);
  /** The settings as they are edited; undefined until the monitor has answered. */
  draft = $state.raw<NotificationDraft>();
  /** The sentence that says why they could not be fetched; empty otherwise. */
  fault = $state('');

  readonly failing = $derived(this.#count('failing'));
  readonly incomplete = $derived(this.#count('incomplete'));

  /** Notifications are on, and yet nothing that is set up can send one. */
  readonly mute = $derived.by(() => {
    const { state } = this;
    if (state?.enabled !== true || state.standby !== null) return false;
    return state.handlers.every(({ state: how }) => how === 'off' || how === 'unavailable' || how === 'incomplete');
  });

  #shown = false;
  /** The settings may have changed since they were fetched. */
  #stale = false;
  #fetching = false;
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** @returns a function that ends it. */
  start(): () => void {
    // Whoever edits the file beside this window comes back to it by giving it the focus.
    const look = (): void => {
      this.#stale = true;
      void this.#refresh();
    };
    window.addEventListener('focus', look);
    return () => window.removeEventListener('focus', look);
  }

  /** Fetches everything: at first, and when the connection is there again. */
  async load(): Promise<void> {
    this.#stale = true;
    try {
      [this.state, this.forms] = await Promise.all([this.#client.notifications(), this.#client.handlerForms()]);
      this.fault = '';
    } catch (error) {
      this.fault = error instanceof Error ? error.message : String(error);
      return;
    }
    await this.#refresh();
  }

  /** What the monitor tells by itself. */
  receive(state: NotificationState): void {
    this.state = state;
    // It does not say whether the settings are other ones now, so they are looked at when they are looked at.
    this.#stale = true;
    void this.#refresh();
  }

  /** Whether the page of the notifications is on the screen. */
  show(shown: boolean): void {
    this.#shown = shown;
    void this.#refresh();
  }

  /** What a command's answer says of a service's incident, shown before the event that will say it too. */
  setIncident(service: string, incident: OngoingIncident | null): void {
    const { state } = this;
    if (state === undefined) return;
    const incidents = state.incidents.flatMap((known) => (known.service === service ? (incident ?? []) : known));
    this.state = { ...state, incidents };
  }

  handler(id: string): HandlerState | undefined {
    return this.state?.handlers.find(({ entry }) => entry.id === id);
  }

  form(type: string): HandlerForm | undefined {
    return this.forms.find((form) => form.type === type);
  }

  #count(state: HandlerState['state']): number {
    return (this.state?.handlers ?? []).filter((handler) => handler.state === state).length;
  }

  /** Fetches the settings where somebody needs them and they may have changed. One call at a time. */
  async #refresh(): Promise<void> {
    const needed = this.#shown || this.draft?.changed === true;
    if (!needed || !this.#stale || this.#fetching || this.state === undefined) return;
    this.#fetching = true;
    this.#stale = false;
    try {
      const generation = this.draft?.generation;
      const fresh = await this.#client.notificationSettings();
      this.fault = '';
      if (this.draft === undefined) {
        this.draft = new NotificationDraft(fresh, {
          client: this.#client,
          forms: () => this.forms,
          kept: (id) => this.handler(id)?.secrets ?? [],
          canStore: () => this.state?.keyring.canStore ?? true,
        });
      } else if (generation === this.draft.generation) this.draft.offer(fresh);
      // It was saved in between: which of the two is newer cannot be told.
      else this.#stale = true;
    } catch (error) {
      this.fault = error instanceof Error ? error.message : String(error);
    } finally {
      this.#fetching = false;
    }
    if (this.fault === '') await this.#refresh();
  }
}
