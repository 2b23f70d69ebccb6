import { infiniteQueryOptions, keepPreviousData, type QueryClient, queryOptions } from '@tanstack/react-query';
import type { Query } from '../client/api.ts';
import { keyferry } from './keyferry.ts';
import { pagesOf } from './pages.ts';

/* Reads about who there is and what they may do. Never a token: those are shown once and kept nowhere. */

/** Of more than so many, lists and names show the first. */
export const MOST = 2_000;
const PAGE = 200;
const STALE_MS = 30_000;

export const peopleQuery = queryOptions({
  queryKey: ['access', 'people'],
  queryFn: ({ signal }) => keyferry.people.list({ limit: PAGE }, { signal }).all(MOST),
  staleTime: STALE_MS,
});

export const groupsQuery = queryOptions({
  queryKey: ['access', 'groups'],
  queryFn: ({ signal }) => keyferry.groups.list({ limit: PAGE }, { signal }).all(MOST),
  staleTime: STALE_MS,
});

export const machinesQuery = queryOptions({
  queryKey: ['access', 'machines'],
  queryFn: ({ signal }) => keyferry.machines.list({ limit: PAGE }, { signal }).all(MOST),
  staleTime: STALE_MS,
});

export const personQuery = (userId: string) =>
  queryOptions({
    queryKey: ['access', 'person', userId],
    queryFn: ({ signal }) => keyferry.people.get(userId, { signal }),
  });

export const machineQuery = (machineId: string) =>
  queryOptions({
    queryKey: ['access', 'machine', machineId],
    queryFn: ({ signal }) => keyferry.machines.get(machineId, { signal }),
  });

export const groupQuery = (groupId: string) =>
  queryOptions({
    queryKey: ['access', 'group', groupId],
    queryFn: ({ signal }) => keyferry.groups.get(groupId, { signal }),
  });

export const groupsOfQuery = (userId: string) =>
  queryOptions({
    queryKey: ['access', 'groups-of', userId],
    queryFn: ({ signal }) => keyferry.groups.list({ userId, limit: PAGE }, { signal }).all(MOST),
  });

export const membersQuery = (groupId: string) =>
  queryOptions({
    queryKey: ['access', 'members', groupId],
    queryFn: ({ signal }) => keyferry.groups.members(groupId, { limit: PAGE }, { signal }).all(MOST),
  });

export const rolesQuery = queryOptions({
  queryKey: ['access', 'roles'],
  queryFn: ({ signal }) => keyferry.roles.list({ signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

export const grantsQuery = (filter: Query<'listRoleGrants'>) =>
  infiniteQueryOptions({
    queryKey: ['access', 'grants', filter],
    ...pagesOf((cursor, options) => keyferry.roles.grants({ ...filter, limit: 50 }, options).page(cursor)),
    placeholderData: keepPreviousData,
  });

/** Whose tokens: a person's or a machine's. */
export type TokenOwner = { readonly userId: string } | { readonly machineId: string };

export const tokensQuery = (owner: TokenOwner) =>
  queryOptions({
    queryKey: ['access', 'tokens', owner],
    queryFn: ({ signal }) => keyferry.tokens.list({ ...owner, limit: PAGE }, { signal }).all(MOST),
  });

export const sessionsQuery = (userId: string) =>
  queryOptions({
    queryKey: ['access', 'sessions', userId],
    queryFn: async ({ signal }) => (await keyferry.sessions.list({ userId, limit: PAGE }, { signal }).page()).items,
  });

export const preferencesQuery = queryOptions({
  queryKey: ['access', 'notifications'],
  queryFn: ({ signal }) => keyferry.call('getNotificationPreferences', {}, { signal }),
});

/** After a change of who may do what: all of it is looked at again, and what it left in other places. */
export async function refreshAccess(client: QueryClient): Promise<void> {
  const areas = ['access', 'me', 'tokens', 'changes', 'audit'];
  await Promise.all(areas.map((area) => client.invalidateQueries({ queryKey: [area] })));
}
