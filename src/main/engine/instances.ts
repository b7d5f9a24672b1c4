/*
 * Several instances of one kind of service write a file each and are shown together. Which files those are:
 *
 * 1. A file of our own reporter that says of which type it is which instance, and is named accordingly (`<type>.<instance>`).
 * 2. Any other file, only where it is not alone: files of one folder whose names begin alike up to the one dot that they have
 *    (`camera.left`, `camera.right`), and the one that is called by that beginning alone (`camera`). A beginning that does not
 *    start with a letter, or a name with more than one dot, is none: `10.0.0.1` and `www.example.org` stand for themselves.
 */

/** Where a service stands among others. */
export interface Place {
  /** What it is one of several of, behind the folder's label; null where it stands for itself. */
  group: string | null;
  /** Which one of them; null for the one that has no name of its own. */
  instance: string | null;
}

/** What a file says of this itself. */
export interface Declared {
  serviceType: string;
  instance: string | null;
}

const ALONE: Place = { group: null, instance: null };
/** The folder's label with its slash, the beginning and, behind a dot, the rest. */
const NAME = /^(.*\/)?(\p{L}[^./]*)(?:\.([^./]+))?$/u;

interface Name {
  beginning: string;
  rest: string | null;
}

function nameOf(service: string): Name | undefined {
  const match = NAME.exec(service);
  const [, folder = '', beginning = '', rest = null] = match ?? [];
  return match === null ? undefined : { beginning: folder + beginning, rest };
}

/** Which services are instances of the same; told of every service that comes and goes. */
export class Instances {
  readonly #names = new Map<string, Name>();
  readonly #together = new Map<string, Set<string>>();

  /** @returns the services whose place may be another now. */
  add(service: string): readonly string[] {
    const name = nameOf(service);
    if (name === undefined) return [];
    const together = this.#together.get(name.beginning) ?? new Set<string>();
    this.#names.set(service, name);
    this.#together.set(name.beginning, together.add(service));
    // From the third on nothing changes for the others.
    return together.size === 2 ? [...together] : [];
  }

  /** @returns the services whose place may be another now. */
  remove(service: string): readonly string[] {
    const name = this.#names.get(service);
    if (name === undefined) return [];
    const together = this.#together.get(name.beginning);
    this.#names.delete(service);
    together?.delete(service);
    if (together?.size === 0) this.#together.delete(name.beginning);
    return together?.size === 1 ? [...together] : [];
  }

  place(service: string, declared: Declared | undefined): Place {
    if (declared !== undefined && declared.instance !== null) {
      const folder = service.slice(0, service.lastIndexOf('/') + 1);
      const { serviceType, instance } = declared;
      if (service === `${folder}${serviceType}.${instance}`) return { group: folder + serviceType, instance };
    }
    const name = this.#names.get(service);
    if (name === undefined || (this.#together.get(name.beginning)?.size ?? 0) < 2) return ALONE;
    return { group: name.beginning, instance: name.rest };
  }
}
