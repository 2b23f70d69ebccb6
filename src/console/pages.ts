import type { CallOptions } from '../client/api.ts';

/** One page of a list, as the API answers it. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

interface Asked {
  readonly signal: AbortSignal;
  readonly pageParam: string | undefined;
}

/** What all lists have in common that are read page by page: the part of `infiniteQueryOptions` that does the reading. */
export function pagesOf<T>(read: (cursor: string | undefined, options: CallOptions) => Promise<Page<T>>) {
  return {
    queryFn: ({ signal, pageParam }: Asked) => read(pageParam, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }: Page<T>) => nextCursor ?? undefined,
  };
}

/** What was read of a list so far. */
export function itemsOf<T>({ pages }: { readonly pages: readonly Page<T>[] }): readonly T[] {
  return pages.flatMap(({ items }) => items);
}
