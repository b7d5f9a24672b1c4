const PREFIX = '#/service/';

/** The address of a service's details within the page. */
export function serviceHash(service: string): string {
  // Half a surrogate pair can stand in no address; such a name still gets one, if not one that leads back to it.
  return PREFIX + encodeURIComponent(service.replace(/\p{Surrogate}/gu, '\ufffd'));
}

function readHash(): string | undefined {
  const { hash } = location;
  if (!hash.startsWith(PREFIX)) return undefined;
  try {
    return decodeURIComponent(hash.slice(PREFIX.length)) || undefined;
  } catch {
    // An address typed by hand with a broken escape: the overview.
    return undefined;
  }
}

/** Which service the address names. The address is the only place where the selection is kept, so Back works by itself. */
export class Route {
  service = $state(readHash());

  /** @returns a function that ends it. */
  start(): () => void {
    const read = (): void => {
      this.service = readHash();
    };
    window.addEventListener('hashchange', read);
    return () => window.removeEventListener('hashchange', read);
  }

  open(service: string): void {
    location.hash = serviceHash(service);
    // The event comes later; what is to get the focus must be there at once.
    this.service = service;
  }

  close(): void {
    if (this.service === undefined) return;
    location.hash = '#/';
    this.service = undefined;
  }
}
