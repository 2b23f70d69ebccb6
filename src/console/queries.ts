import { infiniteQueryOptions, keepPreviousData, type QueryClient, queryOptions } from '@tanstack/react-query';
import type { Target } from '../client/api-types.ts';
import { keyferry } from './keyferry.ts';
import { pagesOf } from './pages.ts';

/*
 * Every read of the console, with its key. The first part of a key is the area that events make stale, see `live-events.ts`.
 */

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => keyferry.me({ signal }),
  staleTime: 60_000,
});

/** What an inbox shows: what waits for me, what I asked for, everything. */
export type InboxView = 'me' | 'mine' | 'all';

const INBOX_FILTER = { me: { waitingFor: 'me' }, mine: { mine: true }, all: {} } as const;

export const inboxQuery = (view: InboxView) =>
  queryOptions({
    queryKey: ['changes', 'list', view],
    queryFn: ({ signal }) => keyferry.changes.list({ ...INBOX_FILTER[view], limit: 6 }, { signal }).page(),
    placeholderData: keepPreviousData,
  });

/** The same, page after page. */
export const inboxPagesQuery = (view: InboxView) =>
  infiniteQueryOptions({
    queryKey: ['changes', 'pages', view],
    ...pagesOf((cursor, options) => keyferry.changes.list({ ...INBOX_FILTER[view], limit: 50 }, options).page(cursor)),
  });

export const countsQuery = queryOptions({
  queryKey: ['changes', 'counts'],
  queryFn: ({ signal }) => keyferry.changes.counts({ signal }),
});

export const changeQuery = (id: string) =>
  queryOptions({
    queryKey: ['changes', 'one', id],
    queryFn: ({ signal }) => keyferry.changes.get(id, { signal }),
  });

export const explanationQuery = (id: string) =>
  queryOptions({
    queryKey: ['changes', 'explain', id],
    queryFn: ({ signal }) => keyferry.changes.explain(id, { signal }),
  });

export const commentsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['changes', 'comments', id],
    ...pagesOf((cursor, options) => keyferry.changes.comments(id, { limit: 200 }, options).page(cursor)),
  });

/** Comparing is counted and limited, so it is asked for once per revision and kept. */
export const evidenceQuery = (id: string, revision: number) =>
  queryOptions({
    queryKey: ['evidence', id, revision],
    queryFn: ({ signal }) => keyferry.changes.evidence(id, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const secretQuery = (id: string) =>
  queryOptions({
    queryKey: ['secrets', 'one', id],
    queryFn: ({ signal }) => keyferry.secrets.get(id, { signal }),
    staleTime: 300_000,
    retry: false,
  });

/** Successes at targets are no events, so whoever watches looks again until all have come to rest. */
export const targetsQuery = (secretId: string) =>
  queryOptions({
    queryKey: ['secrets', 'targets', secretId],
    queryFn: ({ signal }) => keyferry.call('listTargets', { params: { secretId } }, { signal }),
    refetchInterval: ({ state }) => (state.data?.items.some(isMoving) ? 1_000 : false),
  });

/** A copy that is to become another state by itself. */
export function isMoving({ state }: Pick<Target, 'state'>): boolean {
  return state === 'pending' || state === 'syncing' || state === 'removing' || state === 'failed';
}

export const activityQuery = queryOptions({
  queryKey: ['audit', 'recent'],
  queryFn: ({ signal }) => keyferry.audit.list({ limit: 12 }, { signal }).page(),
  retry: false,
});

/** After a mutation: everything about changes and secrets is looked at again. */
export async function refreshChanges(client: QueryClient): Promise<void> {
  await Promise.all(['changes', 'secrets', 'audit'].map((area) => client.invalidateQueries({ queryKey: [area] })));
}
