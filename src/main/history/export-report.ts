import { html, raw } from 'hono/html';
import type { HistoryIncident, IncidentDetails, IncidentStep } from '../../shared/history.ts';
import type { DeliveryEntry } from '../../shared/notification-state.ts';
import type { CheckResult } from '../../shared/service-status.ts';
import type { HealthStatus } from '../../shared/status.ts';
import { formatDuration, formatMoment, plural } from '../../shared/text.ts';
import { REPORT_STYLE } from './export-style.ts';

type Markup = ReturnType<typeof html>;

/** More of a text is cut, in UTF-16 units. */
const LONGEST = 20_000;
/** For how long the delivery log is kept (`KEPT` of the notifications' store), in ms. */
const LOG_KEPT = 30 * 86_400_000;

/** A text of others: bounded, and without the control characters that a page must not have. `html` escapes it. */
function plain(text: string): string {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return cut.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, ' ');
}

/** Lines stay lines; within one element, so that no blank of this file gets among them. */
const lines = (text: string): Markup => html`<span class="message">${plain(text)}</span>`;
const badge = (status: HealthStatus): Markup => html`<span class="status ${status}">${status}</span>`;
const moment = (time: number): Markup =>
  html`<time datetime="${new Date(time).toISOString()}">${formatMoment(time)}</time>`;

/**
 * An incident as a page of its own that can be mailed: no script, nothing from elsewhere, light and dark by the reader's system.
 *
 * @param incident without secrets: they are not looked for here.
 * @param now when the report is made; how long an incident lasts that goes on.
 */
