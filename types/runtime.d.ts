/**
 * What every JavaScript runtime has beside the language itself. `src/shared` is checked against this and nothing else
 * (tsconfig.shared.json), so that it can use neither Node's nor a browser's own.
 */
declare const performance: { now(): number };
declare function setTimeout(callback: () => void, ms: number): unknown;
declare function clearTimeout(timer: unknown): void;
