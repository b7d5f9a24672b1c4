import type { z } from 'zod';
import type { Finding } from '../../shared/checks/check.ts';
import { CHECK_TYPES } from '../../shared/checks/registry.ts';
import { httpProbe } from './http.ts';
import type { CheckContext, Probe } from './probe.ts';
import { processProbe } from './process-probe.ts';
import { systemdProbe } from './systemd-probe.ts';
import { tcpProbe } from './tcp.ts';
import { zmqProbe } from './zmq.ts';

type Known = (typeof CHECK_TYPES)[number];
/** A type that is not a word of its own would make this table take anything. */
type Probes = string extends Known['type']
  ? never
  : { [Type in Known as Type['type']]: Probe<z.output<Type['schema']>> };

/** What carries out each kind of check. One that is missing does not compile. */
export const PROBES: Probes = {
  http: httpProbe,
  tcp: tcpProbe,
  zmq: zmqProbe,
  process: processProbe,
  systemd: systemdProbe,
};

/** What is wrong with a field of a check's configuration; the message is the end of a sentence that begins with the field. */
export interface ConfigFault {
  path: PropertyKey[];
  message: string;
}

/**
 * Makes a check that can be run, out of its configuration as it stands in the settings, secrets filled in.
 *
 * @returns what is wrong with the configuration where it cannot be.
 */
export function prepareCheck(
  type: string,
  config: unknown,
): ((context: CheckContext) => Promise<Finding>) | { faults: ConfigFault[] } {
  const known = CHECK_TYPES.find((each) => each.type === type);
  if (known === undefined) {
    const types = CHECK_TYPES.map((each) => each.type).join(', ');
    return { faults: [{ path: ['type'], message: `must be one of ${types}` }] };
  }
  const parsed = known.schema.safeParse(config);
  if (!parsed.success) {
    return { faults: parsed.error.issues.map(({ path, message }) => ({ path: ['config', ...path], message })) };
  }
  // TypeScript cannot see that the probe and the configuration are of one type; the table above sees to it.
  const probe = PROBES[known.type] as Probe<unknown>;
  return (context) => probe(parsed.data, context);
}
