import { createContext, untrack } from 'svelte';
import { MediaQuery, SvelteDate } from 'svelte/reactivity';
import type { ServiceSummary } from '../../shared/service-status.ts';
import { compareServices } from '../order.ts';
import { Checks } from './checks.svelte.ts';
import { Details } from './details.svelte.ts';
import { Filter } from './filter.svelte.ts';
import { History } from './history.svelte.ts';
import { Notifications } from './notifications.svelte.ts';
import { ReadNotes } from './read-notes.svelte.ts';
import { Route } from './route.svelte.ts';
import { Session } from './session.svelte.ts';
import { Toasts } from './toasts.svelte.ts';
import { Viewing } from './viewing.ts';

/** Everything that more than one view needs. */
export class AppState {
  readonly route = new Route();
  readonly filter = new Filter();
  readonly toasts = new Toasts();
  readonly readNotes = new ReadNotes();
  readonly session = new Session({
    onOpen: (service) => this.#open(service),
    onNotifications: (state) => this.notifications.receive(state),
    onTransitions: (services) => this.history.changed(services),
  });
  readonly client = this.session.link.client;
  readonly notifications = new Notifications(this.client);
  readonly checks = new Checks(this.client);
  readonly history = new History(this.client, () => this.now);
  readonly details = new Details(this.client);
  readonly viewing = new Viewing(this.client);
  /** The list and the details side by side; else one or the other. */
  readonly wide = new MediaQuery('(min-width: 1100px)', true);
  /** Set by the list: shows a service's row and focuses it. */
  reveal: (service: string) => void = () => undefined;

  readonly #clock = new SvelteDate();
  readonly sorted = $derived([...(this.session.snapshot?.services ?? [])].sort(compareServices));
  readonly visible = $derived(
    this.filter.active ? this.sorted.filter((service) => this.filter.shows(service)) : this.sorted,
  );
  readonly selected: ServiceSummary | undefined = $derived(
    this.sorted.find((service) => service.service === this.route.service),
  );
  readonly live = $derived(this.session.connection.state === 'live');
  /** The monitor's time now, ticking once a second. */
  readonly now = $derived(this.#clock.getTime() + this.session.clockOffset);
  /** Until when alerts are paused; null while they are not. */
  readonly pausedUntil = $derived.by(() => {
    const until = this.session.snapshot?.pausedUntil ?? null;
    return until !== null && until > this.now ? until : null;
  });

  /** To be called while a component is set up; ends with it. */
  start(): void {
    $effect(() => {
      const ends = untrack(() => [
        this.route.start(),
        this.session.start(),
        this.viewing.start(),
        this.notifications.start(),
        this.history.start(),
      ]);
      const tick = setInterval(() => this.#clock.setTime(Date.now()), 1000);
      return () => {
        clearInterval(tick);
        for (const end of ends) end();
      };
    });
    $effect(() => {
      // A service that changed is another object: its details are then fetched again, and after a lost connection, too.
      const [service] = [this.route.service, this.selected, this.live];
      untrack(() => void this.details.show(service));
    });
    $effect(() => this.viewing.detail(this.route.service, !this.wide.current && this.route.service !== undefined));
    $effect(() => {
      if (!this.live) return;
      untrack(() => {
        this.viewing.reconnected();
        void this.notifications.load();
        this.history.reconnected();
      });
    });
    $effect(() => {
      const shown = this.route.view === 'notifications';
      untrack(() => this.notifications.show(shown));
    });
    $effect(() => {
      const shown = this.route.view === 'overview' && this.live;
      untrack(() => this.history.rows.show(shown));
    });
    $effect(() => {
      // In the desktop's window it would keep the program from ending, and there the draft goes with the program only.
      if (!this.session.link.remote || this.notifications.draft?.changed !== true) return undefined;
      const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
      window.addEventListener('beforeunload', warn);
      return () => window.removeEventListener('beforeunload', warn);
    });
  }

  #open(service: string | null): void {
    if (service === null) {
      this.route.close();
      return;
    }
    // What the monitor asks to be shown must not stay hidden by a filter.
    if (!this.visible.some((shown) => shown.service === service)) this.filter.clear();
    this.route.open(service);
    this.reveal(service);
  }

  /** Carries out what a person asked for, and says so where it fails. */
  async run<T>(act: () => Promise<T>, failed: string): Promise<T | undefined> {
    try {
      return await act();
    } catch (error) {
      this.toasts.failed(`${failed} ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }
}

export const [getApp, setApp] = createContext<AppState>();
