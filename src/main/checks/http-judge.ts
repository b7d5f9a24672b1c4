import type { HttpCheck } from '../../shared/checks/http.ts';
import { jsonMismatch, parseJsonCondition } from '../../shared/checks/json-condition.ts';
import { isStatusIn } from '../../shared/checks/status-range.ts';
import type { Finding } from '../../shared/checks/check.ts';
import { oneLine } from '../../shared/handlers/bounded-text.ts';
import { statusLine } from '../../shared/handlers/http-status.ts';
import { parsePythonJson } from '../../shared/json.ts';
import type { Problem } from './finding.ts';
import { type HealthDocument, isHealthDocument, readHealthDocument } from './health-document.ts';
import type { Answer } from './http-exchange.ts';
import { matches } from './pattern.ts';

/** How much of an answer is quoted in a message, UTF-16 units. */
const QUOTED = 160;

export interface Verdict {
  problems: Problem[];
  /** What the answer said, for the end of the message; empty where that explains nothing. */
  quote: string;
  metadata: Finding['metadata'];
}

/** What is wrong with an answer, by what a person has asked of it. Pure. */
export function judgeAnswer(config: HttpCheck, answer: Answer, server: string): Verdict {
  const health = isHealthDocument(answer.headers['content-type']) ? readHealthDocument(answer.text) : 'none';
  const said = health === 'none' ? [] : healthProblems(health, server);
  // With the statuses of the draft, a service that fails answers 503: that is the same thing, said once.
  const known = health !== 'none' && health?.status === 'error';
  const found = [...(known ? [] : statusProblems(config, answer, server)), ...textProblems(config, answer, server)];
  return {
    problems: [...said, ...found],
    quote: found.some(({ status }) => status === 'error') ? quoteOf(config, answer) : '',
    metadata: health === 'none' || health === undefined ? {} : health.metadata,
  };
}

/** Whether a person can read an answer: pictures and what is compressed are none for eyes. */
export function isReadable({ text, headers }: Answer): boolean {
  return encodingOf(headers) === 'identity' && !/[\0\ufffd]/.test(text.slice(0, 1000));
}

function encodingOf(headers: Answer['headers']): string {
  return headers['content-encoding'] ?? 'identity';
}

function quoteOf({ lacks }: HttpCheck, answer: Answer): string {
  if (!isReadable(answer)) return '';
  const { text } = answer;
  const at = lacks === '' ? -1 : text.indexOf(lacks);
  const line = oneLine(text.slice(Math.max(0, at - 60)), QUOTED);
  return line === '' ? ' Its answer was empty.' : ` It said: ${line}`;
}

function statusProblems({ status: expected }: HttpCheck, { status, headers }: Answer, server: string): Problem[] {
  if (isStatusIn(status, expected)) return [];
  const location = headers.location === undefined ? '' : ` It points to ${hostOf(headers.location)}.`;
  return [{ status: 'error', message: `${server} answered ${statusLine(status)}, expected ${expected}.${location}` }];
}

/** The path of an address can be secret; its host tells enough. */
function hostOf(location: string): string {
  return URL.canParse(location) ? oneLine(new URL(location).host, 100) : 'another address of its own';
}

function healthProblems(health: HealthDocument | undefined, server: string): Problem[] {
  if (health === undefined) {
    return [{ status: 'error', message: `${server} announces health+json but what it sent is not that.` }];
  }
  const { status, word, output } = health;
  const why = output === '' ? '.' : `: ${output}`;
  switch (status) {
    case 'healthy':
      return [];
    case 'warning':
      return [{ status, message: `${server} warns of itself (“${word}”)${why}` }];
    case undefined:
      return [{ status: 'unknown', message: `${server} says of itself “${word}”, which is no word of health+json.` }];
    default:
      return [{ status, message: `${server} says of itself that it fails (“${word}”)${why}` }];
  }
}

function textProblems(config: HttpCheck, answer: Answer, server: string): Problem[] {
  const { contains, lacks, pattern, json } = config;
  if (contains === '' && lacks === '' && pattern === '' && json.length === 0) return [];
  const encoding = encodingOf(answer.headers);
  if (encoding !== 'identity') {
    const message = `${server} sent its answer compressed (${oneLine(encoding, 40)}), though it was asked not to: its text cannot be looked at.`;
    return [{ status: 'error', message }];
  }
  return [
    ...containsProblems(config, answer, server),
    ...patternProblems(config, answer, server),
    ...(json.length === 0 ? [] : jsonProblems(json, answer, server)),
  ];
}

function containsProblems({ contains, lacks }: HttpCheck, { text, cut }: Answer, server: string): Problem[] {
  const problems: Problem[] = [];
  if (contains !== '' && !text.includes(contains)) {
    const where = cut ? 'the first megabyte of its answer' : 'its answer';
    problems.push({ status: 'error', message: `${server} has no “${contains}” in ${where}.` });
  }
  if (lacks !== '' && text.includes(lacks)) {
    problems.push({ status: 'error', message: `${server} has “${lacks}” in its answer.` });
  }
  return problems;
}

function patternProblems({ pattern }: HttpCheck, { text }: Answer, server: string): Problem[] {
  if (pattern === '') return [];
  const found = matches(pattern, text);
  if (found === true) return [];
  if (found === false) {
    return [{ status: 'error', message: `${server} has nothing in its answer that matches ${pattern}.` }];
  }
  const message = `The regular expression ${pattern} takes too long on the answer of ${server} and was ended: make it simpler, without repetitions of repetitions.`;
  return [{ status: 'unknown', message }];
}

function jsonProblems(conditions: readonly string[], { text, cut }: Answer, server: string): Problem[] {
  if (cut) {
    return [{ status: 'error', message: `${server} sent more than a megabyte, which is not read as JSON.` }];
  }
  let document: unknown;
  try {
    document = parsePythonJson(text);
  } catch {
    // Where the fault is in it, its own people can see best.
    return [{ status: 'error', message: `${server} did not answer with JSON.` }];
  }
  const mismatches = conditions.flatMap((line) => {
    const condition = parseJsonCondition(line);
    const mismatch = typeof condition === 'string' ? undefined : jsonMismatch(condition, document);
    return mismatch === undefined ? [] : [mismatch];
  });
  return mismatches.length === 0
    ? []
    : [{ status: 'error', message: `${server} has in its JSON ${mismatches.join(', and ')}.` }];
}
