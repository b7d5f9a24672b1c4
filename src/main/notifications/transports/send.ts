import type { DeliveryRequest, DesktopRequest, HandlerType, Outcome } from '../../../shared/handlers/handler.ts';
import { withoutSecrets } from '../../../shared/handlers/secret-values.ts';
import { type CommandParts, createCommandSender } from './command.ts';
import { createHttpSender, type HttpParts } from './http.ts';
import { createLogSender } from './log-file.ts';
import { createSmtpSender, type SmtpParts } from './smtp.ts';

export interface SenderParts {
  /** What shows native notifications; only the tray application has it. */
  desktop?: (request: DesktopRequest) => Promise<Outcome>;
  command: CommandParts;
  http?: HttpParts;
  smtp?: SmtpParts;
}

export interface SendOptions {
  /** The handler's own reading of an HTTP server's answer. */
  readAnswer?: HandlerType['readAnswer'];
  /** What must be in no answer and no message (`secretValues`). */
  secrets?: readonly string[];
  /** Breaks it off. */
  signal?: AbortSignal;
}

export interface Sender {
  /** Sends a request and says how it went. It rejects for faults of the program's alone. */
  send(request: DeliveryRequest, options?: SendOptions): Promise<Outcome>;
  /** Breaks off what is under way, which then counts as temporary, and waits until all of it has ended. */
  close(): Promise<void>;
}

/** All transports as one. */
export function createSender(parts: SenderParts): Sender {
  const closing = new AbortController();
  const underWay = new Set<Promise<Outcome>>();
  const dispatch = dispatcher(parts);

  async function sendOnce(request: DeliveryRequest, options: SendOptions): Promise<Outcome> {
    const abort = new AbortController();
    const stop = (): void => abort.abort();
    const sources = [closing.signal, ...(options.signal === undefined ? [] : [options.signal])];
    for (const source of sources) source.addEventListener('abort', stop, { once: true });
    if (sources.some(({ aborted }) => aborted)) stop();
    try {
      const outcome = await dispatch(request, abort.signal, options.readAnswer);
      return censored(outcome, options.secrets ?? []);
    } finally {
      for (const source of sources) source.removeEventListener('abort', stop);
    }
  }

  return {
    send(request, options = {}) {
      const sending = sendOnce(request, options);
      underWay.add(sending);
      return sending.finally(() => underWay.delete(sending));
    },
    async close() {
      closing.abort();
      // How each of them went is told to whoever sent it.
      await Promise.allSettled(underWay);
    },
  };
}

type Dispatch = (
  request: DeliveryRequest,
  signal: AbortSignal,
  readAnswer: HandlerType['readAnswer'],
) => Promise<Outcome>;

function dispatcher({ desktop, command, http, smtp }: SenderParts): Dispatch {
  const sendHttp = createHttpSender(http);
  const sendMail = createSmtpSender(smtp);
  const runCommand = createCommandSender(command);
  const writeLog = createLogSender();
  return (request, signal, readAnswer) => {
    switch (request.transport) {
      case 'http':
        return sendHttp(request, { signal, readAnswer });
      case 'smtp':
        return sendMail(request, { signal });
      case 'command':
        return runCommand(request, { signal });
      case 'log':
        // A few lines are written sooner than they could be broken off.
        return writeLog(request);
      case 'desktop':
        return desktop === undefined
          ? Promise.resolve({ outcome: 'permanent', message: 'Native notifications need the tray application.' })
          : desktop(request);
    }
  };
}

/** A server can repeat what it was sent, and a program its arguments. */
function censored(outcome: Outcome, secrets: readonly string[]): Outcome {
  return outcome.outcome === 'delivered'
    ? { ...outcome, answer: withoutSecrets(outcome.answer, secrets) }
    : { ...outcome, message: withoutSecrets(outcome.message, secrets) };
}
