import { createHash, randomBytes } from 'node:crypto';

const FORM = /^kf_[A-Za-z0-9_-]{43}$/;

/** An API token in clear. It leaves once, in the answer that creates it. */
export interface NewToken {
  readonly text: string;
  /** SHA-256: with 256 random bits behind it, a slow hash would add nothing. */
  readonly hash: Buffer;
}

/** `kf_` and 256 random bits in base64url. */
export function newToken(): NewToken {
  const text = `kf_${randomBytes(32).toString('base64url')}`;
  return { text, hash: hashToken(text) };
}

const SESSION_FORM = /^[A-Za-z0-9_-]{43}$/;

/** 256 random bits in base64url, for a cookie. It has not the form of a token and opens nothing as one. */
export function newSessionText(): NewToken {
  const text = randomBytes(32).toString('base64url');
  return { text, hash: hashToken(text) };
}

export function isSessionText(text: string): boolean {
  return SESSION_FORM.test(text);
}

export function hashToken(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** The token of an `Authorization: Bearer` header (RFC 6750), or undefined for anything that cannot be one of ours. */
export function tokenOfHeader(header: string | undefined): string | undefined {
  const [scheme, text, ...rest] = (header ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'bearer' || text === undefined || rest.length > 0) return undefined;
  return FORM.test(text) ? text : undefined;
}
