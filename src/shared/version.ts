import { version } from '../../package.json';

/** This program's version, from the one place that names it. */
export const VERSION: string = version;
