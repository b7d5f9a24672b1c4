import { describe, expect, it } from 'vitest';
import type { HttpAnswer, Outcome } from '../../../../src/shared/handlers/handler.ts';
import { outcomeByStatus, retryAfter } from '../../../../src/shared/handlers/http-status.ts';
import { findHandlerType } from '../../../../src/shared/handlers/registry.ts';

function read(type: string, status: number, body: unknown, headers: Record<string, string> = {}): Outcome | undefined {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer: HttpAnswer = { status, headers, body: text };
  return findHandlerType(type)?.readAnswer?.(answer, outcomeByStatus(answer, 'example.org', 0));
}

describe('the answer of Discord', () => {
  it('carries what the message is known by', () => {
    expect(read('discord', 200, { id: '42' })).toEqual({
      outcome: 'delivered',
      answer: '200 OK: message 42',
      receipt: '42',
    });
  });

  it('to an edit of a message that is gone asks for a new one', () => {
    expect(read('discord', 404, { message: 'Unknown Message', code: 10008 })).toMatchObject({
      outcome: 'temporary',
      receiptGone: true,
      retryAfter: 0,
    });
    expect(read('discord', 404, { message: 'Unknown Webhook', code: 10015 })).toMatchObject({ outcome: 'permanent' });
  });

  it('to too many messages says exactly how long to wait', () => {
    expect(read('discord', 429, { retry_after: 0.65 }, { 'retry-after': '1' })).toMatchObject({ retryAfter: 650 });
  });
});

describe('the answer of Telegram', () => {
  it.each([
    [200, { ok: true, result: { message_id: 5 } }, { outcome: 'delivered', receipt: '5' }],
    [429, { ok: false, parameters: { retry_after: 8 } }, { outcome: 'temporary', retryAfter: 8000, unreachable: true }],
    [400, { ok: false, description: 'Bad Request: message is not modified' }, { outcome: 'delivered' }],
    [
      400,
      { ok: false, description: 'Bad Request: message to edit not found' },
      { outcome: 'temporary', receiptGone: true },
    ],
    [400, { ok: false, description: 'Bad Request: chat not found' }, { outcome: 'permanent' }],
    [401, { ok: false, description: 'Unauthorized' }, { outcome: 'permanent' }],
    [200, { ok: false, description: 'odd' }, { outcome: 'permanent', message: 'Telegram refused: odd' }],
  ])('%d %j is understood', (status, body, outcome) => {
    expect(read('telegram', status, body)).toMatchObject(outcome);
  });
});

describe('the answer of Apprise', () => {
  it.each([
    [200, 'delivered'],
    [204, 'permanent'],
    [424, 'temporary'],
  ])('%d is %s', (status, outcome) => {
    expect(read('apprise', status, '')).toMatchObject({ outcome });
  });
});

describe('a web page in place of an answer', () => {
  it.each(['ntfy', 'slack', 'discord', 'teams', 'telegram', 'pagerduty', 'gotify'])('of %s is no delivery', (type) => {
    const headers = { 'content-type': 'text/html; charset=utf-8' };
    expect(read(type, 200, '<html>Log in to the hotel</html>', headers)).toMatchObject({ outcome: 'temporary' });
  });
});

describe('Retry-After', () => {
  it.each([
    ['120', 120_000],
    ['0', 0],
    ['1.5', 1500],
    ['86400', 3_600_000],
    ['Thu, 01 Jan 1970 00:00:30 GMT', 30_000],
    ['Wed, 31 Dec 1969 23:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j is %j ms', (header, ms) => {
    expect(retryAfter(header, 0)).toBe(ms);
  });
});
