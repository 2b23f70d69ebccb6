import type { Prisma } from '../../prisma/generated/client.ts';
import { decodeCursor, type Page, pageOf } from '../api/lists.ts';

/** Prisma's client or one of its transactions. */
export type PrismaDb = Prisma.TransactionClient;

/** Where a page by id starts and how far it reads; one row more than the page tells whether another follows. */
export interface ListSlice {
  readonly where: { readonly id?: { gt: string } };
  readonly order: { readonly orderBy: { id: 'asc' }; readonly take: number };
}

/** Ids are time-ordered, so this is the order of creation. Throws `invalid_input` for a cursor of another list. */
export function sliceById(cursor: string | undefined, limit: number): ListSlice {
  const after = decodeCursor(cursor, 'id');
  return {
    where: after === undefined ? {} : { id: { gt: after.id } },
    order: { orderBy: { id: 'asc' }, take: limit + 1 },
  };
}

export function pageById<Row extends { id: string }, View>(
  rows: readonly Row[],
  limit: number,
  viewOf: (row: Row) => View,
): Page<View> {
  const page = pageOf(rows, limit, (last) => ({ sort: 'id', id: last.id }));
  return { items: page.items.map(viewOf), nextCursor: page.nextCursor };
}

/** Only what was stated: an absent field stays as it is, and an absent filter does not narrow. */
export function stated<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
