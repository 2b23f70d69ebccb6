import type { Token } from '../../../client/api-types.ts';
import type { Tone } from '../../words.ts';

/** Whether a token lets anybody in. */
export function tokenState(
  { revokedAt, expiresAt }: Token,
  now: number,
): { readonly tone: Tone; readonly label: string } {
  if (revokedAt !== null) return { tone: 'quiet', label: 'Revoked' };
  if (expiresAt !== null && Date.parse(expiresAt) <= now) return { tone: 'quiet', label: 'Ended' };
  return { tone: 'good', label: 'Works' };
}

export function isLive(token: Token, now: number): boolean {
  return tokenState(token, now).label === 'Works';
}

/** For how long new tokens work, in days; empty: until they are revoked. */
export const LIFETIMES = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'A year' },
  { value: '', label: 'Until it is revoked' },
] as const;

/** @param days one of {@link LIFETIMES} */
export function endOf(days: string, now: number): string | undefined {
  return days === '' ? undefined : new Date(now + Number(days) * 86_400_000).toISOString();
}
