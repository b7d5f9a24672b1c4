import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { windowTimes as monitorsWindowTimes } from '../../../src/main/notifications/policy/windows.ts';
import {
  DAYS,
  daysInWords,
  maintenanceFor,
  scheduleInWords,
  windowSentence,
  windowTimes,
} from '../../../src/renderer/notifications/windows.ts';
import { MuteWindow, type Schedule, type Weekday } from '../../../src/shared/notification-settings.ts';

const BERLIN = 'Europe/Berlin';
const at = (text: string): number => Date.parse(text);

function window(schedule: Schedule, more: Partial<MuteWindow> = {}): MuteWindow {
  return MuteWindow.parse({ name: 'Night', time_zone: BERLIN, schedule, ...more });
}
const weekly = (days: readonly Weekday[], from: string, to: string): Schedule => ({
  repeat: 'weekly',
  days: [...days],
  from,
  to,
});

describe('windowTimes', () => {
  test('a night, is open until the next morning, when it began the evening before', () => {
    // A Tuesday.
    const night = window(weekly(['mon'], '22:00', '07:00'));
    expect(windowTimes(night, at('2026-11-24T03:00:00+01:00'))).toEqual({
      open: true,
      until: at('2026-11-24T07:00:00+01:00'),
      next: at('2026-11-30T22:00:00+01:00'),
    });
    expect(windowTimes(night, at('2026-11-24T07:00:00+01:00')).open).toBe(false);
    expect(windowTimes(night, at('2026-11-24T23:00:00+01:00')).open).toBe(false);
  });

  test('a window of one day of the week, says its next opening, a week ahead while it is open', () => {
    const noon = window(weekly(['tue'], '12:00', '13:00'));
    expect(windowTimes(noon, at('2026-11-24T12:30:00+01:00'))).toEqual({
      open: true,
      until: at('2026-11-24T13:00:00+01:00'),
      next: at('2026-12-01T12:00:00+01:00'),
    });
  });

  test('a night in which clocks go back, is an hour longer, at its end', () => {
    const night = window(weekly(['sat'], '22:00', '07:00'));
    const inside = windowTimes(night, at('2026-10-25T02:30:00+01:00'));
    expect(inside).toMatchObject({ open: true, until: at('2026-10-25T07:00:00+01:00') });
    expect((inside.until ?? 0) - at('2026-10-24T22:00:00+02:00')).toBe(10 * 3_600_000);
  });

  test('an opening that clocks skip, is an hour later, in spring', () => {
    const early = window(weekly(['sun'], '02:30', '05:00'));
    expect(windowTimes(early, at('2026-03-29T00:00:00+01:00')).next).toBe(at('2026-03-29T03:30:00+02:00'));
  });

  test('a time that clocks show twice, is the first of the two, in autumn', () => {
    const late = window(weekly(['sun'], '01:00', '02:30'));
    expect(windowTimes(late, at('2026-10-25T01:30:00+02:00')).until).toBe(at('2026-10-25T02:30:00+02:00'));
  });

  test('a window of once, opens and closes, and never again', () => {
    const once = window({ repeat: 'once', starts: '2026-12-24T18:00', ends: '2026-12-26T09:00' });
    expect(windowTimes(once, at('2026-12-01T00:00:00Z')).next).toBe(at('2026-12-24T18:00:00+01:00'));
    expect(windowTimes(once, at('2026-12-25T00:00:00Z')).until).toBe(at('2026-12-26T09:00:00+01:00'));
    expect(windowTimes(once, at('2026-12-27T00:00:00Z'))).toEqual({ open: false, until: null, next: null });
  });

  test('a window, is never open, while it is switched off or its zone is none', () => {
    const night = window(weekly([...DAYS], '00:00', '23:59'));
    const never = { open: false, until: null, next: null };
    expect(windowTimes({ ...night, enabled: false }, at('2026-11-24T12:00:00Z'))).toEqual(never);
    expect(windowTimes({ ...night, time_zone: 'Europe/Berl' }, at('2026-11-24T12:00:00Z'))).toEqual(never);
  });

  test('what the window shows, is what the monitor does, at any moment in any zone', () => {
    const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Apia', 'UTC'];
    const time = fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
      .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
    fc.assert(
      fc.property(
        fc.record({
          zone: fc.constantFrom(...zones),
          now: fc.integer({ min: at('2025-01-01T00:00:00Z') / 60_000, max: at('2029-01-01T00:00:00Z') / 60_000 }),
          days: fc.uniqueArray(fc.constantFrom(...DAYS), { minLength: 1 }),
          from: time,
          to: time,
        }),
        ({ zone, now, days, from, to }) => {
          const shown = window(weekly(days, from, to), { time_zone: zone });
          expect(windowTimes(shown, now * 60_000)).toEqual(monitorsWindowTimes(shown, now * 60_000));
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('maintenanceFor', () => {
  test('maintenance for an hour, is open now and for at least an hour, whatever the second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1.7e12, max: 1.9e12 }), fc.constantFrom(BERLIN, 'Asia/Kolkata'), (now, zone) => {
        const made = maintenanceFor(60, ['core'], now, zone);
        expect(MuteWindow.parse(made)).toEqual(made);
        const { open, until } = windowTimes(made, now);
        expect(open).toBe(true);
        expect((until ?? 0) - now).toBeGreaterThanOrEqual(3_600_000);
        expect((until ?? 0) - now).toBeLessThan(3_600_000 + 60_000);
      }),
    );
    // The second time that clocks show half past two.
    const twice = at('2026-10-25T02:30:00+01:00');
    expect(windowTimes(maintenanceFor(60, [], twice, BERLIN), twice)).toMatchObject({
      open: true,
      until: twice + 3_600_000,
    });
    const now = at('2026-11-24T14:03:20+01:00');
    expect(maintenanceFor(60, [], now, BERLIN)).toMatchObject({
      name: 'Maintenance',
      time_zone: BERLIN,
      schedule: { starts: '2026-11-24T14:03', ends: '2026-11-24T15:04' },
    });
  });
});

describe('a window in words', () => {
  test.each([
    [['mon', 'tue', 'wed', 'thu', 'fri'], 'Mon–Fri'],
    [['sun', 'sat'], 'Sat and Sun'],
    [[...DAYS], 'every day'],
    [['wed', 'mon', 'fri'], 'Mon, Wed and Fri'],
    [[], 'on no day'],
  ] as const)('the days %j, are %j', (days, words) => {
    expect(daysInWords(days)).toBe(words);
  });

  test('a night, says that it ends on the next morning', () => {
    expect(scheduleInWords(weekly(['mon', 'tue', 'wed', 'thu', 'fri'], '22:00', '07:00'))).toBe(
      'Mon–Fri from 22:00 until 07:00 the next morning',
    );
    expect(scheduleInWords(weekly(['sat'], '20:00', '18:00'))).toBe('Sat from 20:00 until 18:00 the next day');
  });

  test('a sentence, names services, tags, exceptions and zone', () => {
    expect(
      windowSentence(
        window(weekly([...DAYS], '09:00', '10:00'), { services: ['display*'], tags: ['gpu'], except: ['fatal'] }),
      ),
    ).toBe(
      'Every day from 09:00 until 10:00 (Europe/Berlin), nobody is told of display* tagged gpu, except when it is fatal. What happens is told when it is over.',
    );
  });
});
