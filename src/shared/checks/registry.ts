import type { CheckType } from './check.ts';
import { http } from './http.ts';
import { processes } from './process.ts';
import { systemd } from './systemd.ts';
import { tcp } from './tcp.ts';
import { zmq } from './zmq.ts';

/** Every kind of check that can be set up, in the order in which a person chooses from them. */
export const CHECK_TYPES = [http, tcp, zmq, processes, systemd] as const satisfies readonly CheckType[];

const BY_TYPE: ReadonlyMap<string, CheckType> = new Map(CHECK_TYPES.map((each) => [each.type, each]));

/** The kind of check of that type; undefined for a word that names none. */
export function findCheckType(type: string): CheckType | undefined {
  return BY_TYPE.get(type);
}
