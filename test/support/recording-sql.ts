import type pg from 'pg';
import type { Sql } from '../../src/db.ts';

/** One statement as it was asked. */
export interface Asked {
  readonly text: string;
  readonly params: readonly unknown[];
}

/** Asks on one connection and keeps what was asked. */
export function recordingSql(client: pg.Client): Sql & { readonly asked: readonly Asked[] } {
  const asked: Asked[] = [];
  return {
    asked,
    async query<R>(text: string, params: readonly unknown[] = []): Promise<R[]> {
      asked.push({ text, params });
      return (await client.query(text, [...params])).rows as R[];
    },
  };
}
