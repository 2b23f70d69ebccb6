import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { Page } from '../../api-types.ts';
import { MOST_ROWS, mapQuery } from '../../sync-queries.ts';
import type { MapFilter, MapRow } from '../../sync-types.ts';

/** A page of the map and the cursor that leads to it. */
export interface MapPage {
  readonly cursor: string | undefined;
  readonly data: Page<MapRow>;
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
