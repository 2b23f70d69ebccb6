import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { checkKeys } from '../../../src/crypto/key-check.ts';
import { createKeyring, type MasterKey } from '../../../src/crypto/keyring.ts';
import { connectDb, type Db } from '../../../src/db.ts';
import { createTestDatabase, type TestDatabase } from '../../support/template-db.ts';

let database: TestDatabase;
let db: Db;
const key = (id: string): MasterKey => ({ id, bytes: randomBytes(32) });
const first = key('k1');
const check = (...keys: MasterKey[]) => checkKeys(db, createKeyring(keys));
const rows = () =>
  db.query<{ key_id: string; sealed: Buffer }>('select key_id, sealed from key_checks order by key_id');

beforeAll(async () => {
  database = await createTestDatabase();
  db = connectDb({ url: database.url, poolSize: 4 });
});
beforeEach(async () => {
  await db.query('truncate key_checks');
  await check(first);
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

test('the first start records its key, every later one only looks', async () => {
  const before = await rows();
  expect(before.map((row) => row.key_id)).toEqual(['k1']);
  await check(first);
  expect(await rows()).toEqual(before);
});

test('a wrong key under the known id is refused and nothing is written (E4)', async () => {
  const before = await rows();
  await expect(check(key('k1'))).rejects.toThrow('"k1" is not the key this database was written with');
  await expect(check(key('k2'), key('k1'))).rejects.toThrow('"k1"');
  expect(await rows()).toEqual(before);
});

test('a ring without any known key is refused and nothing is written (E4)', async () => {
  const before = await rows();
  await expect(check(key('k2'))).rejects.toThrow('other master keys: k1');
  expect(await rows()).toEqual(before);
});

test('a new key is added beside a known one, and then both are needed to be the right ones', async () => {
  const second = key('k2');
  await check(second, first);
  expect((await rows()).map((row) => row.key_id)).toEqual(['k1', 'k2']);
  await check(second);
  await expect(check(key('k2'), first)).rejects.toThrow('"k2"');
});

test('a check that was altered or moved to another id does not open', async () => {
  await db.query(`update key_checks set key_id = 'k2'`);
  await expect(check({ ...first, id: 'k2' })).rejects.toThrow('"k2"');
  await db.query(`update key_checks set key_id = 'k1', sealed = set_byte(sealed, 40, 255 - get_byte(sealed, 40))`);
  await expect(check(first)).rejects.toThrow('"k1"');
});

test('two processes starting at once with one new key both start', async () => {
  await db.query('truncate key_checks');
  await Promise.all([check(first), check(first), check(first)]);
  expect(await rows()).toHaveLength(1);
});
