import { ApiError } from '../../shared/api-client.ts';
import type { NotificationState } from '../../shared/notification-state.ts';
import { applyChanges, type Changes, type Snapshot } from '../../shared/snapshot.ts';
import { connect, ExpiredError, type Link } from '../api.ts';

/** Whether what the window shows is what the monitor sees now. */
export type Connection =
  | { state: 'connecting' }
  | { state: 'live' }
  | { state: 'lost'; since: number; expired: boolean; detail: string; nextTry: number };

/** What else comes from the monitor by the same connection. */
export interface SessionListeners {
  /** Told which service the monitor wants shown; null for the overview. */
  onOpen: (service: string | null) => void;
  onNotifications: (state: NotificationState) => void;
  /** Told which services have another status. */
  onTransitions: (services: string[]) => void;
}

/** Silence after which the monitor is asked whether it is still there, in ms. */
const QUIET = 20_000;
const WATCH_EVERY = 5_000;
/** How far the clocks may seem to drift apart before it is believed, in ms. */
const CLOCK_SLACK = 1_500;
const FIRST_RETRY = 1_000;
const LONGEST_RETRY = 10_000;

/**
 * The monitor as this window knows it: a snapshot, continued by changes, fetched anew whenever one of them may be lost.
 * Everything here is replaced, never changed in place, so that a service that did not change keeps its identity and its
 * row is not drawn again.
 */
export class Session {
  snapshot = $state.raw<Snapshot>();
  connection = $state.raw<Connection>({ state: 'connecting' });
  /** The monitor's clock minus this machine's, in ms. */
  clockOffset = $state(0);

  readonly link: Link;
  readonly #listeners: SessionListeners;
  #unsubscribe: (() => void)[] = [];
  #streaming = false;
  #syncing = false;
  #syncAgain = false;
  /** Changes that came while a snapshot was under way; it may or may not have them. */
  #pending: Changes[] = [];
  #retryDelay = FIRST_RETRY;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #lastHeard = 0;

  constructor(listeners: SessionListeners) {
    this.#listeners = listeners;
    this.link = connect((connected) => this.#streamChanged(connected));
  }

  /** @returns a function that ends it. */
  start(): () => void {
    this.#attempt();
    const watch = setInterval(() => {
      if (this.connection.state === 'live' && performance.now() - this.#lastHeard > QUIET) void this.#sync();
    }, WATCH_EVERY);
    const wake = (): void => {
      if (this.connection.state === 'lost' && document.visibilityState === 'visible') this.retry();
    };
    window.addEventListener('online', wake);
    document.addEventListener('visibilitychange', wake);
    return () => {
      clearInterval(watch);
      this.#forgetRetry();
      window.removeEventListener('online', wake);
      document.removeEventListener('visibilitychange', wake);
      this.#stopListening();
    };
  }

  /** Tries to connect at once instead of when it is time. */
  retry(): void {
    this.#forgetRetry();
    this.#attempt();
  }

  /** What a command's answer says, shown before the changes that will say it too. */
  setPausedUntil(pausedUntil: number | null): void {
    if (this.snapshot !== undefined) this.snapshot = { ...this.snapshot, pausedUntil };
  }

  #stopListening(): void {
    for (const end of this.#unsubscribe) end();
    this.#unsubscribe = [];
    this.#streaming = false;
  }

  #attempt(): void {
    // A browser gives a stream up for good after some errors, so each attempt opens a new one.
    this.#stopListening();
    this.#streaming = !this.link.remote;
    const { client } = this.link;
    this.#unsubscribe = [
      client.on('changes', (changes) => this.#receive(changes)),
      client.on('notifications', (state) => this.#listeners.onNotifications(state)),
      client.on('open', ({ service }) => this.#listeners.onOpen(service)),
    ];
    void this.#sync();
  }

  #streamChanged(connected: boolean): void {
    this.#streaming = connected;
    // Even where it only blinked: what happened in between is lost.
    if (connected) void this.#sync();
    else this.#lose(new Error('The connection was closed.'));
  }

  #receive(changes: Changes): void {
    this.#lastHeard = performance.now();
    const { transitions } = changes;
    if (transitions.length > 0) this.#listeners.onTransitions(transitions.map(({ service }) => service));
    if (this.#syncing) this.#pending.push(changes);
    else if (!this.#apply(changes)) void this.#sync();
  }

  #apply(changes: Changes): boolean {
    const { snapshot } = this;
    if (snapshot === undefined) return false;
    if (changes.revision <= snapshot.revision) return true;
    const next = applyChanges(snapshot, changes);
    if (next === undefined) return false;
    this.#show(next);
    return true;
  }

  #show(snapshot: Snapshot): void {
    this.snapshot = snapshot;
    // Every time on the screen hangs on this: it follows a clock that is wrong, not each message's time on the way.
    const offset = snapshot.at - Date.now();
    if (Math.abs(offset - this.clockOffset) > CLOCK_SLACK) this.clockOffset = offset;
  }

  async #sync(): Promise<void> {
    if (this.#syncing) {
      this.#syncAgain = true;
      return;
    }
    this.#syncing = true;
    this.#syncAgain = false;
    this.#pending = [];
    try {
      this.#show(await this.link.client.snapshot());
      this.#lastHeard = performance.now();
      if (!this.#pending.every((changes) => this.#apply(changes))) this.#syncAgain = true;
      if (this.#streaming) this.#live();
    } catch (error) {
      this.#syncAgain = false;
      this.#lose(error);
    } finally {
      this.#syncing = false;
    }
    if (this.#syncAgain) await this.#sync();
  }

  #live(): void {
    this.#forgetRetry();
    this.#retryDelay = FIRST_RETRY;
    if (this.connection.state !== 'live') this.connection = { state: 'live' };
  }

  #lose(error: unknown): void {
    const before = this.connection;
    const wasLost = before.state === 'lost';
    // One attempt fails twice, by its stream and by its call; only one of the two knows that the address has expired.
    const expired = error instanceof ExpiredError || (wasLost && before.expired && !(error instanceof ApiError));
    const detail = error instanceof ApiError ? error.message : '';
    const scheduled = wasLost && this.#retryTimer !== undefined;
    const nextTry = scheduled ? before.nextTry : Date.now() + this.#retryDelay;
    this.connection = { state: 'lost', since: wasLost ? before.since : Date.now(), expired, detail, nextTry };
    if (scheduled) return;
    this.#retryTimer = setTimeout(() => this.retry(), this.#retryDelay);
    this.#retryDelay = Math.min(LONGEST_RETRY, this.#retryDelay * 2);
  }

  #forgetRetry(): void {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
  }
}
