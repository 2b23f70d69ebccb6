import { queryOptions } from '@tanstack/react-query';
import { api } from './api.ts';
import type { Page } from './api-types.ts';

/* Reads of what ends by itself. */

const DAYS = 30;
const DAY_MS = 86_400_000;

interface ExpiringSecret {
  readonly secretId: string;
  readonly path: string;
  readonly name: string;
  readonly type: string;
  readonly expiresAt: string;
}

interface Token {
  readonly id: string;
  readonly name: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

interface EndingToken extends Token {
  readonly expiresAt: string;
}

export const expiringSecretsQuery = queryOptions({
  queryKey: ['secrets', 'expiring'],
  queryFn: async ({ signal }) => {
    const query = { days: DAYS };
    return (await api.get<{ readonly items: readonly ExpiringSecret[] }>('/v1/expiring-secrets', { query, signal }))
      .items;
  },
});

/** One's own tokens, or those of all for whoever administers access; of very many the first 200. */
export const expiringTokensQuery = queryOptions({
  queryKey: ['tokens', 'expiring'],
  queryFn: async ({ signal }) => {
    const { items } = await api.get<Page<Token>>('/v1/tokens', { query: { limit: 200 }, signal });
    return items.filter(endsSoon);
  },
});

/** Those that have ended work no more and need nobody. */
function endsSoon(token: Token): token is EndingToken {
  if (token.expiresAt === null || token.revokedAt !== null) return false;
  const left = Date.parse(token.expiresAt) - Date.now();
  return left > 0 && left < DAYS * DAY_MS;
}
