import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query';
import { api } from './api.ts';
import type { Page } from './api-types.ts';
import type { Import, ImportItem, Vault, VaultEntry, VaultKind, VaultProfile } from './vault-types.ts';

/* Reads of the screens about vaults. */

/** What kinds there are changes with a new release only. */
export const kindsQuery = queryOptions({
  queryKey: ['profiles', 'kinds'],
  queryFn: ({ signal }) => api.get<{ readonly items: readonly VaultKind[] }>('/v1/vault-kinds', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

/** Every page of a list that people keep short. */
async function all<T>(path: string, signal: AbortSignal): Promise<readonly T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: 200, ...(cursor === undefined ? {} : { cursor }) };
    const page = await api.get<Page<T>>(path, { query, signal });
    items.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}

export const vaultsQuery = queryOptions({
  queryKey: ['profiles', 'vaults'],
  queryFn: ({ signal }) => all<Vault>('/v1/vaults', signal),
});

/** That a vault is there again is no event, so whoever watches looks again while one is in trouble. */
export const profilesQuery = queryOptions({
  queryKey: ['profiles', 'list'],
  queryFn: ({ signal }) => all<VaultProfile>('/v1/vault-profiles', signal),
  refetchInterval: ({ state }) => (state.data?.some(inTrouble) ? 2_000 : 15_000),
});

export const profileQuery = (id: string) =>
  queryOptions({
    queryKey: ['profiles', 'one', id],
    queryFn: ({ signal }) => api.get<VaultProfile>(`/v1/vault-profiles/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: ({ state }) => (state.data && inTrouble(state.data) ? 2_000 : 15_000),
  });

function inTrouble({ enabled, breaker, credential }: VaultProfile): boolean {
  return enabled && (breaker.state !== 'closed' || credential.state === 'refused');
}

/** The vault is listed anew at the first page, so it is asked for on purpose only. */
export const entriesQuery = (profileId: string, prefix: string) =>
  infiniteQueryOptions({
    queryKey: ['entries', profileId, prefix],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<VaultEntry>>(`/v1/vault-profiles/${encodeURIComponent(profileId)}/entries`, {
        query: { limit: 100, prefix, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

const importPath = (id: string) => `/v1/imports/${encodeURIComponent(id)}`;

export const importQuery = (id: string) =>
  queryOptions({
    queryKey: ['imports', 'one', id],
    queryFn: ({ signal }) => api.get<Import>(importPath(id), { signal }),
    refetchInterval: ({ state }) => (state.data && isUnderWay(state.data) ? 700 : false),
  });

export const importItemsQuery = (id: string) =>
  queryOptions({
    queryKey: ['imports', 'items', id],
    queryFn: ({ signal }) => api.get<Page<ImportItem>>(`${importPath(id)}/items`, { query: { limit: 200 }, signal }),
  });

/** Something of it is still to come by itself. */
export function isUnderWay({ endedAt, counts }: Import): boolean {
  return endedAt === null || (counts.importing ?? 0) > 0;
}

/** After something about vaults was changed. */
export async function refreshVaults(client: QueryClient): Promise<void> {
  await Promise.all(['profiles', 'sync', 'audit'].map((area) => client.invalidateQueries({ queryKey: [area] })));
}
