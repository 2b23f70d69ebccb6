import pg from 'pg';
import type { Sql } from '../../../src/db.ts';
import { recordingSql } from '../../support/recording-sql.ts';
import { quantile } from '../measure.ts';
import { planOf, tablesReadWhole } from './query-plan.ts';
import { type ScaleQuery, scaleQueries } from './scale-queries.ts';
import { type ScaleSize, seedScale } from './seed-scale.ts';

/** How one query came out. Times in milliseconds, as the asking process sees them. */
export interface ScaleRow {
  readonly name: string;
  readonly p50: number;
  readonly p99: number;
  /** Big tables that PostgreSQL reads from end to end for it. */
  readonly readWhole: readonly string[];
  readonly plans: readonly string[];
}

export interface ScaleResult {
  readonly rows: readonly ScaleRow[];
  readonly seedSeconds: number;
  /** Memory of this process while it asked, after the first tenth and at the end, in MB. */
  readonly memory: readonly [number, number];
}

/** Fills the database, asks everything `times` times, and looks at the plans. */
export async function runScale(databaseUrl: string, size: ScaleSize, times: number): Promise<ScaleResult> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const begun = performance.now();
    const ids = await seedScale(recordingSql(client), size);
    const seedSeconds = (performance.now() - begun) / 1_000;
    const rows: ScaleRow[] = [];
    let early = 0;
    const queries = scaleQueries(ids, size);
    const prepared = preparedSql(client);
    for (const [index, query] of queries.entries()) {
      rows.push(await measure(client, prepared, query, times));
      if (index === Math.floor(queries.length / 10)) early = heapMb();
    }
    return { rows, seedSeconds, memory: [early, heapMb()] };
  } finally {
    await client.end();
  }
}

async function measure(client: pg.Client, prepared: Sql, query: ScaleQuery, times: number): Promise<ScaleRow> {
  const spent: number[] = [];
  for (let time = 0; time < times; time++) {
    if (query.writes) await client.query('begin');
    const begun = performance.now();
    await query.ask(prepared, time);
    spent.push(performance.now() - begun);
    if (query.writes) await client.query('rollback');
  }
  spent.sort((one, other) => one - other);
  const recording = recordingSql(client);
  await client.query('begin');
  await query.ask(recording, 1);
  const plans: string[] = [];
  for (const asked of recording.asked) plans.push(await planOf(client, asked, false));
  await client.query('rollback');
  const readWhole = plans.flatMap(tablesReadWhole);
  return {
    name: query.name,
    p50: quantile(spent, 0.5),
    p99: quantile(spent, 0.99),
    readWhole,
    plans,
  };
}

/** Named statements, as the product sends them: after some times PostgreSQL may plan without looking at the parameters. */
function preparedSql(client: pg.Client): Sql {
  const names = new Map<string, string>();
  return {
    async query<R>(text: string, params: readonly unknown[] = []): Promise<R[]> {
      const name = names.get(text) ?? `scale_${names.size}`;
      names.set(text, name);
      return (await client.query({ name, text, values: [...params] })).rows as R[];
    },
  };
}

function heapMb(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
}
