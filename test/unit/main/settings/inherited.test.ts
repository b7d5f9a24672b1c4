import { describe, expect, it } from 'vitest';
import { inherit } from '../../../../src/main/settings/inherited.ts';

const from = (
  env: NodeJS.ProcessEnv,
  toml?: Record<string, unknown>,
): ReturnType<typeof inherit> & { problems: string[] } => {
  const problems: string[] = [];
  const found = inherit(env, toml === undefined ? undefined : { file: '/etc/health.toml', keys: toml }, problems);
  return { ...found, problems };
};

describe('what the environment of the installation sets up', () => {
  it('ntfy, webhook and log file, without a settings file', () => {
    const { handlers } = from({
      NTFY_TOPIC: 'gallery',
      NTFY_SERVER: 'ntfy.example.org',
      HEALTH_WEBHOOK_URL: 'https://example.org/hook',
      HEALTH_WEBHOOK_AUTH: 'Bearer abc',
      HEALTH_LOG_FILE: '/var/log/health.log',
    });
    expect(handlers.map(({ entry: { type, config }, secrets }) => [type, config, secrets])).toEqual([
      ['ntfy', { topic: 'gallery', server: 'ntfy.example.org' }, {}],
      ['webhook', { url: 'https://example.org/hook' }, { authorization: 'Bearer abc' }],
      ['log', { file: '/var/log/health.log' }, {}],
    ]);
  });

  it('nothing where it is empty', () => {
    expect(from({ NTFY_TOPIC: ' ', HEALTH_WEBHOOK_AUTH: 'Bearer abc' }).handlers).toEqual([]);
  });

  it('buffering and dry runs, in any word for yes and no', () => {
    expect(from({ NOTIFICATION_BUFFERING: 'False', NOTIFICATION_BUFFER_TIME: '2.5' })).toMatchObject({
      keys: { enable_buffering: false, buffer_time: 2.5 },
      sources: { buffer_time: 'the environment (NOTIFICATION_BUFFER_TIME)' },
      dryRun: false,
    });
    expect(from({ NOTIFICATIONS_DRY_RUN: 'yes' }).dryRun).toBe(true);
  });

  it('what is no such word is told, and not taken', () => {
    const { problems, keys, dryRun } = from({
      NOTIFICATIONS_DRY_RUN: 'perhaps',
      NOTIFICATION_BUFFERING: '2',
      NOTIFICATION_BUFFER_TIME: '-1',
    });
    expect(keys).toEqual({});
    expect(dryRun).toBe(false);
    expect(problems).toEqual([
      'The environment: NOTIFICATION_BUFFERING must be true or false, not "2".',
      'The environment: NOTIFICATION_BUFFER_TIME must be seconds from 0 to 3600, not "-1".',
      'The environment: NOTIFICATIONS_DRY_RUN must be true or false, not "perhaps".',
    ]);
  });
});

describe('what health.toml sets up', () => {
  it('handlers and keys, under those of the environment', () => {
    const { handlers, keys, sources } = from(
      { NTFY_TOPIC: 'mine' },
      {
        ntfy_topic: 'theirs',
        webhook_url: 'https://a.b',
        webhook_auth_header: 'x',
        notification_level: 'error',
        odd: 1,
      },
    );
    expect(keys).toEqual({ notification_level: 'error' });
    expect(sources).toEqual({ notification_level: '/etc/health.toml' });
    expect(handlers.map(({ entry, secrets }) => [entry.config, secrets])).toEqual([
      [{ topic: 'mine' }, {}],
      [{ url: 'https://a.b' }, { authorization: 'x' }],
    ]);
  });
});
