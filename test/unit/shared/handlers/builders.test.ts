import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type {
  BuildContext,
  DeliveryRequest,
  HandlerType,
  HttpRequest,
} from '../../../../src/shared/handlers/handler.ts';
import { isQuietUpdate } from '../../../../src/shared/handlers/quiet-update.ts';
import { findHandlerType, HANDLER_TYPES } from '../../../../src/shared/handlers/registry.ts';
import { type Message, MessageEvent } from '../../../../src/shared/notification-message.ts';
import { HealthStatus } from '../../../../src/shared/status.ts';
import { hostileMessage, MESSAGE_TIME, messageOf, messageServiceOf } from '../../../fixtures/messages.ts';
import { LOOPBACK } from '../../../fixtures/notification-servers/loopback.ts';

const place = { http: { address: 'http://localhost:1', seen: [] }, mail: { port: 25, seen: [] }, folder: '/tmp' };

function build(
  type: string,
  message: Message,
  more: object = {},
  context: Partial<BuildContext> = {},
): DeliveryRequest {
  const handler = findHandlerType(type) as HandlerType;
  const config = handler.schema.parse({ ...LOOPBACK[type]?.config(place), ...more });
  return handler.buildRequest(message, config, { now: MESSAGE_TIME, ...context });
}
const bodyOf = (request: DeliveryRequest): Record<string, unknown> =>
  JSON.parse((request as HttpRequest).body) as Record<string, unknown>;

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 300 }).map((units) => String.fromCharCode(...units)),
  fc.string({ maxLength: 50 }).map((text) => text.repeat(500)),
);
const anyService = fc
  .record({
    service: anyText,
    name: anyText,
    host: anyText,
    message: anyText,
    event: fc.constantFrom(...MessageEvent.options),
    status: fc.constantFrom(...HealthStatus.options),
    incident: fc.option(anyText),
    at: fc.double(),
    report: fc.dictionary(anyText, fc.jsonValue() as fc.Arbitrary<string>),
  })
  .map((fields) => messageServiceOf('x', fields));
const anyMessage = fc
  .record({
    services: fc.array(anyService, { maxLength: 30 }),
    event: fc.constantFrom(...MessageEvent.options),
    title: anyText,
    text: anyText,
    id: anyText,
    host: anyText,
    link: fc.option(anyText),
    at: fc.double(),
  })
  .map(({ services, ...more }) => messageOf(services, more));

/** What can leave this program as UTF-8, in a header, or in an argument. */
function expectSendable(request: DeliveryRequest): void {
  // A desktop's key and service are identities, which nobody sees and which must stay as they are.
  const shown = request.transport === 'desktop' ? { ...request, key: '', service: '' } : request;
  const json = JSON.stringify(shown);
  expect(json).not.toMatch(/\\ud[89a-f][0-9a-f]{2}/);
  expect(Buffer.byteLength(json)).toBeLessThan(4_000_000);
  if (request.transport === 'http') {
    expect(URL.canParse(request.url)).toBe(true);
    for (const value of Object.values(request.headers)) expect(value).toMatch(/^[\x20-\x7e]{0,4000}$/);
  }
  if (request.transport === 'smtp') {
    expect(request.subject).not.toMatch(/[\p{Cc}]/u);
    for (const value of Object.values(request.headers)) expect(value).toMatch(/^[\x20-\x7e]{1,2000}$/);
    expect(request.html).not.toMatch(/<script|\u202e/i);
  }
  if (request.transport === 'command') {
    for (const value of [...request.args, ...Object.values(request.env)]) {
      expect(value).not.toContain('\u0000');
      expect(Buffer.byteLength(value)).toBeLessThanOrEqual(2000);
    }
    // Windows' limit of all together.
    expect(Object.values(request.env).join('').length).toBeLessThan(32_000);
  }
  if (request.transport === 'log') for (const line of request.lines) expect(line).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
}

describe.each(HANDLER_TYPES.map(({ type }) => type))('the request of %s', (type) => {
  it('can be sent, whatever a message holds', () => {
    fc.assert(
      fc.property(anyMessage, (message) => expectSendable(build(type, message))),
      { numRuns: 60 },
    );
    expectSendable(build(type, hostileMessage()));
  });
});

const changed = (from: HealthStatus, status: HealthStatus): Message =>
  messageOf([messageServiceOf('audio', { event: 'changed', from, status })]);

describe('a quiet update', () => {
  it.each([
    [changed('fatal', 'error'), true],
    [changed('error', 'error'), true],
    [changed('error', 'unknown'), true],
    [changed('warning', 'error'), false],
    [changed('error', 'healthy'), false],
    [{ ...changed('fatal', 'error'), event: 'reminder' as const }, false],
    [messageOf([]), false],
    [messageOf([messageServiceOf('audio')]), false],
  ])('is one that goes on no worse: case %#', (message, quiet) => {
    expect(isQuietUpdate(message)).toBe(quiet);
  });

  it('edits what stands in Discord, and nothing else does', () => {
    const context = { receipt: '99' };
    expect(build('discord', changed('fatal', 'error'), {}, context)).toMatchObject({
      method: 'PATCH',
      url: 'http://localhost:1/api/webhooks/123/secret_of_discord/messages/99',
    });
    for (const request of [
      build('discord', changed('error', 'fatal'), {}, context),
      build('discord', changed('fatal', 'error')),
      build('discord', changed('fatal', 'error'), {}, { receipt: '../9' }),
    ]) {
      expect(request).toMatchObject({ method: 'POST', url: expect.stringMatching(/discord\?wait=true$/) as string });
    }
  });

  it('edits what stands in Telegram, and nothing else does', () => {
    const edit = build('telegram', changed('fatal', 'error'), {}, { receipt: '99' });
    expect(edit).toMatchObject({ url: expect.stringMatching(/\/editMessageText$/) as string });
    expect(bodyOf(edit)).toMatchObject({ message_id: 99 });
    const anew = build('telegram', changed('error', 'fatal'), {}, { receipt: '99' });
    expect(anew).toMatchObject({ url: expect.stringMatching(/\/sendMessage$/) as string });
  });
});

