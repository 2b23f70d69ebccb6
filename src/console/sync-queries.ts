import { infiniteQueryOptions, keepPreviousData, type QueryClient, queryOptions } from '@tanstack/react-query';
import { api } from './api.ts';
import type { Page } from './api-types.ts';
import type { HistoryEvent, MapFilter, MapRow, SyncOverview, WaitingCopies } from './sync-types.ts';

/* Reads of the sync map. */

/** So many rows are kept by name; beyond, one narrows. */
export const MOST_ROWS = 10_000;
const PAGE = 200;

function readMap(filter: MapFilter, cursor: string | undefined, signal: AbortSignal): Promise<Page<MapRow>> {
  return api.get<Page<MapRow>>('/v1/sync/map', { query: { ...filter, limit: PAGE, cursor }, signal });
}

/** All rows, page by page. Events do not make them stale: of what is on the screen {@link mapPageQuery} knows more. */
export const mapQuery = (filter: MapFilter) =>
  infiniteQueryOptions({
    queryKey: ['map', filter],
    queryFn: ({ pageParam, signal }) => readMap(filter, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    structuralSharing: false,
    staleTime: 60_000,
  });

/** One page as it is now, for as long as a row of it is on the screen; `known` when the whole list was read. */
export const mapPageQuery = (filter: MapFilter, cursor: string | undefined, known: Page<MapRow>, knownAt: number) =>
  queryOptions({
    queryKey: ['sync', 'map', filter, cursor ?? ''],
    queryFn: ({ signal }) => readMap(filter, cursor, signal),
    initialData: known,
    initialDataUpdatedAt: knownAt,
    refetchInterval: ({ state }) => (state.data?.items.some(isMoving) ? 1_500 : false),
  });

function isMoving({ copies }: MapRow): boolean {
  return copies.some(({ state }) => ['pending', 'syncing', 'removing', 'failed'].includes(state));
}

export const waitingQuery = queryOptions({
  queryKey: ['sync', 'waiting'],
  queryFn: ({ signal }) =>
    api.get<{ readonly items: readonly WaitingCopies[] }>('/v1/sync/waiting', { signal }).then(({ items }) => items),
  refetchInterval: ({ state }) => (state.data?.length ? 2_000 : 15_000),
});

export const syncQuery = queryOptions({
  queryKey: ['sync', 'overview'],
  queryFn: ({ signal }) => api.get<SyncOverview>('/v1/sync', { signal }),
  refetchInterval: 15_000,
});

/** What the record says about one copy, newest first. Needs `audit.read`. */
export const historyQuery = (targetId: string) =>
  queryOptions({
    queryKey: ['audit', 'target', targetId],
    queryFn: ({ signal }) =>
      api.get<Page<HistoryEvent>>('/v1/audit-events', { query: { objectId: targetId, limit: 50 }, signal }),
    refetchInterval: 5_000,
  });

/** After something about copies was asked for. */
export async function refreshSync(client: QueryClient): Promise<void> {
  await Promise.all(
    ['sync', 'secrets', 'changes', 'audit'].map((area) => client.invalidateQueries({ queryKey: [area] })),
  );
}
