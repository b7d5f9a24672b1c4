import { describe, expect, it } from 'vitest';
import { incidentReport } from '../../../../src/main/history/export-report.ts';
import type { IncidentDetails, IncidentStep } from '../../../../src/shared/history.ts';
import type { DeliveryEntry } from '../../../../src/shared/notification-state.ts';

const OPENED = new Date(2026, 5, 15, 14, 0, 0).getTime();
const MINUTE = 60_000;
const NOW = OPENED + 100 * MINUTE;

const incident = {
  id: 12,
  service: 'audio',
  name: 'audio',
  openedAt: OPENED,
  closedAt: OPENED + 23 * MINUTE,
  worst: 'fatal',
  status: 'healthy',
  reason: 'reported',
  message: 'jackd not reachable',
  steps: 2,
  acknowledged: { by: 'kai', note: 'I am on it', at: OPENED + 2 * MINUTE },
  gaps: false,
} as const;

function step(id: number, more: Partial<IncidentStep> = {}): IncidentStep {
  return {
    id,
    at: OPENED + id * MINUTE,
    service: 'audio',
    from: 'healthy',
    to: 'error',
    reason: 'reported',
    message: `step ${id}`,
    incident: 12,
    checks: [
      { name: 'jack', status: 'error', message: 'refused', at: OPENED, metadata: { port: 5555 } },
      { name: 'disk', status: 'healthy', message: null, at: null, metadata: {} },
    ],
    ...more,
  };
}

const told: DeliveryEntry = {
  id: '1',
  at: OPENED + MINUTE,
  handler: 'stage-team',
  services: ['audio', 'display'],
  event: 'opened',
  status: 'error',
  title: '2 services changed',
  text: 'audio: no sound\ndisplay: no picture',
  state: 'delivered',
  reason: 'Accepted',
  attempts: 1,
  deliveredAt: OPENED + MINUTE,
  nextAttemptAt: null,
  stages: [],
};

function details(more: Partial<IncidentDetails> = {}): IncidentDetails {
  return {
    ...incident,
    changes: [step(0), step(5, { from: 'error', to: 'fatal' })],
    left: 0,
    notes: [{ at: OPENED + 3 * MINUTE, by: 'ada', text: 'cable was loose', kind: 'note' }],
    around: [{ ...incident, id: 13, service: 'display', acknowledged: null, message: 'no picture' }],
    unobserved: [],
    metrics: [],
    notifications: [told],
    ...more,
  };
}

/** What a person reads, as far as a test wants to know. */
const words = (html: string): string =>
  html
    .slice(html.indexOf('<main>'))
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

describe('incidentReport', () => {
  it('tells what broke, when, for how long, what changed, who was told, what was noted and what else was not well', async () => {
    const text = words(await incidentReport(details(), NOW));
    for (const part of [
      'audio fatal jackd not reachable',
      'Began 2026-06-15 14:00:00',
      'Ended 2026-06-15 14:23:00',
      'Lasted 23 min',
      'Acknowledged by kai, 2026-06-15 14:02:00 : I am on it',
      '+5 min error → fatal reported step 5',
      'Check Status Message jack error refused',
      'port 5555',
      '2026-06-15 14:01:00 stage-team delivered Accepted 2 services changed audio: no sound Notes',
      'Note by ada cable was loose',
      'display fatal 2026-06-15 14:00:00 23 min no picture',
      'local times of Europe/Berlin (UTC+02:00',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).not.toContain('not observed');
  });

  it('holds nothing but text and style: no script, nothing from elsewhere', async () => {
    const html = await incidentReport(details(), NOW);
    expect(html).not.toMatch(/<script|<link|<img|<iframe|\bsrc=|\bhref=|url\(|@import|\bon\w+=/i);
    expect(html).toContain("default-src 'none'");
    expect(html).toContain('prefers-color-scheme: dark');
  });

  it('shows markup in whatever comes from outside as text', async () => {
    const evil = '<script>alert("1")</script>\u0000\u202e\'&';
    const html = await incidentReport(
      details({
        service: evil,
        name: evil,
        message: evil,
        acknowledged: { by: evil, note: evil, at: OPENED },
        changes: [
          step(0, {
            message: evil,
            checks: [{ name: evil, status: 'error', message: evil, at: null, metadata: { [evil]: evil } }],
          }),
        ],
        notes: [{ at: OPENED, by: evil, text: evil, kind: 'note' }],
        around: [{ ...incident, service: evil, message: evil }],
        notifications: [{ ...told, handler: evil, title: evil, reason: evil }],
      }),
      NOW,
    );
    expect(html).not.toMatch(/<script|[\u0000\u202e]/);
    expect(html.match(/&lt;script&gt;alert\(&quot;1&quot;\)&lt;\/script&gt;/g)?.length).toBeGreaterThan(12);
  });

  it('says where it goes on, what was not observed, what was left out and what is not known any more', async () => {
    const changes = [step(0), step(1, { checks: null }), step(90), step(91)];
    const text = words(
      await incidentReport(
        details({
          closedAt: null,
          gaps: true,
          unobserved: [{ from: OPENED + 10 * MINUTE, to: OPENED + 15 * MINUTE }],
          changes,
          left: 1000,
          notifications: [],
          notes: [],
          around: [],
        }),
        NOW,
      ),
    );
    expect(text).toContain('Ended It goes on. Lasted 1 h 40 min so far');
    expect(text).toContain('A part of it was not observed');
    expect(text).toContain('2026-06-15 14:10:00 to 2026-06-15 14:15:00 (5 min)');
    expect(text).toMatch(
      /step 1 The checks of this moment were not kept\. 1000 changes in between left out\. .*step 90/,
    );
    expect(text).toContain('Who was told Nobody: there is nothing about it in the delivery log.');
    const old = words(await incidentReport(details({ notifications: [] }), NOW + 40 * 86_400_000));
    expect(old).toContain('Who was told Not known any more: the delivery log does not go back so far.');
  });

  it('cuts a message of a megabyte', async () => {
    const html = await incidentReport(details({ message: 'x'.repeat(1_000_000) }), NOW);
    expect(html.length).toBeLessThan(100_000);
  });
});
