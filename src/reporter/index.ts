/*
 * `experimance-health/reporter`: what a service imports. The package's entry, and so the one file of the folder that only
 * passes on what others declare.
 */
export type { CheckRecord, HealthReport } from '../shared/health-report.ts';
export type { CurrentResult, Restart, RunEnd, RunFields } from '../shared/run-fields.ts';
export type { HealthStatus } from '../shared/status-order.ts';
export { BaseService, type BaseServiceOptions, type ServiceState } from './base-service.ts';
export type { Logger } from './call-safely.ts';
export { type CheckOptions, HealthReporter, type ServiceStats } from './health-reporter.ts';
export type { HealthNotification, NotificationHandler, NotificationHandlerOptions } from './notifications.ts';
export type { HealthReporterOptions } from './options.ts';
export type { Task, TaskOptions } from './tasks.ts';
