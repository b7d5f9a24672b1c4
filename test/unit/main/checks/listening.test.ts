import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { listeningPorts } from '../../../../src/main/checks/listening.ts';

it('the ports that a process listens on are found, and none of a process that is gone', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  expect(await listeningPorts(process.pid)).toContain(port);
  await new Promise((resolve) => server.close(resolve));
  expect(await listeningPorts(process.pid)).not.toContain(port);
  expect(await listeningPorts(2 ** 22 + 1)).toEqual([]);
});