export async function incidentReport(incident: IncidentDetails, now: number): Promise<string> {
  const title = `${incident.service}: ${incident.worst}, ${formatMoment(incident.openedAt)}`;
  const page = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <meta name="referrer" content="no-referrer" />
        <title>${plain(title)}</title>
        <style>
          ${raw(REPORT_STYLE)}
        </style>
      </head>
      <body>
        <main>
          ${head(incident, now)} ${section('What changed', changes(incident))}
          ${section('Who was told', told(incident, now))} ${section('Notes', notes(incident))}
          ${section('What else was not well at that time', around(incident.around, now))}
          <footer>${footer(incident, now)}</footer>
        </main>
      </body>
    </html> `;
  return `${page.toString().trim()}\n`;
}

const section = (title: string, content: Markup): Markup =>
  html`<section>
    <h2>${title}</h2>
    ${content}
  </section>`;

function head(incident: IncidentDetails, now: number): Markup {
  const { acknowledged, closedAt, openedAt } = incident;
  const over = closedAt === null ? 'It goes on.' : html`${moment(closedAt)}`;
  const lasted = formatDuration((closedAt ?? now) - openedAt);
  return html`<header>
    <p class="kind">Incident ${incident.id}</p>
    <h1>${plain(incident.service)} ${badge(incident.worst)}</h1>
    <p>${lines(incident.message)}</p>
    <dl>
      <dt>Service</dt>
      <dd>
        ${plain(incident.name === incident.service ? incident.service : `${incident.service} (${incident.name})`)}
      </dd>
      <dt>Began</dt>
      <dd>${moment(openedAt)}</dd>
      <dt>Ended</dt>
      <dd>${over}</dd>
      <dt>Lasted</dt>
      <dd>${closedAt === null ? `${lasted} so far` : lasted}</dd>
      <dt>Worst status</dt>
      <dd>${badge(incident.worst)}</dd>
      <dt>Changes</dt>
      <dd>${incident.steps}</dd>
      <dt>Acknowledged</dt>
      <dd>
        ${
          acknowledged === null
            ? 'No'
            : html`by ${plain(acknowledged.by)},
              ${moment(acknowledged.at)}${acknowledged.note === '' ? '' : html`: ${plain(acknowledged.note)}`}`
        }
      </dd>
    </dl>
    ${unobserved(incident)}
  </header>`;
}

function unobserved({ unobserved: spans, gaps }: IncidentDetails): Markup {
  if (spans.length === 0 && !gaps) return html``;
  return html`<p class="hint">
      A part of it was not observed: no monitor was running and awake. Its times may be those of the monitor, not of the
      service.
    </p>
    <ul>
      ${spans.map(({ from, to }) => html`<li>${moment(from)} to ${moment(to)} (${formatDuration(to - from)})</li>`)}
    </ul>`;
}

function changes({ changes: steps, left, openedAt }: IncidentDetails): Markup {
  // Of very many changes the history gives the first ones and the last ones, as many of each.
  const middle = left > 0 ? Math.ceil(steps.length / 2) : steps.length;
  const part = (some: IncidentStep[]): Markup =>
    html`<ol>
      ${some.map((step) => change(step, openedAt))}
    </ol>`;
  if (left === 0) return part(steps);
  return html`${part(steps.slice(0, middle))}
    <p class="hint">${plural(left, 'change')} in between left out.</p>
    ${part(steps.slice(middle))}`;
}

function change(step: IncidentStep, openedAt: number): Markup {
  const unwell = (step.checks ?? []).filter(({ status }) => status !== 'healthy');
  return html`<li>
    <p>${moment(step.at)} <span class="after">+${formatDuration(step.at - openedAt)}</span></p>
    <p>
      ${step.from === null ? '' : html`${badge(step.from)} → `}${badge(step.to)}
      <span class="reason">${step.reason}</span>
    </p>
    <p>${lines(step.message)}</p>
    ${unwell.length === 0 ? '' : checkTable(unwell)} ${allChecks(step.checks)}
  </li>`;
}

function allChecks(checks: CheckResult[] | null): Markup {
  if (checks === null) return html`<p class="hint">The checks of this moment were not kept.</p>`;
  if (checks.length === 0) return html``;
  return html`<details>
    <summary>${plural(checks.length, 'check')} at that moment, with all values</summary>
    ${checks.map(
      (check) =>
        html`<h3>${plain(check.name)} ${badge(check.status)}</h3>
          ${check.message === null ? '' : html`<p>${lines(check.message)}</p>`}
          <dl>
            ${
              check.at === null
                ? ''
                : html`<dt>Recorded</dt>
                    <dd>${moment(check.at)}</dd>`
            }${Object.entries(check.metadata).map(
              ([key, value]) =>
                html`<dt>${plain(key)}</dt>
                  <dd>${plain(typeof value === 'string' ? value : JSON.stringify(value))}</dd>`,
            )}
          </dl>`,
    )}
  </details>`;
}

const checkTable = (checks: CheckResult[]): Markup =>
  html`<table>
    <thead>
      <tr>
        <th scope="col">Check</th>
        <th scope="col">Status</th>
        <th scope="col">Message</th>
      </tr>
    </thead>
    <tbody>
      ${checks.map(
        ({ name, status, message }) =>
          html`<tr>
            <th scope="row">${plain(name)}</th>
            <td>${badge(status)}</td>
            <td>${lines(message ?? '')}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;

function told({ notifications: entries, service, openedAt }: IncidentDetails, now: number): Markup {
  if (entries.length === 0 && now - openedAt > LOG_KEPT) {
    return html`<p>Not known any more: the delivery log does not go back so far.</p>`;
  }
  if (entries.length === 0) return html`<p>Nobody: there is nothing about it in the delivery log.</p>`;
  return html`<table>
    <thead>
      <tr>
        <th scope="col">When</th>
        <th scope="col">Whom</th>
        <th scope="col">What became of it</th>
        <th scope="col">Message</th>
      </tr>
    </thead>
    <tbody>
      ${entries.map(
        (entry) =>
          html`<tr>
            <td>${moment(entry.deliveredAt ?? entry.at)}</td>
            <td>${plain(entry.handler ?? 'nobody')}</td>
            <td>
              ${entry.state}${entry.reason === '' ? '' : html`<br /><span class="reason">${plain(entry.reason)}</span>`}
            </td>
            <td>${lines([entry.title, ...aboutService(entry, service)].join('\n'))}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/** What a message about several services says of this one. */
function aboutService({ services, text }: DeliveryEntry, service: string): string[] {
  return services.length > 1 ? text.split('\n').filter((line) => line.includes(service)) : [];
}

function notes({ notes: all }: IncidentDetails): Markup {
  if (all.length === 0) return html`<p>None.</p>`;
  const words = {
    note: 'Note',
    acknowledged: 'Acknowledged',
    unacknowledged: 'Acknowledgement taken back',
    action: 'Action',
  };
  return html`<ul>
    ${all.map(
      ({ at, by, text, kind }) =>
        html`<li>
          <p>${moment(at)} ${words[kind]} by ${plain(by)}</p>
          ${text === '' ? '' : html`<p>${lines(text)}</p>`}
        </li>`,
    )}
  </ul>`;
}

function around(incidents: readonly HistoryIncident[], now: number): Markup {
  if (incidents.length === 0) return html`<p>Nothing.</p>`;
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Service</th>
        <th scope="col">Worst</th>
        <th scope="col">Began</th>
        <th scope="col">Lasted</th>
        <th scope="col">Message</th>
      </tr>
    </thead>
    <tbody>
      ${incidents.map(
        ({ service, worst, openedAt, closedAt, message }) =>
          html`<tr>
            <th scope="row">${plain(service)}</th>
            <td>${badge(worst)}</td>
            <td>${moment(openedAt)}</td>
            <td>${formatDuration((closedAt ?? now) - openedAt)}${closedAt === null ? ' so far' : ''}</td>
            <td>${lines(message)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function footer({ openedAt }: IncidentDetails, now: number): string {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const behind = -new Date(openedAt).getTimezoneOffset();
  const two = (value: number): string => String(value).padStart(2, '0');
  const offset = `${behind < 0 ? '−' : '+'}${two(Math.floor(Math.abs(behind) / 60))}:${two(Math.abs(behind) % 60)}`;
  return `Made by Experimance Health, ${formatMoment(now)}. Times are local times of ${zone} (UTC${offset} when it began). Secrets and home folders are left out.`;
}
