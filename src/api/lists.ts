import { z } from 'zod';
import { invalidField } from '../errors.ts';

/** Query fields of every list: spread into the list's own schema. */
export const pageQuery = {
  limit: z
    .string()
    .regex(/^[1-9][0-9]{0,2}$/)
    .transform(Number)
    .pipe(z.int().min(1).max(200))
    .prefault('50')
    .meta({ description: 'Items in a page, 1 to 200.' }),
  cursor: z.string().max(1024).optional().meta({ description: '`nextCursor` of the page before.' }),
};

export interface Page<T> {
  readonly items: T[];
  /** Null at the end. */
  readonly nextCursor: string | null;
}

/** The answer of a list of `item`. `id` names it in the OpenAPI document. */
export function pageSchema<T extends z.ZodType>(item: T, id: string) {
  return z
    .object({
      items: z.array(item),
      nextCursor: z.string().nullable().meta({ description: 'Pass as `cursor` for the next page; null at the end.' }),
    })
    .meta({ id });
}

/**
 * Position behind the last item of a page, in the order of one sort. Opaque to clients, yet their input: everything in
 * it is checked when it comes back, and it grants nothing.
 */
export interface Cursor {
  /** Name of the sort it belongs to. */
  readonly sort: string;
  /** Sort key of the last item; absent when the id alone is the order. */
  readonly key?: string;
  readonly id: string;
}

const cursorSchema = z.strictObject({ s: z.string().max(40), k: z.string().max(600).optional(), i: z.uuid() });

export function encodeCursor({ sort, key, id }: Cursor): string {
  return Buffer.from(JSON.stringify({ s: sort, k: key, i: id })).toString('base64url');
}

/** Throws `invalid_input` for anything that was not made for this sort. */
export function decodeCursor(text: string | undefined, sort: string): Cursor | undefined {
  if (text === undefined) return undefined;
  const parsed = cursorSchema.safeParse(parseCursor(text));
  if (!parsed.success || parsed.data.s !== sort) {
    throw invalidField('/query/cursor', 'the nextCursor of a page in the same order');
  }
  const { s, k, i } = parsed.data;
  return k === undefined ? { sort: s, id: i } : { sort: s, key: k, id: i };
}

function parseCursor(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Cuts rows that were read with one more than `limit` into a page. */
export function pageOf<Row>(rows: readonly Row[], limit: number, cursorOf: (last: Row) => Cursor): Page<Row> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const nextCursor = rows.length > limit && last !== undefined ? encodeCursor(cursorOf(last)) : null;
  return { items, nextCursor };
}
