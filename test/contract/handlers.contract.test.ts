import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSender, type Sender } from '../../src/main/notifications/transports/send.ts';
import { formFields } from '../../src/shared/handlers/form.ts';
import type { DesktopRequest, Outcome } from '../../src/shared/handlers/handler.ts';
import { findHandlerType, HANDLER_TYPES } from '../../src/shared/handlers/registry.ts';
import { secretValues } from '../../src/shared/handlers/secret-values.ts';
import type { Message } from '../../src/shared/notification-message.ts';
import { hostileMessage, MESSAGE_TIME, messageOf, messageOfMany, messageServiceOf } from '../fixtures/messages.ts';
import { type HttpServer, startHttpServer } from '../fixtures/notification-servers/http-server.ts';
import { type Loopback, LOOPBACK, type Place } from '../fixtures/notification-servers/loopback.ts';
import { type MailServer, startMailServer } from '../fixtures/notification-servers/smtp-server.ts';

let http: HttpServer;
let mail: MailServer;
let folder: string;
let sender: Sender;
const shown: DesktopRequest[] = [];

beforeAll(async () => {
  http = await startHttpServer();
  mail = await startMailServer({
    hideSTARTTLS: true,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) =>
      password === 'secret_of_email'
        ? done(null, { user: username })
        : // A server that gives away what it was told.
          done(new Error(`not ${String(password)}`)),
  });
});
afterAll(async () => {
  await http.close();
  await mail.close();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'handlers-'));
  shown.length = 0;
  http.seen.length = 0;
  mail.seen.length = 0;
  sender = createSender({
    desktop(request) {
      shown.push(request);
      return Promise.resolve({ outcome: 'delivered', answer: 'shown' });
    },
    command: { environment: process.env },
  });
});
afterEach(async () => {
  await sender.close();
  rmSync(folder, { recursive: true, force: true });
});

function rowOf(type: string): Loopback {
  const row = LOOPBACK[type];
  if (row === undefined) {
    throw new Error(`The handler "${type}" has no row in test/fixtures/notification-servers/loopback.ts: add one.`);
  }
  return row;
}

describe.each(HANDLER_TYPES.map((handler) => ({ type: handler.type, handler })))(
  'the handler $type',
  ({ type, handler }) => {
    const place = (): Place => ({ http, mail, folder });

    async function deliver(message: Message, config = rowOf(type).config(place())): Promise<Outcome> {
      const parsed = handler.schema.parse(config);
      const request = handler.buildRequest(message, parsed, { now: MESSAGE_TIME });
      expect(request.transport).toBe(rowOf(type).transport);
      const { readAnswer } = handler;
      return sender.send(request, {
        secrets: secretValues(handler.schema, parsed),
        ...(readAnswer === undefined ? {} : { readAnswer }),
      });
    }

    beforeEach(() => {
      http.reply = () => rowOf(type).accepts ?? { status: 200 };
    });

    it('has a label, a sentence of help, and a form in which every field is labelled and explained', () => {
      expect(findHandlerType(type)).toBe(handler);
      expect(handler.label).not.toBe('');
      expect(handler.help).toMatch(/^[A-Z].*\.$/);
      for (const field of formFields(handler.schema)) {
        expect(field.name).toMatch(/^[a-z][a-z0-9_]*$/);
        expect(field.label, `the title of ${field.name}`).toMatch(/^[A-Z]/);
        expect(field.label).not.toBe(field.name);
        expect(field.help, `the description of ${field.name}`).toMatch(/[.!]$/);
        expect(field.secret && field.default !== undefined && field.default !== '', `${field.name}`).toBe(false);
      }
    });

    it('refuses a field that it does not know', () => {
      const parsed = handler.schema.safeParse({ ...rowOf(type).config(place()), chekc: 1 });
      expect(parsed.error?.issues.map(({ code }) => code)).toEqual(['unrecognized_keys']);
    });

    it.each([
      ['one service', messageOf([messageServiceOf('audio')])],
      ['one service that recovered', messageOf([messageServiceOf('audio', { status: 'healthy' })])],
      ['200 services', messageOfMany(200)],
      ['a hostile service', hostileMessage()],
    ])('delivers a message of %s, within the limits of the service', async (_what, message) => {
      expect(await deliver(message)).toMatchObject({
        outcome: 'delivered',
        answer: expect.stringMatching(/\S/) as string,
      });
      rowOf(type).arrived(place());
      if (rowOf(type).transport === 'desktop') {
        expect(shown).toHaveLength(1);
        expect(shown[0]?.title.length).toBeLessThanOrEqual(80);
        expect(shown[0]?.body.length).toBeLessThanOrEqual(200);
      }
    });

    it.each(['started', 'stopped', 'test'] as const)('delivers a message of no service: %s', async (event) => {
      const message = messageOf([], {
        event,
        title: 'The monitor speaks',
        text: '',
        link: 'https://health.example.org/',
      });
      expect(await deliver(message)).toMatchObject({ outcome: 'delivered' });
    });

    it('tells no secret, even where the server repeats all that it was told', async () => {
      const config = rowOf(type).config(place());
      const secrets = formFields(handler.schema)
        .filter(({ secret }) => secret)
        .map(({ name }) => config[name])
        .filter((value) => typeof value === 'string');
      for (const status of [200, 400, 401, 500]) {
        http.reply = ({ url, headers, body }) => ({ status, body: `${url} ${String(headers.authorization)} ${body}` });
        const outcome = JSON.stringify(await deliver(messageOf([messageServiceOf('audio')]), config));
        const raw = JSON.stringify(http.seen.at(-1) ?? '');
        for (const secret of secrets) {
          expect(outcome).not.toContain(secret);
          expect(outcome).not.toContain(`secret_of_${type}`);
          // The secret itself was not lost on the way, though.
          if (rowOf(type).transport === 'http' && !secret.startsWith('http') && !secret.startsWith('signing')) {
            expect(raw).toContain(secret);
          }
        }
      }
    });
  },
);

describe('the contract suite', () => {
  it('has rows for registered handlers alone', () => {
    expect(Object.keys(LOOPBACK).sort()).toEqual(HANDLER_TYPES.map(({ type }) => type).sort());
  });
});
