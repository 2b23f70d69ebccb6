import type { Api, CallOptions, Input, OperationId, Reply } from './api.ts';

/** A list that is read page by page, as far as somebody looks. */
export interface Pages<T> extends AsyncIterable<T> {
  /** One page: the first, or the one behind `cursor`. */
  page(cursor?: string): Promise<{ readonly items: readonly T[]; readonly nextCursor: string | null }>;
  /** All of them, at most `limit`. */
  all(limit?: number): Promise<T[]>;
}

interface PageReply<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** Operations that answer with pages. */
export type ListId = {
  [Id in OperationId]: Reply<Id> extends PageReply<unknown> ? Id : never;
}[OperationId];

export type ItemOf<Id extends ListId> = Reply<Id> extends PageReply<infer Item> ? Item : never;

/** The pages of a list. Nothing is asked before somebody looks. */
export function pagesOf<Id extends ListId>(
  api: Api,
  id: Id,
  input: Input<Id>,
  options?: CallOptions,
): Pages<ItemOf<Id>> {
  const page = async (cursor?: string): Promise<PageReply<ItemOf<Id>>> => {
    const { query } = input as { query?: object };
    const asked = { ...input, query: { ...query, ...(cursor === undefined ? {} : { cursor }) } };
    return (await api.call(id, asked as Input<Id>, options)) as unknown as PageReply<ItemOf<Id>>;
  };
  const list: Pages<ItemOf<Id>> = {
    page,
    async *[Symbol.asyncIterator]() {
      for (let cursor: string | undefined; ; ) {
        const { items, nextCursor } = await page(cursor);
        yield* items;
        if (nextCursor === null) return;
        cursor = nextCursor;
      }
    },
    async all(limit = Number.POSITIVE_INFINITY) {
      const items: ItemOf<Id>[] = [];
      if (limit <= 0) return items;
      for await (const item of list) {
        items.push(item);
        if (items.length >= limit) break;
      }
      return items;
    },
  };
  return list;
}
