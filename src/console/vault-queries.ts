import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query';
import type { Import, VaultProfile } from '../client/api-types.ts';
import { keyferry } from './keyferry.ts';
import { pagesOf } from './pages.ts';

/* Reads of the screens about vaults. */

/** What kinds there are changes with a new release only. */
export const kindsQuery = queryOptions({
  queryKey: ['profiles', 'kinds'],
  queryFn: ({ signal }) => keyferry.call('listVaultKinds', {}, { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

export const vaultsQuery = queryOptions({
  queryKey: ['profiles', 'vaults'],
  queryFn: ({ signal }) => keyferry.vaults.list({ limit: 200 }, { signal }).all(),
});

/** That a vault is there again is no event, so whoever watches looks again while one is in trouble. */
export const profilesQuery = queryOptions({
  queryKey: ['profiles', 'list'],
  queryFn: ({ signal }) => keyferry.profiles.list({ limit: 200 }, { signal }).all(),
  refetchInterval: ({ state }) => (state.data?.some(inTrouble) ? 2_000 : 15_000),
});

export const profileQuery = (id: string) =>
  queryOptions({
    queryKey: ['profiles', 'one', id],
    queryFn: ({ signal }) => keyferry.profiles.get(id, { signal }),
    refetchInterval: ({ state }) => (state.data && inTrouble(state.data) ? 2_000 : 15_000),
  });

function inTrouble({ enabled, breaker, credential }: VaultProfile): boolean {
  return enabled && (breaker.state !== 'closed' || credential.state === 'refused');
}

/** The vault is listed anew at the first page, so it is asked for on purpose only. */
export const entriesQuery = (profileId: string, prefix: string) =>
  infiniteQueryOptions({
    queryKey: ['entries', profileId, prefix],
    ...pagesOf((cursor, options) => keyferry.profiles.entries(profileId, { limit: 100, prefix }, options).page(cursor)),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

export const importQuery = (id: string) =>
  queryOptions({
    queryKey: ['imports', 'one', id],
    queryFn: ({ signal }) => keyferry.imports.get(id, {}, { signal }),
    refetchInterval: ({ state }) => (state.data && isUnderWay(state.data) ? 700 : false),
  });

export const importItemsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['imports', 'items', id],
    ...pagesOf((cursor, options) => keyferry.imports.items(id, { limit: 200 }, options).page(cursor)),
  });

/** Something of it is still to come by itself. */
export function isUnderWay({ endedAt, counts }: Import): boolean {
  return endedAt === null || counts.importing > 0;
}

/** After something about vaults was changed. */
export async function refreshVaults(client: QueryClient): Promise<void> {
  await Promise.all(['profiles', 'sync', 'audit'].map((area) => client.invalidateQueries({ queryKey: [area] })));
}
