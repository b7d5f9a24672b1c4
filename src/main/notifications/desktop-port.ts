import type { DesktopRequest, Outcome } from '../../shared/handlers/handler.ts';

/** How native notifications are shown, where they can be. */
export interface DesktopPort {
  show(request: DesktopRequest): Promise<Outcome>;
  /** How many can stand beside each other. */
  separateUpTo: number;
  /** Whether somebody is looking at this service in the window: who sees it need not be told. */
  viewed(service: string): boolean;
}
