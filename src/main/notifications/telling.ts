import { z } from 'zod';
import type { Clock } from '../../shared/clock.ts';
import { type Message, MessageService } from '../../shared/notification-message.ts';
import { Stage } from '../../shared/notification-state.ts';
import type { ServiceSummary } from '../../shared/service-status.ts';
import { countStatuses } from '../../shared/status.ts';
import { type ComposeOptions, composeMessage, composeStanding } from './compose.ts';
import type { HandlerSet } from './handler-set.ts';
import type { Outbox } from './outbox/outbox.ts';
import { collapse } from './policy/group.ts';
import type { PolicyRunner } from './policy/runner.ts';
import type { Store } from './store/store.ts';

/** What is decided and still being collected, as it is kept on disk. */
export const StagedItem = z.object({ news: MessageService, stages: z.array(Stage) });
export type StagedNews = z.infer<typeof StagedItem> & { id: number };

export interface TellingParts {
  store: Store;
  clock: Clock;
  handlers: HandlerSet;
  outbox: Outbox;
  runner: PolicyRunner;
  services(): ServiceSummary[];
  compose(): ComposeOptions;
  /** Whether somebody is looking at this service on the screen that native notifications would appear on. */
  viewed(service: string): boolean;
}

/** Makes messages of what was collected for a handler, and hands them to the outbox. */
export class Telling {
  constructor(private readonly parts: TellingParts) {}

  /** A group is complete: it goes out, but for what need not be told any more. */
  tell(handler: string, items: readonly StagedNews[]): void {
    this.parts.store.transaction(() => {
      const told = this.#unseen(handler, this.#withoutMuted(handler, items));
      for (const news of this.#messagesOf(handler, told)) {
        this.#enqueue(handler, composeMessage(news, this.parts.compose()), told);
      }
      this.parts.store.unstage(items.map(({ id }) => id));
    });
  }

  /** How the news of a group is spread over messages: up to so many services one each, more of them all in one. */
  #messagesOf(handler: string, items: readonly StagedNews[]): MessageService[][] {
    const most = this.parts.handlers.separateUpTo(handler);
    // A channel with a message for each incident needs every step of it; another wants to know how it ended.
    const services = most === Infinity ? items.map(({ news }) => news) : this.#collapsed(items);
    if (services.length === 0) return [];
    return services.length <= most ? services.map((service) => [service]) : [services];
  }

  /** How everything stands as the monitor starts or stops, with what was collected until then. */
  tellStanding(event: 'started' | 'stopped', handler: string, items: readonly StagedNews[]): void {
    const all = this.parts.services();
    const counts = countStatuses(all.map(({ status }) => status));
    const standing = { event, counts, total: all.length } as const;
    this.parts.store.transaction(() => {
      const news = this.#collapsed(this.#withoutMuted(handler, items));
      this.#enqueue(handler, composeStanding(standing, news, this.parts.compose()), items);
      this.parts.store.unstage(items.map(({ id }) => id));
    });
  }

  #enqueue(handler: string, message: Message, items: readonly StagedNews[]): void {
    const { store, clock } = this.parts;
    this.parts.outbox.enqueue([handler], message);
    for (const { service, from, status, event } of message.services) {
      const stages = items.find(({ news }) => news.service === service)?.stages ?? [];
      store.recordDecision({
        at: clock.now(),
        service,
        from,
        to: status,
        event,
        verdict: 'told',
        stage: 'grouping',
        reason: `Told to ${this.parts.handlers.find(handler)?.name ?? handler}.`,
        message: message.id,
        trace: stages,
      });
    }
  }

  /** Each service once; what came to nothing while it was collected is in the log, and told to nobody. */
  #collapsed(items: readonly StagedNews[]): MessageService[] {
    const left = collapse(items.map(({ news }) => news));
    const services = new Set(left.map(({ service }) => service));
    const reason = 'While changes were collected it came back to what was told before.';
    const last = new Map(items.map((item) => [item.news.service, item]));
    for (const [service, item] of last) if (!services.has(service)) this.#notTold(item, reason);
    return left;
  }

  /** Without services that somebody has before their eyes, at the one handler that shares the screen with the window. */
  #unseen(handler: string, items: StagedNews[]): StagedNews[] {
    if (this.parts.handlers.find(handler)?.type !== 'desktop') return items;
    const seen = new Set(items.filter(({ news }) => this.parts.viewed(news.service)));
    for (const item of seen) this.#notTold(item, 'The window was showing the service.');
    return items.filter((item) => !seen.has(item));
  }

  #notTold({ news, stages }: StagedNews, reason: string): void {
    const { service, from, status: to, event } = news;
    const decision = { verdict: 'not-told', stage: 'grouping', reason, message: null, trace: stages } as const;
    this.parts.store.recordDecision({ at: this.parts.clock.now(), service, from, to, event, ...decision });
  }

  /**
   * While news was collected, it may have turned out that something else is the cause of it. What was told before that is
   * over all the same, and that is told.
   */
  #withoutMuted(handler: string, items: readonly StagedNews[]): StagedNews[] {
    const muted = new Set<string>();
    return items.filter(({ news: { service, event } }) => {
      const cause = event === 'opened' && !muted.has(service) ? this.parts.runner.causeOf(service) : undefined;
      if (cause === undefined) return !muted.has(service);
      muted.add(service);
      this.parts.runner.takeBack(service, handler, cause);
      return false;
    });
  }
}
