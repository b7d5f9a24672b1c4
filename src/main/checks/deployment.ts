import type { DeploymentState } from '../../shared/check-state.ts';

/** What is known of this machine. */
export interface DeploymentFacts {
  /** As the settings say; `auto` where it is to be found out. */
  wanted: 'auto' | 'systemd' | 'processes';
  platform: NodeJS.Platform;
  project: string;
  /** Whether systemd is the init that really runs here (`/run/systemd/system` is there, sd_booted(3)). */
  booted: boolean;
  /** Asks systemd for the services of the project that it has a unit for; rejects where it does not answer. */
  servicesWithUnits: () => Promise<readonly string[]>;
}

/**
 * How services run here: as systemd units only where systemd is really the init that runs *and* knows a unit of the project;
 * else as processes. The Python script took its word for the first, and then saw nothing at all where the second was not so
 * (COMPATIBILITY, "Health check script").
 */
export async function findDeployment({
  wanted,
  platform,
  project,
  booted,
  servicesWithUnits,
}: DeploymentFacts): Promise<DeploymentState> {
  if (wanted === 'processes') return { mode: 'processes', why: 'Services are processes: the settings say so.' };
  if (platform !== 'linux' && wanted === 'auto') {
    return { mode: 'processes', why: 'Services are processes: there is no systemd on this system.' };
  }
  if (!booted && wanted === 'auto') {
    return { mode: 'processes', why: 'Services are processes: systemd does not run this machine.' };
  }
  try {
    const services = await servicesWithUnits();
    if (wanted === 'systemd') return { mode: 'systemd', why: 'Services are systemd units: the settings say so.' };
    if (services.length > 0) {
      const why = `Services are systemd units: systemd runs this machine and knows units of ${project}.`;
      return { mode: 'systemd', why };
    }
    const why = `Services are processes: systemd runs this machine, but knows no unit of ${project}.`;
    return { mode: 'processes', why };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (wanted === 'systemd') {
      return { mode: 'systemd', why: `Services are systemd units: the settings say so. ${reason}` };
    }
    return { mode: 'processes', why: `Services are processes: systemd does not answer (${reason})` };
  }
}
