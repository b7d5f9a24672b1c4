import type * as contract from '../../shared/history.ts';
import type { ServiceStatus, ServiceSummary, Transition } from '../../shared/service-status.ts';

/** What views ask of the history, answered off the monitor's own thread. Each rejects with a sentence for a person. */
export interface HistoryQueries {
  state(): Promise<contract.HistoryState>;
  bars(query: contract.BarsQuery): Promise<contract.Bars>;
  uptime(query: contract.UptimeQuery): Promise<contract.Uptime>;
  incidents(query: contract.IncidentsQuery): Promise<contract.IncidentsPage>;
  /** Without who was told, which only the notifications know. Null for none. */
  incident(id: number): Promise<Omit<contract.IncidentDetails, 'notifications'> | null>;
  transitions(query: contract.TransitionsQuery): Promise<contract.TransitionsPage>;
  metrics(service: string | undefined): Promise<contract.MetricInfo[]>;
  series(query: contract.SeriesQuery): Promise<contract.Series>;
  sparks(query: contract.SparksQuery): Promise<contract.Sparks>;
  compare(query: contract.CompareQuery): Promise<contract.Comparison>;
  trends(service: string | undefined): Promise<contract.Trend[]>;
}

/** What happened, how long and how often: kept on disk, written by one process. */
export interface History extends HistoryQueries {
  /**
   * Takes in what changed. It is written in batches, off this thread; nothing here waits for a disk.
   * @param details gives a service with the checks behind it as it is at this moment.
   */
  record(transitions: readonly Transition[], details: (service: string) => ServiceStatus | null): void;
  /**
   * Notes when services last reported, so that the time between two reports is known however seldom they are sampled. It
   * costs next to nothing: for every update.
   */
  reported(services: readonly Pick<ServiceSummary, 'service' | 'lastCheck'>[]): void;
  /** Samples the numbers of a service's report. */
  sample(status: ServiceStatus, at: number): void;
  /** From now on nothing is observed (the machine sleeps), and again from now on. */
  pause(at: number): void;
  resume(at: number): void;
  /** A service is not followed any more. */
  forget(service: string, at: number): void;
  addNote(incident: number, note: contract.IncidentNote): Promise<contract.IncidentNote | null>;
  /** Notes that a service's open incident was acknowledged, or not any more (null). */
  acknowledged(service: string, note: contract.IncidentNote): void;
  /** Writes what waits, and ends. */
  close(): Promise<void>;
}
