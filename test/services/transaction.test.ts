import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectDb, type Db, together } from '../../src/db.ts';
import { eventually } from '../support/answers.ts';
import { createTestDatabase, type TestDatabase } from '../support/template-db.ts';

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = connectDb({ url: database.url, poolSize: 2 });
  await db.query(
    'create table things (id int primary key, parent int references things deferrable initially deferred)',
  );
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const ids = async () => (await db.query<{ id: number }>('select id from things order by id')).map((row) => row.id);
const add = 'insert into things (id, parent) values ($1, $2) returning id';

test('the last statement commits what went before it', async () => {
  const rows = await db.transaction(async (tx) => {
    await tx.query(add, [1, null]);
    return tx.queryAndCommit<{ id: number }>(add, [2, 1]);
  });
  expect(rows).toEqual([{ id: 2 }]);
  expect(await ids()).toEqual([1, 2]);
});

test('a last statement that fails commits nothing', async () => {
  const failing = db.transaction(async (tx) => {
    await tx.query(add, [10, null]);
    await tx.queryAndCommit(add, [1, null]);
  });
  await expect(failing).rejects.toMatchObject({ code: '23505' });
  expect(await ids()).toEqual([1, 2]);
});

test('a commit that fails is told, and commits nothing', async () => {
  const failing = db.transaction((tx) => tx.queryAndCommit(add, [11, 999]));
  await expect(failing).rejects.toMatchObject({ code: '23503' });
  expect(await ids()).toEqual([1, 2]);
});

test('however many statements there are, a bounded number stays prepared', async () => {
  const prepared = await db.transaction(async (tx) => {
    const all = Array.from({ length: 1_500 }, (_, index) => tx.query(`select $1::int + ${index} as sum`, [1]));
    const sums = await Promise.all(all);
    expect(sums[1_499]).toEqual([{ sum: 1_500 }]);
    const [row] = await tx.query<{ count: number }>('select count(*)::int from pg_prepared_statements');
    return row?.count;
  });
  expect(prepared).toBeGreaterThan(500);
  expect(prepared).toBeLessThanOrEqual(1_000);
});

test('of statements sent together the first failure is thrown, and nothing stays', async () => {
  const failing = db.transaction((tx) =>
    together(tx.query(add, [12, null]), tx.query(add, [1, null]), tx.query('select no_such_column from things')),
  );
  await expect(failing).rejects.toMatchObject({ code: '23505' });
  expect(await ids()).toEqual([1, 2]);
});

test('statements sent together run in order, each with its own rows', async () => {
  const [first, second] = await db.transaction((tx) =>
    together(tx.query<{ id: number }>(add, [3, null]), tx.query<{ count: number }>('select count(*)::int from things')),
  );
  expect([first, second]).toEqual([[{ id: 3 }], [{ count: 3 }]]);
});

test('work that throws rolls back, and the connection serves the next one', async () => {
  for (let round = 0; round < 4; round++) {
    const failing = db.transaction(async (tx) => {
      await tx.query(add, [13, null]);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
  }
  expect(await ids()).toEqual([1, 2, 3]);
});

test('a connection that is lost between two statements fails the transaction and not the process', async () => {
  const lost = db.transaction(async (tx) => {
    const [row] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
    await tx.query(add, [30, null]);
    await db.query('select pg_terminate_backend($1)', [row?.pid]);
    const gone = 'select 1 from pg_stat_activity where pid = $1';
    await eventually(async () => (await db.query(gone, [row?.pid])).length === 0, 'the backend is gone');
    await setImmediate();
    await tx.query(add, [31, null]);
  });
  await expect(lost).rejects.toThrow();
  expect(await ids()).not.toContain(30);
  await db.transaction((tx) => tx.query(add, [32, null]));
  expect(await ids()).toContain(32);
});
