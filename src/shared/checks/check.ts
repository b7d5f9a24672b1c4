import type { z } from 'zod';
import type { JsonValue } from '../json.ts';
import type { HealthStatus } from '../status.ts';

/** What an active check has found. It becomes the result of a check of the service that it belongs to. */
export interface Finding {
  status: HealthStatus;
  /** A sentence: what is there, or what is wrong with it and where. */
  message: string;
  /** What was measured, such as `{ "latency_ms": 12 }`; the raw answer where a person may want to see it. Small. */
  metadata: Record<string, JsonValue>;
}

/** A kind of check that a person can set up: a schema with labels, from which the form is drawn (see `handlers/fields.ts`). */
export interface CheckType<Schema extends z.ZodObject = z.ZodObject> {
  /** `http`, `tcp`, `zmq`, `process`, `systemd`: its place in the settings. */
  type: string;
  label: string;
  help: string;
  /** A `strictObject`; each field with `title` and `description`. */
  schema: Schema;
  /** Seconds between two runs, and until one is given up, where nothing is set. */
  usual: { interval: number; timeLimit: number };
  /** What it looks at, for lists: `https://host/health`. Without secrets. */
  target(config: z.output<Schema>): string;
}
