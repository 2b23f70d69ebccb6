import type { Request } from 'express';
import type { Credentials } from '../access/authenticate.ts';
import type { Reply } from './reply.ts';
import { assertSameOrigin } from './same-origin.ts';

export const SESSION_COOKIE = 'keyferry_session';

/** Over https the name itself promises that this host alone set it (RFC 6265bis, 4.1.3.2). */
const nameOf = (secure: boolean) => (secure ? `__Host-${SESSION_COOKIE}` : SESSION_COOKIE);

/**
 * What a request shows of itself: its `Authorization` header, else the session in its cookie. A browser sends cookies by itself,
 * so a request with one must come from a page of ours, and say so if it changes something. Throws `forbidden`.
 */
export function credentialsOf(request: Request, secure: boolean): Credentials {
  const { authorization } = request.headers;
  if (authorization !== undefined) return { authorization };
  const session = sessionOf(request.headers.cookie, nameOf(secure || request.secure));
  if (session === undefined) return {};
  assertSameOrigin(request.headers, isSafe(request.method) ? 'unless foreign' : 'only if said');
  return { session };
}

/** `Set-Cookie` for an answer that begins or ends a session; undefined for all others. */
export function cookieOf({ session }: Reply, request: Request, secure: boolean): string | undefined {
  if (session === undefined) return undefined;
  const [text, until] = session === 'ended' ? ['', new Date(0)] : [session.text, session.until];
  const https = secure || request.secure;
  const cookie = `${nameOf(https)}=${text}; Path=/; Expires=${until.toUTCString()}; HttpOnly; SameSite=Strict`;
  return https ? `${cookie}; Secure` : cookie;
}

/** Does the browser show a session at all, of whatever worth? */
export function hasSessionCookie({ headers }: Request): boolean {
  return [true, false].some((secure) => sessionOf(headers.cookie, nameOf(secure)) !== undefined);
}

function sessionOf(cookies: string | undefined, wanted: string): string | undefined {
  for (const each of (cookies ?? '').split(';')) {
    const [name, value] = each.trim().split('=');
    if (name === wanted && value) return value;
  }
  return undefined;
}

function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}
