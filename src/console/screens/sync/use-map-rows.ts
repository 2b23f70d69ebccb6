import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { SyncMapRow } from '../../../client/api-types.ts';
import type { Page } from '../../pages.ts';
import type { MapFilter } from '../../sync-queries.ts';
import { MOST_ROWS, mapQuery } from '../../sync-queries.ts';

/** A page of the map and the cursor that leads to it. */
export interface MapPage {
  readonly cursor: string | undefined;
  readonly data: Page<SyncMapRow>;
}

/** All rows by name, read page by page in the background up to a bound. */
export function useMapRows(filter: MapFilter) {
  const read = useInfiniteQuery(mapQuery(filter));
  const { data, hasNextPage, isFetchingNextPage, isPlaceholderData, error, fetchNextPage } = read;
  const pages = useMemo(
    (): readonly MapPage[] =>
      data?.pages.map((page, at) => ({ cursor: data.pageParams[at] as string | undefined, data: page })) ?? [],
    [data],
  );
  const count = pages.reduce((sum, page) => sum + page.data.items.length, 0);
  const full = count >= MOST_ROWS;
  const goOn = hasNextPage && !isFetchingNextPage && !isPlaceholderData && error === null && !full;
  useEffect(() => {
    if (goOn) void fetchNextPage();
  }, [goOn, fetchNextPage]);
  return { ...read, pages, count, reading: hasNextPage && !full, cut: hasNextPage && full };
}
