// The servers of the checks' benchmark, in a process of their own so that their work is not counted. Prints three ports: HTTP,
// HTTPS with the key and certificate that it reads from its input, and a publisher of ZeroMQ.
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { json } from 'node:stream/consumers';
import { Publisher } from 'zeromq';

const certificate = await json(process.stdin);
const answer = (_request, response) => response.setHeader('content-type', 'application/json').end('{"state":"ok"}');
const servers = [createServer(answer), createSecureServer(certificate, answer)];
for (const server of servers) await new Promise((done) => server.listen(0, '127.0.0.1', done));
const publisher = new Publisher({ linger: 0 });
await publisher.bind('tcp://127.0.0.1:*');
const ports = servers.map((server) => server.address().port);
console.log(JSON.stringify([...ports, Number(publisher.lastEndpoint.split(':').at(-1))]));
// A socket that nothing names any more is closed.
process.on('exit', () => publisher.close());
