import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Secret } from '../client/api-types.ts';
import { keyferry } from './keyferry.ts';
import { pagesOf } from './pages.ts';
import type { SecretType } from './payload/payload-fields.ts';
import type { SecretState } from './words.ts';

/* Reads about secrets. Never their contents: those are no part of any cache. */

/** Which secrets to list; what is left out does not narrow. */
export interface SecretFilter {
  readonly project?: string;
  /** Slug of a customer of the project; `shared`: of none. */
  readonly customer?: string;
  readonly path?: string;
  readonly name?: string;
  readonly type?: SecretType;
  readonly tag?: string;
  readonly state?: SecretState;
}

export const secretsQuery = (filter: SecretFilter) =>
  infiniteQueryOptions({
    queryKey: ['secrets', 'list', filter],
    ...pagesOf((cursor, options) => keyferry.secrets.list({ ...filter, limit: 100 }, options).page(cursor)),
    placeholderData: keepPreviousData,
  });

/** The folders right below one, of a project. */
export const foldersQuery = (project: string, under: string) =>
  infiniteQueryOptions({
    queryKey: ['secrets', 'folders', project, under],
    ...pagesOf((cursor, options) =>
      keyferry.projects.folders(project, { prefix: under, limit: 50 }, options).page(cursor),
    ),
    placeholderData: keepPreviousData,
  });

export const secretDetailQuery = (id: string) =>
  queryOptions({
    queryKey: ['secrets', 'detail', id],
    queryFn: ({ signal }) => keyferry.secrets.get(id, { signal }),
  });

export const versionsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['secrets', 'versions', id],
    ...pagesOf((cursor, options) => keyferry.secrets.versions(id, { limit: 20 }, options).page(cursor)),
  });

/** The newest version that may be read, without its content. */
export const latestVersionQuery = ({ id, latestEnabledVersion }: Secret) =>
  queryOptions({
    queryKey: ['secrets', 'latest-version', id, latestEnabledVersion],
    queryFn: ({ signal }) => keyferry.secrets.version(id, 'latest_enabled', { signal }),
    enabled: latestEnabledVersion !== null,
  });

export const secretChangesQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['changes', 'secret', id],
    ...pagesOf((cursor, options) => keyferry.changes.list({ secretId: id, limit: 8 }, options).page(cursor)),
  });

/** All projects, to choose from. */
export const projectsQuery = queryOptions({
  queryKey: ['projects', 'choices'],
  queryFn: async ({ signal }) => ({ items: await keyferry.projects.list({ limit: 200 }, { signal }).all() }),
  staleTime: 60_000,
});

/** All vault profiles, to choose from. */
export const profileChoicesQuery = queryOptions({
  queryKey: ['profiles', 'choices'],
  queryFn: async ({ signal }) => ({ items: await keyferry.profiles.list({ limit: 200 }, { signal }).all() }),
});
