/**
 * What every JavaScript runtime has beside the language itself. `src/shared` is checked against this and nothing else
 * (tsconfig.shared.json), so that it can use neither Node's nor a browser's own.
 */
declare const performance: { now(): number };
declare function setTimeout(callback: () => void, ms: number): unknown;
declare function clearTimeout(timer: unknown): void;
declare function btoa(binary: string): string;
declare class TextEncoder {
  encode(text: string): Uint8Array;
}
declare class URL {
  constructor(url: string, base?: string);
  static canParse(url: string): boolean;
  protocol: string;
  host: string;
  hostname: string;
  port: string;
  pathname: string;
  search: string;
  hash: string;
  username: string;
  password: string;
  readonly origin: string;
  readonly href: string;
  toString(): string;
}
