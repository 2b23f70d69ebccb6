import { infiniteQueryOptions, keepPreviousData, type QueryClient, queryOptions } from '@tanstack/react-query';
import { api } from './api.ts';
import type {
  Change,
  ChangeCounts,
  ChangeDetail,
  Comment,
  Evidence,
  Explanation,
  Me,
  Page,
  Secret,
  Target,
} from './api-types.ts';
import { keyferry } from './keyferry.ts';

/*
 * Every read of the console, with its key. The first part of a key is the area that events make stale, see `live-events.ts`.
 */

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => api.get<Me>('/v1/me', { signal }),
  staleTime: 60_000,
});

/** What an inbox shows: what waits for me, what I asked for, everything. */
export type InboxView = 'me' | 'mine' | 'all';

const INBOX_FILTER = { me: { waitingFor: 'me' }, mine: { mine: true }, all: {} } as const;

export const inboxQuery = (view: InboxView) =>
  queryOptions({
    queryKey: ['changes', 'list', view],
    queryFn: ({ signal }) =>
      api.get<Page<Change>>('/v1/change-requests', { query: { ...INBOX_FILTER[view], limit: 50 }, signal }),
    placeholderData: keepPreviousData,
  });

/** The same, page after page. */
export const inboxPagesQuery = (view: InboxView) =>
  infiniteQueryOptions({
    queryKey: ['changes', 'pages', view],
    queryFn: ({ signal, pageParam }) =>
      api.get<Page<Change>>('/v1/change-requests', {
        query: { ...INBOX_FILTER[view], limit: 50, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

export const countsQuery = queryOptions({
  queryKey: ['changes', 'counts'],
  queryFn: ({ signal }) => api.get<ChangeCounts>('/v1/change-requests/counts', { signal }),
});

const changePath = (id: string) => `/v1/change-requests/${encodeURIComponent(id)}`;

export const changeQuery = (id: string) =>
  queryOptions({
    queryKey: ['changes', 'one', id],
    queryFn: ({ signal }) => api.get<ChangeDetail>(changePath(id), { signal }),
  });

export const explanationQuery = (id: string) =>
  queryOptions({
    queryKey: ['changes', 'explain', id],
    queryFn: ({ signal }) => api.get<Explanation>(`${changePath(id)}/explain`, { signal }),
  });

export const commentsQuery = (id: string) =>
  queryOptions({
    queryKey: ['changes', 'comments', id],
    queryFn: ({ signal }) => api.get<Page<Comment>>(`${changePath(id)}/comments`, { query: { limit: 200 }, signal }),
  });

/** Comparing is counted and limited, so it is asked for once per revision and kept. */
export const evidenceQuery = (id: string, revision: number) =>
  queryOptions({
    queryKey: ['evidence', id, revision],
    queryFn: ({ signal }) => api.get<Evidence>(`${changePath(id)}/evidence`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const secretQuery = (id: string) =>
  queryOptions({
    queryKey: ['secrets', 'one', id],
    queryFn: ({ signal }) => api.get<Secret>(`/v1/secrets/${encodeURIComponent(id)}`, { signal }),
    staleTime: 300_000,
    retry: false,
  });

/** Successes at targets are no events, so whoever watches looks again until all have come to rest. */
export const targetsQuery = (secretId: string) =>
  queryOptions({
    queryKey: ['secrets', 'targets', secretId],
    queryFn: ({ signal }) =>
      api.get<{ readonly items: readonly Target[] }>(`/v1/secrets/${encodeURIComponent(secretId)}/targets`, { signal }),
    refetchInterval: ({ state }) => (state.data?.items.some(isMoving) ? 1_000 : false),
  });

function isMoving({ state }: Target): boolean {
  return ['pending', 'syncing', 'removing', 'failed'].includes(state);
}

export const activityQuery = queryOptions({
  queryKey: ['audit', 'recent'],
  queryFn: ({ signal }) => keyferry.call('listAuditEvents', { query: { limit: 12 } }, { signal }),
  retry: false,
});

/** After a mutation: everything about changes and secrets is looked at again. */
export async function refreshChanges(client: QueryClient): Promise<void> {
  await Promise.all(['changes', 'secrets', 'audit'].map((area) => client.invalidateQueries({ queryKey: [area] })));
}
