import { infiniteQueryOptions, keepPreviousData, type QueryClient, queryOptions } from '@tanstack/react-query';
import type { CallOptions } from '../client/api.ts';
import type { SyncMapCopy, SyncMapRow } from '../client/api-types.ts';
import { keyferry } from './keyferry.ts';
import { type Page, pagesOf } from './pages.ts';
import { isMoving } from './queries.ts';

/* Reads of the sync map. */

/** So many rows are kept by name; beyond, one narrows. */
export const MOST_ROWS = 10_000;
const PAGE = 200;

/** What narrows the map; what is absent does not. */
export interface MapFilter {
  readonly name?: string;
  readonly profileId?: string;
  readonly targetState?: SyncMapCopy['state'];
}

function readMap(filter: MapFilter, cursor: string | undefined, options: CallOptions): Promise<Page<SyncMapRow>> {
  return keyferry.sync.map({ ...filter, limit: PAGE }, options).page(cursor);
}

/** All rows, page by page. Events do not make them stale: of what is on the screen {@link mapPageQuery} knows more. */
export const mapQuery = (filter: MapFilter) =>
  infiniteQueryOptions({
    queryKey: ['map', filter],
    ...pagesOf((cursor, options) => readMap(filter, cursor, options)),
    placeholderData: keepPreviousData,
    structuralSharing: false,
    staleTime: 60_000,
  });

/** One page as it is now, for as long as a row of it is on the screen; `known` when the whole list was read. */
export const mapPageQuery = (filter: MapFilter, cursor: string | undefined, known: Page<SyncMapRow>, knownAt: number) =>
  queryOptions({
    queryKey: ['sync', 'map', filter, cursor ?? ''],
    queryFn: ({ signal }) => readMap(filter, cursor, { signal }),
    initialData: known,
    initialDataUpdatedAt: knownAt,
    refetchInterval: ({ state }) => (state.data?.items.some(({ copies }) => copies.some(isMoving)) ? 1_500 : false),
  });

export const waitingQuery = queryOptions({
  queryKey: ['sync', 'waiting'],
  queryFn: ({ signal }) => keyferry.sync.waiting({ signal }),
  refetchInterval: ({ state }) => (state.data?.length ? 2_000 : 15_000),
});

/** What came of copies within the last minute, by profile. */
export const ratesQuery = queryOptions({
  queryKey: ['sync', 'rates'],
  queryFn: ({ signal }) => keyferry.sync.rates({ signal }),
  refetchInterval: 5_000,
});

export const syncQuery = queryOptions({
  queryKey: ['sync', 'overview'],
  queryFn: ({ signal }) => keyferry.sync.overview({ signal }),
  refetchInterval: 15_000,
});

/** What the record says about one copy, newest first. Needs `audit.read`. */
export const historyQuery = (targetId: string) =>
  infiniteQueryOptions({
    queryKey: ['audit', 'target', targetId],
    ...pagesOf((cursor, options) => keyferry.audit.list({ objectId: targetId, limit: 50 }, options).page(cursor)),
    refetchInterval: 5_000,
  });

/** After something about copies was asked for. */
export async function refreshSync(client: QueryClient): Promise<void> {
  await Promise.all(
    ['sync', 'secrets', 'changes', 'audit'].map((area) => client.invalidateQueries({ queryKey: [area] })),
  );
}
