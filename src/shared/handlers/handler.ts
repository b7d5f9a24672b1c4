import type { z } from 'zod';
import type { HealthStatus } from '../status.ts';
import type { Message } from '../notification-message.ts';

/** A request over HTTP. Only http and https addresses are ever called. */
export interface HttpRequest {
  transport: 'http';
  method: 'POST' | 'PUT' | 'PATCH';
  url: string;
  headers: Record<string, string>;
  body: string;
  /** Adds `<header>: sha256=<hex HMAC of the body>`. */
  sign?: { header: string; secret: string };
}

/** A message for an SMTP server. */
export interface EmailRequest {
  transport: 'smtp';
  server: {
    host: string;
    port: number;
    /** `tls` from the first byte, `starttls` required before anything is said, `none` only where a person chose it. */
    security: 'tls' | 'starttls' | 'none';
    username?: string;
    password?: string;
  };
  from: string;
  to: string[];
  subject: string;
  text: string;
  html: string;
  headers: Record<string, string>;
}

/** A program of the user's: run without a shell. */
export interface CommandRequest {
  transport: 'command';
  command: string;
  args: string[];
  /** What it reads on its standard input. */
  input: string;
  /** Added to the program's environment. */
  env: Record<string, string>;
  /** Seconds until it is ended. */
  timeLimit: number;
}

/** Lines for a log file. */
export interface LogRequest {
  transport: 'log';
  file: string;
  lines: string[];
  /** The file is put aside when it has grown to this many bytes. */
  rotateAt: number;
  /** How many of those that were put aside are kept. */
  keep: number;
}

/** A native notification. */
export interface DesktopRequest {
  transport: 'desktop';
  /** A later one with the same key takes the place of the earlier one. */
  key: string;
  /** Which service a click opens; null for the overview. */
  service: string | null;
  status: HealthStatus;
  title: string;
  body: string;
  sound: boolean;
}

export type DeliveryRequest = HttpRequest | EmailRequest | CommandRequest | LogRequest | DesktopRequest;

/** What a server answered. The body is cut at 64 KiB. */
export interface HttpAnswer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string;
}

/**
 * How a delivery went. `temporary`: worth another try, not before `retryAfter` milliseconds. `permanent`: another try would
 * fail as well. `unreachable` says that the server as a whole is away, so that other messages need not be tried either.
 * `answer` and `message` are one sentence each, without secrets.
 */
export type Outcome =
  | { outcome: 'delivered'; answer: string; receipt?: string | undefined }
  | {
      outcome: 'temporary';
      message: string;
      retryAfter?: number | undefined;
      unreachable?: boolean | undefined;
      /** What the receipt names is gone: forget the receipt, so that the next try posts anew. */
      receiptGone?: boolean | undefined;
    }
  | { outcome: 'permanent'; message: string };

/** What a request is built with, besides message and configuration. */
export interface BuildContext {
  /** Milliseconds since the epoch. */
  now: number;
  /** What the channel answered to the incident's message before (`receipt`), to update that one. */
  receipt?: string | undefined;
}

/**
 * A way to tell somebody: a schema that settings and form are drawn from, a pure function from a message to a request, and
 * where the channel needs it, its own reading of the answer. Sending is the transport's.
 *
 * Fields of the schema carry `.meta({ title, description, examples, writeOnly })`: `title` labels the form's field,
 * `description` is its help, the first of `examples` its placeholder, and `writeOnly: true` marks a secret, which is kept in
 * the keyring and never in the settings file.
 */
export interface HandlerType<Config extends z.ZodObject = z.ZodObject> {
  /** Identity, as in the settings file. */
  type: string;
  /** What a person calls it. */
  label: string;
  /** One sentence: what it does, and what is needed. */
  help: string;
  schema: Config;
  /** Up to so many services become a message each, rather than one for all. 1 where it is not given. */
  separateUpTo?: number;
  /** Whether it is told that somebody has acknowledged an incident. */
  acknowledges?: boolean;
  /** Seconds for which changes are collected where the settings say nothing of this handler. */
  groupFor?: number;
  buildRequest(message: Message, config: z.output<Config>, context: BuildContext): DeliveryRequest;
  /**
   * What the answer of an HTTP server means. Where it is not given: by the status code, which is `byStatus` here
   * (http-status.ts) and already names the server.
   */
  readAnswer?(answer: HttpAnswer, byStatus: Outcome): Outcome;
}

/** Gives a handler's parts their types. */
export function defineHandler<Config extends z.ZodObject>(handler: HandlerType<Config>): HandlerType<Config> {
  return handler;
}
