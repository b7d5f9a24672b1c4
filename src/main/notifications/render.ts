import type { DeliveryRequest, HandlerType } from '../../shared/handlers/handler.ts';
import { secretValues, withoutSecrets } from '../../shared/handlers/secret-values.ts';

/** What of a request a person gets to see. */
const SHOWN = 20_000;

/** What would go out, as text for a person, with every secret replaced by dots. */
export function renderRequest(
  request: DeliveryRequest,
  type: HandlerType,
  config: Readonly<Record<string, unknown>>,
): string {
  return withoutSecrets(asText(request), secretValues(type.schema, config)).slice(0, SHOWN);
}

function asText(request: DeliveryRequest): string {
  switch (request.transport) {
    case 'http': {
      const headers = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`);
      const signature = request.sign === undefined ? [] : [`${request.sign.header}: sha256=…`];
      return [`${request.method} ${request.url}`, ...headers, ...signature, '', indented(request.body)].join('\n');
    }
    case 'smtp': {
      const { host, port, security } = request.server;
      const headers = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`);
      const head = [
        `To the server ${host}:${port} (${security})`,
        `From: ${request.from}`,
        `To: ${request.to.join(', ')}`,
      ];
      return [...head, `Subject: ${request.subject}`, ...headers, '', request.text].join('\n');
    }
    case 'command':
      return [
        [request.command, ...request.args].map((word) => JSON.stringify(word)).join(' '),
        '',
        indented(request.input),
      ].join('\n');
    case 'log':
      return [`Into ${request.file}:`, ...request.lines].join('\n');
    case 'desktop':
      return `${request.title}\n${request.body}`;
  }
}

/** JSON over several lines; any other text as it is. */
function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // Not JSON: most channels take plain text.
    return text;
  }
}
