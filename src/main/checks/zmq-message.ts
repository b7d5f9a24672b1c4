import type { Subscriber } from 'zeromq';
import type { Finding } from '../../shared/checks/check.ts';
import { oneLine } from '../../shared/handlers/bounded-text.ts';
import { conclude, tenths } from './finding.ts';
import { wait } from './scope.ts';
import type { ZmqRun } from './zmq-run.ts';

/** A message of which a frame is larger than this is not read, bytes. */
export const MESSAGE_LIMIT = 16 * 1024 * 1024;

/** Waits for a message of a publisher that was met. */
export async function awaitMessage(
  subscriber: Subscriber,
  { config, context, server, scope }: ZmqRun,
  { lost, metadata }: { lost: Promise<void>; metadata: Finding['metadata'] },
): Promise<Finding> {
  const began = performance.now();
  const within = config.message_within * 1000;
  const how = await Promise.race([
    receive(subscriber),
    lost.then(() => 'lost' as const),
    wait(within, scope.signal).then(() => 'late' as const),
  ]);
  const about = config.topic === '' ? '' : ` on “${config.topic}”`;
  if (typeof how !== 'string') {
    const size = how.reduce((sum, frame) => sum + frame.length, 0);
    return conclude([], `${server} answers as a ZeroMQ publisher and sends messages${about}.`, {
      ...metadata,
      message_ms: tenths(performance.now() - began),
      message_bytes: size,
      message_frames: how.length,
      message_topic: oneLine(how[0]?.subarray(0, 200).toString('utf8') ?? '', 100),
    });
  }
  if (how === 'lost') {
    const message = `${server} answered as a ZeroMQ publisher and hung up before a message${about} had come. (One of more than 16 MB is not read.)`;
    return conclude([{ status: 'error', message }], '', metadata);
  }
  const seconds = context.signal.aborted ? Math.min(context.timeLimit, within) / 1000 : config.message_within;
  const message = `${server} answers as a ZeroMQ publisher but sent no message${about} within ${seconds} s.`;
  return conclude([{ status: 'error', message }], '', metadata);
}

async function receive(subscriber: Subscriber): Promise<Buffer[] | 'lost'> {
  try {
    return await subscriber.receive();
  } catch (error) {
    // Once the socket is closed nobody waits for this any more.
    if (subscriber.closed) return 'lost';
    throw error;
  }
}
