import { queryOptions } from '@tanstack/react-query';
import type { Token } from '../client/api-types.ts';
import { keyferry } from './keyferry.ts';

/* Reads of what ends by itself. */

const DAYS = 30;
const DAY_MS = 86_400_000;

interface EndingToken extends Token {
  readonly expiresAt: string;
}

export const expiringSecretsQuery = queryOptions({
  queryKey: ['secrets', 'expiring'],
  queryFn: ({ signal }) => keyferry.secrets.expiring({ days: DAYS }, { signal }),
});

/** One's own tokens, or those of all for whoever administers access; of very many the first 200. */
export const expiringTokensQuery = queryOptions({
  queryKey: ['tokens', 'expiring'],
  queryFn: async ({ signal }) => {
    const { items } = await keyferry.tokens.list({ limit: 200 }, { signal }).page();
    return items.filter(endsSoon);
  },
});

/** Those that have ended work no more and need nobody. */
function endsSoon(token: Token): token is EndingToken {
  if (token.expiresAt === null || token.revokedAt !== null) return false;
  const left = Date.parse(token.expiresAt) - Date.now();
  return left > 0 && left < DAYS * DAY_MS;
}