describe('PagerDuty', () => {
  const of = (more: Parameters<typeof messageServiceOf>[1], event?: Message['event']): DeliveryRequest =>
    build('pagerduty', messageOf([messageServiceOf('audio', more)], event === undefined ? {} : { event }));

  it.each([
    ['opened', 'fatal', 'trigger', 'critical'],
    ['changed', 'warning', 'trigger', 'warning'],
    ['reminder', 'error', 'trigger', 'error'],
    ['opened', 'unknown', 'trigger', 'warning'],
    ['recovered', 'healthy', 'resolve', 'info'],
    ['acknowledged', 'error', 'acknowledge', 'error'],
  ] as const)('is told of %s at %s: %s, %s', (event, status, action, severity) => {
    const request = of({ event, status });
    expect(request).toMatchObject({ url: 'http://localhost:1/v2/enqueue' });
    expect(bodyOf(request)).toMatchObject({
      event_action: action,
      dedup_key: 'incident-audio',
      payload: { severity, source: 'gallery', component: 'audio', timestamp: '2026-11-23T22:13:33.250Z' },
    });
  });

  it.each(['started', 'stopped', 'healthy', 'passed'] as const)(
    'is woken by nothing that is no incident: %s',
    (event) => {
      const request = of({ event, status: 'healthy', incident: event === 'passed' ? 'incident-audio' : null }, event);
      expect(request).toMatchObject({ url: 'http://localhost:1/v2/change/enqueue' });
      expect(bodyOf(request)).not.toHaveProperty('event_action');
    },
  );

  it('is tested by an alert of its own', () => {
    const body = bodyOf(build('pagerduty', messageOf([], { event: 'test' })));
    expect(body).toMatchObject({ event_action: 'trigger', dedup_key: 'test-message-1', payload: { severity: 'info' } });
  });
});

describe('a desktop notification', () => {
  it.each([
    [messageOf([messageServiceOf('audio')]), 'audio', 'audio: error', 'it is error'],
    [messageOf([messageServiceOf('audio', { status: 'healthy' })]), 'audio', 'audio: healthy again', 'it is healthy'],
    [
      messageOf([messageServiceOf('a'), messageServiceOf('b'), messageServiceOf('c', { status: 'fatal' })]),
      null,
      '3 services changed: 1 fatal, 2 error',
      'c fatal, a error, b error',
    ],
    [messageOf([], { title: 'Monitor started', text: 'all well' }), null, 'Monitor started', 'all well'],
  ])('is worded as ever: case %#', (message, service, title, body) => {
    expect(build('desktop', message)).toMatchObject({ transport: 'desktop', service, title, body, sound: true });
  });
});

describe('an email', () => {
  it.each([
    ['starttls', 587],
    ['tls', 465],
    ['none', 25],
  ])('goes to the port that is usual with %s where none is set', (security, port) => {
    const request = build('email', messageOf([messageServiceOf('audio')]), { security, port: undefined });
    expect(request).toMatchObject({ server: { port } });
  });

  it('tells the check that its message is of once', () => {
    const failing = [
      { name: 'self', status: 'fatal' as const, message: 'No signal' },
      { name: 'disk', status: 'error' as const, message: 'full' },
    ];
    const service = { ...messageServiceOf('audio'), message: 'self: No signal (and 1 other check)', failing };
    const { html } = build('email', messageOf([service])) as { html: string };
    expect(html.match(/No signal/g)).toHaveLength(1);
    expect(html).toContain('disk (error): full');
  });

  it('stands in the thread of its incident, once, however often it is sent', () => {
    expect(build('email', messageOf([messageServiceOf('audio')], { priority: 'urgent' }))).toMatchObject({
      subject: 'audio: error',
      from: '"Experimance Health" <health@example.org>',
      headers: {
        'Message-ID': '<message-1@gallery>',
        'In-Reply-To': '<incident-incident-audio@gallery>',
        References: '<incident-incident-audio@gallery>',
        'X-Priority': '1 (Highest)',
        'Auto-Submitted': 'auto-generated',
      },
    });
  });

  it.each([
    [{ to: [] }, 'must have one address at least'],
    [{ to: ['ada'] }, 'must be an email address'],
    [{ to: ['a@b.c\r\nBcc: x@y.z'] }, 'must be an email address'],
    [{ from: 'Ada <ada>' }, 'must be an email address, or a name with one'],
    [{ port: 0 }, 'must be a whole number from 1 to 65535'],
    [{ host: 'https://smtp.example.org' }, 'must be the name or the IP address of a server'],
    [{ security: 'ssl' }, 'must be starttls, tls or none'],
  ])('is not set up with %j', (config, sentence) => {
    const parsed = findHandlerType('email')?.schema.safeParse({ ...LOOPBACK.email?.config(place), ...config });
    expect(JSON.stringify(parsed?.error?.issues)).toContain(sentence);
  });
});
