import type { ZmqCheck } from '../../shared/checks/zmq.ts';
import type { Address } from './connect.ts';
import type { CheckContext } from './probe.ts';
import type { Scope } from './scope.ts';

/** What one run of a check of ZeroMQ works with. */
export interface ZmqRun {
  config: ZmqCheck;
  context: CheckContext;
  scope: Scope;
  /** undefined for an endpoint that is no port. */
  address: Address | undefined;
  /** How messages name it: `localhost:5555`, or the endpoint. */
  server: string;
}
