import type { Message, MessageService } from '../notification-message.ts';
import { escapeHtml, manyLines, oneLine } from './bounded-text.ts';
import { linkOf, STATUS_COLOUR, textOf, timeOf, titleOf } from './wording.ts';

/** A table that nobody reads to its end is cut; the counts are in the title. */
const MOST_ROWS = 300;
const CELL = 'padding:6px 10px;border-bottom:1px solid #8888;vertical-align:top;text-align:left';

/**
 * A message as HTML for a mail: a plain table with inline styles, which is all that every mail program shows. It sets
 * neither background nor text colour of its own, so that it reads in light and in dark; a status is a word on its colour.
 */
export function emailHtml(message: Message): string {
  const title = escapeHtml(titleOf(message, 200));
  const link = linkOf(message);
  const rows = message.services.slice(0, MOST_ROWS);
  const parts = [
    `<h1 style="font-size:18px;margin:0 0 12px">${badge(message.status)} ${title}</h1>`,
    rows.length === 0 ? paragraphs(textOf(message, 20_000)) : table(rows),
    message.services.length > rows.length ? `<p>… and ${message.services.length - rows.length} more.</p>` : '',
    link === null ? '' : `<p><a href="${escapeHtml(link)}">Open Experimance Health</a></p>`,
    `<p style="font-size:12px;opacity:0.75">Told by Experimance Health on ${escapeHtml(oneLine(message.host, 100))}.</p>`,
  ];
  return (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">' +
    `<title>${title}</title></head><body style="font-family:system-ui,sans-serif;font-size:14px;line-height:1.4">` +
    `${parts.join('')}</body></html>`
  );
}

function badge(status: MessageService['status']): string {
  const style = `background:#${STATUS_COLOUR[status]};color:#ffffff;padding:1px 8px;border-radius:4px;white-space:nowrap`;
  return `<span style="${style}">${status}</span>`;
}

function paragraphs(text: string): string {
  return `<p style="white-space:pre-wrap">${escapeHtml(text)}</p>`;
}

function table(services: readonly MessageService[]): string {
  const head = ['Service', 'Status', 'What', 'When'].map((word) => `<th style="${CELL}">${word}</th>`).join('');
  return `<table style="border-collapse:collapse"><tr>${head}</tr>${services.map(row).join('')}</table>`;
}

function row(service: MessageService): string {
  const checks = service.failing
    // The one that the message is of need not be told twice.
    .filter(({ name, message }) => !service.message.startsWith(`${name}: ${message ?? ''}`))
    .slice(0, 5)
    .map(({ name, status, message }) => `\n${oneLine(name, 80)} (${status}): ${oneLine(message ?? '', 200)}`);
  const what = escapeHtml(manyLines(service.message, 1000) + checks.join('')).replaceAll('\n', '<br>');
  const was = service.from === null || service.from === service.status ? '' : ` <small>was ${service.from}</small>`;
  return (
    `<tr><td style="${CELL}"><strong>${escapeHtml(oneLine(service.service, 200))}</strong></td>` +
    `<td style="${CELL}">${badge(service.status)}${was}</td>` +
    `<td style="${CELL}">${what}</td><td style="${CELL}">${escapeHtml(timeOf(service))}</td></tr>`
  );
}
