import { describe, expect, it } from 'vitest';
import { describeChanges } from '../../../src/renderer/state/draft-changes.ts';
import { type DraftSecrets, settingsFaults } from '../../../src/renderer/state/draft-faults.ts';
import { mergeSettings } from '../../../src/renderer/state/draft-merge.ts';
import { formFields } from '../../../src/shared/handlers/form.ts';
import { HANDLER_TYPES } from '../../../src/shared/handlers/registry.ts';
import { type HandlerEntry, NotificationSettings } from '../../../src/shared/notification-settings.ts';

const FORMS = HANDLER_TYPES.map(({ type, label, help, schema }) => ({
  ...{ type, label, help, fields: formFields(schema), groupFor: null },
}));
const SECRETS: DraftSecrets = { has: () => false, typed: () => undefined };

function entry(id: string, rest: Partial<HandlerEntry> = {}): HandlerEntry {
  const config = { topic: 'health' };
  return { id, type: 'ntfy', name: id, enabled: true, ignore_quiet_hours: false, config, ...rest };
}

function settings(rest: Partial<NotificationSettings> = {}): NotificationSettings {
  return { ...NotificationSettings.parse({}), handlers: [entry('a'), entry('b')], ...rest };
}

describe('two edits of the same settings', () => {
  it('are both kept, where they are about different things', () => {
    const base = settings();
    const mine = settings({ buffer_time: 20, handlers: [entry('a', { name: 'Ada' }), entry('b'), entry('mine')] });
    const theirs = settings({
      confirm_bad: 3,
      handlers: [entry('b', { enabled: false }), entry('a'), entry('theirs')],
    });
    const merged = mergeSettings(base, mine, theirs);
    expect(merged).toMatchObject({ buffer_time: 20, confirm_bad: 3 });
    expect(merged.handlers).toEqual([
      entry('a', { name: 'Ada' }),
      entry('b', { enabled: false }),
      entry('mine'),
      entry('theirs'),
    ]);
  });

  it('become mine, where both changed the same', () => {
    expect(mergeSettings(settings(), settings({ buffer_time: 20 }), settings({ buffer_time: 30 })).buffer_time).toBe(
      20,
    );
  });

  it('lose what either has removed, unless the other has changed it', () => {
    const base = settings({ handlers: [entry('a'), entry('b'), entry('c')] });
    const mine = settings({ handlers: [entry('a'), entry('c', { name: 'Changed' })] });
    const theirs = settings({ handlers: [entry('b')] });
    expect(mergeSettings(base, mine, theirs).handlers.map(({ id }) => id)).toEqual(['c']);
  });

  it('take the order of the one who has changed it', () => {
    const theirs = settings({ handlers: [entry('b'), entry('a')] });
    expect(mergeSettings(settings(), settings({ buffer_time: 20 }), theirs).handlers.map(({ id }) => id)).toEqual([
      'b',
      'a',
    ]);
  });
});

describe('what has changed', () => {
  it.each([
    ['nothing', {}, []],
    ['a handler more', { handlers: [entry('a'), entry('b'), entry('c')] }, ['“c” added']],
    ['a handler less', { handlers: [entry('a')] }, ['“b” removed']],
    ['their order', { handlers: [entry('b'), entry('a')] }, ['order of the handlers changed']],
    ['one switched off', { handlers: [entry('a', { enabled: false }), entry('b')] }, ['“a” switched off']],
    ['a field', { handlers: [entry('a', { config: { topic: 'x' } }), entry('b')] }, ['“a”: Topic changed']],
    ['a number', { buffer_time: 20 }, ['Collect for: 10 s → 20 s']],
    ['a switch', { enable_notifications: false }, ['Notifications: on → off']],
  ])('is told of %s', (_what, rest, sentences) => {
    expect(describeChanges(settings(), settings(rest), {}, FORMS)).toEqual(sentences);
  });

  it('is told of a secret without telling the secret', () => {
    const sentences = describeChanges(
      settings(),
      settings(),
      { a: { token: 'tk_secret' }, gone: { token: 'x' } },
      FORMS,
    );
    expect(sentences).toEqual(['“a”: Access token entered']);
  });
});

describe('what is wrong', () => {
  const faults = (handler: HandlerEntry, secrets = SECRETS): unknown =>
    settingsFaults(settings({ handlers: [handler] }), FORMS, secrets);

  it('is nothing, where all is well', () => {
    expect(faults(entry('a'))).toEqual([]);
  });

  it('is a field that must be filled in', () => {
    expect(faults(entry('a', { config: {} }))).toEqual([
      { path: ['handlers', 0, 'config', 'topic'], message: 'must be filled in', missing: true },
    ]);
  });

  it('is said by the schema of the handler’s type', () => {
    expect(faults(entry('a', { config: { topic: 'not one' } }))).toMatchObject([
      { path: ['handlers', 0, 'config', 'topic'], message: expect.stringMatching(/^must be 1 to 64/) as string },
    ]);
  });

  it('is a secret that is not there, and none where it is, or where the handler is switched off', () => {
    const slack = (enabled: boolean): HandlerEntry => entry('a', { type: 'slack', enabled, config: {} });
    expect(faults(slack(true))).toMatchObject([{ path: ['handlers', 0, 'config', 'webhook_url'], missing: true }]);
    expect(faults(slack(false))).toEqual([]);
    expect(faults(slack(true), { has: () => true, typed: () => undefined })).toEqual([]);
  });

  it('is a secret that was typed and cannot be right', () => {
    const typed = { has: () => true, typed: () => 'nonsense' };
    expect(faults(entry('a', { type: 'slack', config: {} }), typed)).toMatchObject([
      { path: ['handlers', 0, 'config', 'webhook_url'] },
    ]);
  });
});
