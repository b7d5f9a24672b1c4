import { describe, expect, it } from 'vitest';
import type { HandlerType, HttpRequest, LogRequest } from '../../../../src/shared/handlers/handler.ts';
import { log } from '../../../../src/shared/handlers/log.ts';
import { ntfy } from '../../../../src/shared/handlers/ntfy.ts';
import { webhook } from '../../../../src/shared/handlers/webhook.ts';
import type { Message } from '../../../../src/shared/notification-message.ts';
import { MESSAGE_TIME, messageOf, messageServiceOf } from '../../../fixtures/messages.ts';

// COMPATIBILITY, "On the wire": what the installation's receivers know, to the letter.
const build = <T>(handler: HandlerType, config: object, message: Message): T =>
  handler.buildRequest(message, handler.schema.parse(config), { now: MESSAGE_TIME }) as T;

const audio = messageServiceOf('audio', { status: 'fatal', message: 'the card is gone' });
const core = messageServiceOf('core', { status: 'warning' });

describe('ntfy', () => {
  it('gets one service as the Python monitor sends it', () => {
    const message = messageOf([audio], { title: 'audio: fatal', text: 'the card is gone' });
    expect(build(ntfy, { topic: 'alerts' }, message)).toEqual({
      transport: 'http',
      method: 'POST',
      url: 'https://ntfy.sh/alerts',
      headers: {
        Title: 'audio: fatal',
        Priority: 'urgent',
        Tags: 'experimance,health,fatal,audio,priority-urgent,critical,service',
        'Content-Type': 'text/plain; charset=utf-8',
      },
      body: 'the card is gone',
    });
  });

  it('gets several services as the system', () => {
    const { headers } = build<HttpRequest>(
      ntfy,
      { topic: 'alerts' },
      messageOf([core, { ...core, service: 'display' }]),
    );
    expect(headers.Tags).toBe('experimance,health,warning,system,priority-default,warning,system');
  });

  it.each([
    ['ntfy.example.org', 'https://ntfy.example.org/t'],
    ['http://10.0.0.5:8080', 'http://10.0.0.5:8080/t'],
    ['localhost:2586', 'https://localhost:2586/t'],
    ['https://example.org/ntfy/', 'https://example.org/ntfy/t'],
    ['', 'https://ntfy.sh/t'],
  ])('on the server %j is called at %s', (server, url) => {
    expect(build<HttpRequest>(ntfy, { topic: 't', server }, messageOf([core])).url).toBe(url);
  });

  it('gets a title outside ASCII as encoded words, which never divide a character', () => {
    const title = 'Lautstärke: 🔥'.repeat(10);
    const { headers } = build<HttpRequest>(ntfy, { topic: 't' }, messageOf([core], { title }));
    const words = headers.Title?.split(' ') ?? [];
    expect(words.length).toBeGreaterThan(1);
    for (const word of words) expect(word.length).toBeLessThanOrEqual(75);
    const decoded = words.map((word) => Buffer.from(word.slice('=?UTF-8?B?'.length, -2), 'base64').toString('utf8'));
    expect(decoded.join('')).toBe(title);
  });

  it.each([
    [{ token: 'tk_1' }, 'Bearer tk_1'],
    [{ username: 'ada', password: 'löve' }, `Basic ${Buffer.from('ada:löve').toString('base64')}`],
    [{}, undefined],
  ])('is told who asks: %j', (config, authorization) => {
    const { headers } = build<HttpRequest>(ntfy, { topic: 't', ...config }, messageOf([core]));
    expect(headers.Authorization).toBe(authorization);
  });

  it('gets a text of 4,096 bytes at most, cut between characters', () => {
    const { body } = build<HttpRequest>(ntfy, { topic: 't' }, messageOf([core], { text: 'ä🔥'.repeat(3000) }));
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(4096);
    expect(Buffer.byteLength(body)).toBeGreaterThan(4080);
    expect(body).toMatch(/^(ä🔥)+ä?…$/u);
  });
});

