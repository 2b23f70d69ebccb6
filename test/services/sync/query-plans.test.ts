import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { planOf, tablesReadWhole } from '../../bench/scale/query-plan.ts';
import { scaleQueries } from '../../bench/scale/scale-queries.ts';
import { type ScaleIds, seedScale } from '../../bench/scale/seed-scale.ts';
import { recordingSql } from '../../support/recording-sql.ts';
import { createTestDatabase, type TestDatabase } from '../../support/template-db.ts';

/* Small beside `npm run scale`, and large enough that PostgreSQL would rather use an index where there is one. */
const SIZE = { secrets: 6_000, targets: 5, projects: 20, profiles: 50 };
const QUERIES = scaleQueries({ organizationId: '', projectId: '', profileId: '' }, SIZE);
const NAMES = QUERIES.map(({ name }) => name);

let database: TestDatabase;
let client: pg.Client;
let ids: ScaleIds;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(
    `insert into organizations (id, slug, name) values ('00000000-0000-7000-8000-000000000000', 'scale', 'Scale')`,
  );
  ids = await seedScale(recordingSql(client), SIZE);
});
afterAll(async () => {
  await client?.end();
  await database?.drop();
});

test.each(NAMES)('%s: no big table is read from end to end', async (name) => {
  const recording = recordingSql(client);
  await client.query('begin');
  try {
    const query = scaleQueries(ids, SIZE).find((one) => one.name === name);
    await query?.ask(recording, 1);
    expect(recording.asked.length).toBeGreaterThan(0);
    for (const each of recording.asked) {
      for (const generic of [false, true]) {
        const plan = await planOf(client, each, generic);
        expect(tablesReadWhole(plan), `${each.text}\n${plan}`).toEqual([]);
      }
    }
  } finally {
    await client.query('rollback');
  }
});
