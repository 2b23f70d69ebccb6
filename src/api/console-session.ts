import { INSTALLATION, type Keyring } from '../crypto/keyring.ts';
import { SealError, seal, unseal } from '../crypto/seal.ts';

/** Seconds that a session of the queue console lasts. */
export const SESSION_SECONDS = 900;

const NAME = 'keyferry_queue_console';
const PLACE = {
  purpose: 'queue-console',
  organizationId: INSTALLATION,
  table: 'cookie',
  rowId: 'queue-console',
} as const;

/**
 * The content of the cookie: the API token, sealed together with when the session ends. Nobody but this installation can read it,
 * and the token is asked for anew at each request, so that its revocation ends the session at once.
 */
export function sealSession(keyring: Keyring, token: string, now: number): string {
  const until = now + SESSION_SECONDS * 1000;
  return seal(keyring, PLACE, Buffer.from(JSON.stringify({ token, until }))).toString('base64url');
}

/** The token of a session that has not ended; undefined for everything else that can stand in a cookie. */
export function openSession(keyring: Keyring, cookies: string | undefined, now: number): string | undefined {
  const [text] = (cookies ?? '').split(';').flatMap((each) => {
    const [name, value] = each.trim().split('=');
    return name === NAME && value !== undefined ? [value] : [];
  });
  if (text === undefined || !/^[A-Za-z0-9_-]{1,1000}$/.test(text)) return undefined;
  try {
    const opened = unseal(keyring, PLACE, Buffer.from(text, 'base64url')).toString('utf8');
    const { token, until } = JSON.parse(opened) as { token: string; until: number };
    return until > now ? token : undefined;
  } catch (error) {
    if (error instanceof SealError) return undefined;
    throw error;
  }
}

/** `Set-Cookie` that begins a session, or ends it. Out of reach of scripts and of other sites; only below `path`. */
export function sessionCookie(content: string | undefined, path: string, secure: boolean): string {
  const age = content === undefined ? 0 : SESSION_SECONDS;
  const cookie = `${NAME}=${content ?? ''}; Path=${path}; Max-Age=${age}; HttpOnly; SameSite=Strict`;
  return secure ? `${cookie}; Secure` : cookie;
}
