import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from './api.ts';
import type { Change, Page } from './api-types.ts';
import type { ProfileChoice, Project, SecretDetail, SecretState, SecretType, Version } from './secret-types.ts';

/* Reads about secrets. Never their contents: those are no part of any cache. */

/** Which secrets to list; what is left out does not narrow. */
export interface SecretFilter {
  readonly project?: string;
  readonly path?: string;
  readonly name?: string;
  readonly type?: SecretType;
  readonly tag?: string;
  readonly state?: SecretState;
}

const nextOf = ({ nextCursor }: Page<unknown>) => nextCursor ?? undefined;
const FIRST = undefined as string | undefined;

export const secretsQuery = (filter: SecretFilter) =>
  infiniteQueryOptions({
    queryKey: ['secrets', 'list', filter],
    queryFn: ({ signal, pageParam }) =>
      api.get<Page<SecretDetail>>('/v1/secrets', { query: { ...filter, limit: 100, cursor: pageParam }, signal }),
    initialPageParam: FIRST,
    getNextPageParam: nextOf,
    placeholderData: keepPreviousData,
  });

const secretPath = (id: string) => `/v1/secrets/${encodeURIComponent(id)}`;

export const secretDetailQuery = (id: string) =>
  queryOptions({
    queryKey: ['secrets', 'detail', id],
    queryFn: ({ signal }) => api.get<SecretDetail>(secretPath(id), { signal }),
  });

export const versionsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['secrets', 'versions', id],
    queryFn: ({ signal, pageParam }) =>
      api.get<Page<Version>>(`${secretPath(id)}/versions`, { query: { limit: 20, cursor: pageParam }, signal }),
    initialPageParam: FIRST,
    getNextPageParam: nextOf,
  });

/** The newest version that may be read, without its content. */
export const latestVersionQuery = ({ id, latestEnabledVersion }: SecretDetail) =>
  queryOptions({
    queryKey: ['secrets', 'latest-version', id, latestEnabledVersion],
    queryFn: ({ signal }) => api.get<Version>(`${secretPath(id)}/versions/latest_enabled`, { signal }),
    enabled: latestEnabledVersion !== null,
  });

export const secretChangesQuery = (id: string) =>
  queryOptions({
    queryKey: ['changes', 'secret', id],
    queryFn: ({ signal }) =>
      api.get<Page<Change>>('/v1/change-requests', { query: { secretId: id, limit: 8 }, signal }),
  });

export const projectsQuery = queryOptions({
  queryKey: ['projects', 'choices'],
  queryFn: ({ signal }) => api.get<Page<Project>>('/v1/projects', { query: { limit: 200 }, signal }),
  staleTime: 60_000,
});

export const profileChoicesQuery = queryOptions({
  queryKey: ['profiles', 'choices'],
  queryFn: ({ signal }) => api.get<Page<ProfileChoice>>('/v1/vault-profiles', { query: { limit: 200 }, signal }),
});
