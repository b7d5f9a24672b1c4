import type { Client } from '../../shared/api.ts';
import type { ServiceStatus } from '../../shared/service-status.ts';

/** The checks behind the selected service, fetched when it is selected and again whenever it changes. */
export class Details {
  service = $state.raw<ServiceStatus>();
  /** The sentence that says why they could not be fetched; empty otherwise. */
  fault = $state('');

  #wanted: string | undefined;
  #busy = false;
  #again = false;
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Fetches a service's details, one call at a time however often it is asked for. */
  async show(service: string | undefined): Promise<void> {
    if (service !== this.#wanted) {
      this.#wanted = service;
      this.service = undefined;
      this.fault = '';
    }
    if (this.#busy) {
      this.#again = true;
      return;
    }
    this.#busy = true;
    do {
      this.#again = false;
      await this.#fetch();
    } while (this.#again);
    this.#busy = false;
  }

  async #fetch(): Promise<void> {
    const service = this.#wanted;
    if (service === undefined) return;
    try {
      const found = await this.#client.service({ service });
      if (service !== this.#wanted) return;
      this.service = found ?? undefined;
      this.fault = '';
    } catch (error) {
      if (service === this.#wanted) this.fault = error instanceof Error ? error.message : String(error);
    }
  }
}
