import { z } from 'zod';
import { STATUSES } from './status-order.ts';

export {
  countStatuses,
  parseStatus,
  SERVICE_ORDER,
  type StatusCounts,
  SYSTEM_ORDER,
  WORST_FIRST,
  worstOfService,
  worstOfSystem,
} from './status-order.ts';

/** The five words a health file may use (COMPATIBILITY, "Health file"), lower case. */
export const HealthStatus = z.enum(STATUSES);
export type HealthStatus = z.infer<typeof HealthStatus>;
