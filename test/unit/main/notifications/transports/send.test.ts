import { describe, expect, it } from 'vitest';
import { createSender } from '../../../../../src/main/notifications/transports/send.ts';
import type { DesktopRequest, HttpRequest, Outcome } from '../../../../../src/shared/handlers/handler.ts';
import { startHttpServer } from '../../../../fixtures/notification-servers/http-server.ts';

const alert: DesktopRequest = {
  transport: 'desktop',
  key: 'audio',
  service: 'audio',
  status: 'error',
  title: 'audio: error',
  body: '',
  sound: false,
};
const command = { environment: {} };

describe('a sender', () => {
  it('without a desktop says what is missing', async () => {
    expect(await createSender({ command }).send(alert)).toEqual({
      outcome: 'permanent',
      message: 'Native notifications need the tray application.',
    });
  });

  it('with a desktop hands it the notification', async () => {
    const shown: DesktopRequest[] = [];
    const desktop = (request: DesktopRequest): Promise<Outcome> => {
      shown.push(request);
      return Promise.resolve({ outcome: 'delivered', answer: 'shown' });
    };
    expect(await createSender({ command, desktop }).send(alert)).toEqual({ outcome: 'delivered', answer: 'shown' });
    expect(shown).toEqual([alert]);
  });

  it('hides secrets in answers and in messages', async () => {
    const says = (outcome: Outcome) =>
      createSender({ command, desktop: () => Promise.resolve(outcome) }).send(alert, { secrets: ['tk_123', '123'] });
    expect(await says({ outcome: 'delivered', answer: 'got tk_123', receipt: '123' })).toEqual({
      outcome: 'delivered',
      answer: 'got •••',
      receipt: '123',
    });
    expect(await says({ outcome: 'permanent', message: 'tk_123?' })).toEqual({ outcome: 'permanent', message: '•••?' });
  });

  it('that closes breaks off what is under way and waits for it', async () => {
    const server = await startHttpServer();
    const sender = createSender({ command });
    const arrived = new Promise<void>((resolve) => {
      server.reply = () => () => resolve();
    });
    const request: HttpRequest = { transport: 'http', method: 'POST', url: server.address, headers: {}, body: '' };
    const sending = sender.send(request);
    await arrived;
    await sender.close();
    expect(await sending).toMatchObject({ outcome: 'temporary' });
    // What comes after is broken off before it begins.
    expect(await sender.send(request)).toMatchObject({ outcome: 'temporary' });
    expect(server.seen).toHaveLength(1);
    await server.close();
  });
});