describe('a webhook', () => {
  const payload = (message: Message): Record<string, unknown> =>
    JSON.parse(build<HttpRequest>(webhook, { url: 'https://example.org/x' }, message).body) as Record<string, unknown>;

  it('gets one service with the fields of its health file, and ours beside it', () => {
    const { experimance, ...theirs } = payload(messageOf([audio]));
    expect(theirs).toEqual({ type: 'service_health', timestamp: '2026-11-23T23:13:33.250000', service: audio.report });
    expect(experimance).toMatchObject({
      event: 'opened',
      status: 'fatal',
      priority: 'urgent',
      time: '2026-11-23T22:13:33.250Z',
      services: [{ service: 'audio', incident: 'incident-audio', from: 'healthy', status: 'fatal' }],
    });
  });

  it('gets several services by name', () => {
    const { experimance, ...theirs } = payload(messageOf([core, audio]));
    expect(theirs).toEqual({
      type: 'system_health',
      timestamp: '2026-11-23T23:13:33.250000',
      services: { audio: audio.report, core: core.report },
    });
    expect(experimance).toMatchObject({ count: 2 });
  });

  it('keeps services of one name on two machines apart', () => {
    const { services } = payload(messageOf([core, { ...core, host: 'studio' }]));
    expect(Object.keys(services as object)).toEqual(['core', 'core@studio']);
  });

  it('sends headers as they are given', () => {
    const config = {
      url: 'https://example.org/x',
      authorization: 'Token 1',
      headers: { 'X-Room': 'a' },
      method: 'PUT',
    };
    expect(build(webhook, config, messageOf([core]))).toMatchObject({
      method: 'PUT',
      headers: { 'Content-Type': 'application/json', Authorization: 'Token 1', 'X-Room': 'a' },
    });
  });

  it('fills a template, whose values cannot leave their quotation marks or be filled again', () => {
    const template = '{"a": "{{ title }}", "b": "{{text}}", "c": {{json}}}';
    const message = messageOf([core], { title: '"quoted" {{text}}', text: 'one\ntwo' });
    const { body } = build<HttpRequest>(webhook, { url: 'https://example.org/x', template }, message);
    expect(JSON.parse(body)).toMatchObject({
      a: '"quoted" {{text}}',
      b: 'one\ntwo',
      c: { type: 'service_health' },
    });
    const plain = { url: 'https://example.org/x', template: '{{title}}', content_type: 'text/plain' };
    expect(build<HttpRequest>(webhook, plain, message).body).toBe('"quoted" {{text}}');
  });

  it.each([
    [{ template: 'x {{titel}}' }, '{{titel}} is not a placeholder; there are {{title}}, {{text}}'],
    [{ url: 'ftp://example.org' }, 'must be an address that begins with https:// or http://'],
    [{ url: 'https:example.org' }, 'must be an address that begins with https:// or http://'],
    [{ headers: { 'X Room': '1' } }, 'must be the name of a header'],
    [{ headers: { Host: 'x' } }, 'is set by the connection itself'],
    [{ headers: { 'X-Room': 'a\r\nX: b' } }, 'must be one line'],
    [{ authorization: 'Bearer\n1' }, 'must be one line'],
    [{ method: 'GET' }, 'must be POST or PUT'],
  ])('is not set up with %j', (config, sentence) => {
    const parsed = webhook.schema.safeParse({ url: 'https://example.org/x', ...config });
    expect(JSON.stringify(parsed.error?.issues)).toContain(sentence);
  });
});

describe('a log line', () => {
  const lines = (message: Message): string[] => build<LogRequest>(log, { file: '/tmp/x.log' }, message).lines;

  it('is that of the installation, one for each service', () => {
    expect(lines(messageOf([core, audio]))).toEqual([
      '[2026-11-23T23:13:33.250000] Service audio health: fatal - Latest: main (fatal): the card is gone',
      '[2026-11-23T23:13:33.250000] Service core health: warning - Latest: main (warning): it is warning',
    ]);
  });

  it('quotes the reason where the service’s own report is not it', () => {
    const stale = messageServiceOf('audio', { reason: 'stale', message: 'no report for 3 min' });
    expect(lines(messageOf([stale]))).toEqual([
      '[2026-11-23T23:13:33.250000] Service audio health: error - Latest: stale (error): no report for 3 min',
    ]);
  });

  it('stays one line, whatever a message holds', () => {
    const message = 'a\nb\r\n[2026-11-23T23:13:33.250000] Service core health: healthy \u2028c \\n d';
    expect(lines(messageOf([messageServiceOf('audio', { message })]))).toEqual([
      '[2026-11-23T23:13:33.250000] Service audio health: error - Latest: main (error): ' +
        'a\\nb\\n[2026-11-23T23:13:33.250000] Service core health: healthy \\nc \\\\n d',
    ]);
  });

  it('is the system’s where no service is told of', () => {
    expect(lines(messageOf([], { title: 'Monitor stopped', text: 'all well' }))).toEqual([
      '[2026-11-23T23:13:33.250000] System health: Monitor stopped - all well',
    ]);
  });
});
