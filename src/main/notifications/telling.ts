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
      const muted = this.#mutedByNow(handler, items);
      for (const service of this.#viewedNow(handler, items)) muted.add(service);
      const told = items.filter(({ news }) => !muted.has(news.service));
      for (const news of this.#messagesOf(handler, told)) {
        this.#enqueue(handler, composeMessage(news, this.parts.compose()), told);
      }
      this.parts.store.unstage(items.map(({ id }) => id));
    });
  }

  /** How the news of a group is spread over messages: up to so many services one each, more of them all in one. */
  #messagesOf(handler: string, items: readonly StagedNews[]): MessageService[][] {
    const most = this.parts.handlers.separateUpTo(handler);
    const news = items.map((item) => item.news);
    // A channel with a message for each incident needs every step of it; another wants to know how it ended.
    const services = most === Infinity ? news : collapse(news);
    if (services.length === 0) return [];
    return services.length <= most ? services.map((service) => [service]) : [services];
  }

  /** How everything stands as the monitor starts or stops, with what was collected until then. */
  tellStanding(event: 'started' | 'stopped', handler: string, items: readonly StagedNews[]): void {
    const all = this.parts.services();
    const counts = countStatuses(all.map(({ status }) => status));
    const standing = { event, counts, total: all.length } as const;
    this.parts.store.transaction(() => {
      const muted = this.#mutedByNow(handler, items);
      const news = collapse(items.map((item) => item.news)).filter(({ service }) => !muted.has(service));
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

  /** Services that somebody has before their eyes, at the one handler that shares the screen with the window. */
  #viewedNow(handler: string, items: readonly StagedNews[]): string[] {
    const { store, clock } = this.parts;
    if (this.parts.handlers.find(handler)?.type !== 'desktop') return [];
    const viewed = items.filter(({ news }) => this.parts.viewed(news.service));
    for (const { news, stages } of viewed) {
      const { service, from, status: to, event } = news;
      const reason = 'The window was showing the service.';
      const decision = { verdict: 'not-told', stage: 'grouping', reason, message: null, trace: stages } as const;
      store.recordDecision({ at: clock.now(), service, from, to, event, ...decision });
    }
    return viewed.map(({ news }) => news.service);
  }

  /** While news was collected, it may have turned out that something else is the cause of it. */
  #mutedByNow(handler: string, items: readonly StagedNews[]): Set<string> {
    const muted = new Set<string>();
    for (const { news } of items) {
      const cause = news.event === 'opened' ? this.parts.runner.causeOf(news.service) : undefined;
      if (cause === undefined) continue;
      muted.add(news.service);
      this.parts.runner.takeBack(news.service, handler, cause);
    }
    return muted;
  }
}
