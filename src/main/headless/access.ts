import { randomBytes, timingSafeEqual } from 'node:crypto';
import { getCookie, setCookie } from 'hono/cookie';
import type { MiddlewareHandler } from 'hono';
import { CALL_HEADER } from '../../shared/http-transport.ts';

/** A new secret address for each start. */
export function newToken(): string {
  return randomBytes(24).toString('base64url');
}

function equal(a: string, b: string): boolean {
  const [first, second] = [Buffer.from(a), Buffer.from(b)];
  return first.length === second.length && timingSafeEqual(first, second);
}

/** What the page may do: nothing but its own scripts, styles and connections. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export interface AccessOptions {
  token: string;
  /** The port that the server listens on, once it does. */
  port: () => number;
}

/**
 * Lets in only who has the token, from this machine's own browser: the name that was asked for must be a loopback one (no
 * other site's name can be made to point here), a request that another site's page caused is refused, and the token comes
 * as a cookie (set by the address that was printed) or as a bearer token.
 */
export function guard({ token, port }: AccessOptions): MiddlewareHandler {
  return async (context, next) => {
    context.header('content-security-policy', POLICY);
    context.header('x-content-type-options', 'nosniff');
    context.header('referrer-policy', 'no-referrer');
    context.header('cross-origin-opener-policy', 'same-origin');
    context.header('cross-origin-resource-policy', 'same-origin');
    context.header('cache-control', 'no-store');

    const host = context.req.header('host') ?? '';
    const ours = [`127.0.0.1:${port()}`, `localhost:${port()}`, `[::1]:${port()}`];
    if (!ours.includes(host)) return context.text('This address is not served here.', 403);
    const origin = context.req.header('origin');
    if (origin !== undefined && origin !== `http://${host}`)
      return context.text('Another site may not call this.', 403);
    if (context.req.method !== 'GET' && context.req.header(CALL_HEADER) === undefined) {
      return context.text(`The header ${CALL_HEADER} is missing.`, 403);
    }

    // Cookies do not tell ports apart, so each server has a name of its own.
    const cookie = `experimance-health-${port()}`;
    const given = context.req.query('token');
    if (given !== undefined && context.req.path === '/' && equal(given, token)) {
      setCookie(context, cookie, token, { httpOnly: true, sameSite: 'Strict', path: '/' });
      return context.redirect('/', 303);
    }
    const bearer = /^Bearer (.+)$/.exec(context.req.header('authorization') ?? '')?.[1];
    if (!equal(getCookie(context, cookie) ?? bearer ?? '', token)) {
      return context.text('This address has expired. Open the address that the monitor printed when it started.', 401);
    }
    await next();
    return undefined;
  };
}
