import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { SecretValue } from '../../../adapters/secret-value.ts';
import { createKeyring } from '../../../src/crypto/keyring.ts';
import { connectDb, type Db } from '../../../src/db.ts';
import { newId } from '../../../src/ports.ts';
import { createBuiltinRows } from '../../../src/vaults/builtin-rows.ts';
import { createTestDatabase, type TestDatabase } from '../../support/template-db.ts';
import { addBuiltinVault } from '../../support/vault-rows.ts';

const organizationId = newId();
const keyring = createKeyring([{ id: 'k1', bytes: randomBytes(32) }]);
let database: TestDatabase;
let db: Db;
let rows: ReturnType<typeof createBuiltinRows>;
let vaultId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  db = connectDb({ url: database.url, poolSize: 20 });
  rows = createBuiltinRows(db, keyring, () => organizationId);
});
beforeEach(async () => {
  vaultId = await addBuiltinVault(db, organizationId);
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const fields = (text: string) => new Map([['value', SecretValue.fromText(text)]]);
const textOf = async (path: string, version: number) =>
  (await rows.read(vaultId, path, version))?.get('value')?.revealText();

test('twenty parallel repetitions of one operation make one version', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => rows.write(vaultId, 'a/b', fields('one'), { operationId: 'op-1' })),
  );
  expect(new Set(answers.map((answer) => answer?.version))).toEqual(new Set([1]));
  expect((await rows.head(vaultId, 'a/b'))?.version).toBe(1);
});

test('a repetition answers the version of its own operation, also after later ones', async () => {
  await rows.write(vaultId, 'a', fields('one'), { operationId: 'op-1', ifVersion: 'absent' });
  await rows.write(vaultId, 'a', fields('two'), { operationId: 'op-2' });
  const again = await rows.write(vaultId, 'a', fields('one'), { operationId: 'op-1', ifVersion: 'absent' });
  expect(again?.version).toBe(1);
  expect((await rows.head(vaultId, 'a'))?.version).toBe(2);
});

test('one operation id never stands for two contents', async () => {
  await rows.write(vaultId, 'a', fields('one'), { operationId: 'op-1' });
  const second = rows.write(vaultId, 'a', fields('two'), { operationId: 'op-1' });
  await expect(second).rejects.toMatchObject({ name: 'VaultError', code: 'invalid_argument', maybeApplied: false });
  expect(await textOf('a', 1)).toBe('one');
});

test('of twenty writers on one version one wins', async () => {
  await rows.write(vaultId, 'a', fields('base'), { operationId: 'base' });
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      rows.write(vaultId, 'a', fields(`w${i}`), { operationId: `w${i}`, ifVersion: 1 }),
    ),
  );
  const winners = answers.flatMap((answer, i) => (answer ? [i] : []));
  expect(winners).toHaveLength(1);
  expect(await textOf('a', 2)).toBe(`w${winners[0]}`);
  expect((await rows.head(vaultId, 'a'))?.version).toBe(2);
});

test('twenty writers without a condition make twenty dense versions, each with its own content', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => rows.write(vaultId, 'a', fields(`w${i}`), { operationId: `w${i}` })),
  );
  expect(answers.map((answer) => answer?.version).sort((a = 0, b = 0) => a - b)).toEqual(
    Array.from({ length: 20 }, (_, i) => i + 1),
  );
  for (const [i, answer] of answers.entries()) expect(await textOf('a', answer?.version ?? 0)).toBe(`w${i}`);
});

test('writes and permanent removals at once leave either a readable entry or none', async () => {
  await rows.write(vaultId, 'a', fields('base'), { operationId: 'base' });
  await Promise.all(
    Array.from({ length: 10 }, (_, i) => [
      rows.write(vaultId, 'a', fields(`w${i}`), { operationId: `w${i}` }),
      rows.remove(vaultId, 'a', 'permanent'),
    ]).flat(),
  );
  const head = await rows.head(vaultId, 'a');
  const [left] = await db.query<{ count: number }>(
    'select count(*)::int as count from builtin_versions where vault_id = $1::uuid',
    [vaultId],
  );
  expect(left?.count).toBe(head?.version ?? 0);
  if (head) expect(await textOf('a', head.version)).toMatch(/^w\d$/);
});

test('a sealed version opens nowhere else, and not when it was altered', async () => {
  for (const path of ['a', 'b']) {
    await rows.write(vaultId, path, fields(`${path} one`), { operationId: '1' });
    await rows.write(vaultId, path, fields(`${path} two`), { operationId: '2' });
  }
  const other = await addBuiltinVault(db, organizationId);
  await rows.write(other, 'a', fields('other'), { operationId: '1' });
  const copy = (from: readonly unknown[], to: readonly unknown[]) =>
    db.query(
      `update builtin_versions t set sealed = f.sealed from builtin_versions f
       where f.vault_id = $1::uuid and f.path = $2 and f.version = 1 and t.vault_id = $3::uuid and t.path = $4 and t.version = $5`,
      [...from, ...to],
    );
  const unreadable = { name: 'VaultError', code: 'unknown' };
  await copy([vaultId, 'a'], [vaultId, 'a', 2]);
  await expect(rows.read(vaultId, 'a', 2)).rejects.toMatchObject(unreadable);
  await copy([vaultId, 'a'], [vaultId, 'b', 1]);
  await expect(rows.read(vaultId, 'b', 1)).rejects.toMatchObject(unreadable);
  await copy([vaultId, 'a'], [other, 'a', 1]);
  await expect(rows.read(other, 'a', 1)).rejects.toMatchObject(unreadable);
  await db.query(
    `update builtin_versions set sealed = set_byte(sealed, length(sealed) - 1, get_byte(sealed, length(sealed) - 1) # 1)
     where vault_id = $1::uuid and path = 'b' and version = 2`,
    [vaultId],
  );
  await expect(rows.read(vaultId, 'b', 2)).rejects.toMatchObject(unreadable);
  expect(await textOf('a', 1)).toBe('a one');
});

test('neither table holds a value in clear', async () => {
  await rows.write(vaultId, 'a', fields('canary-in-the-vault'), { operationId: '1', labels: { k: 'v' } });
  const [{ text } = { text: '' }] = await db.query<{ text: string }>(
    `select string_agg(e::text, '') || string_agg(encode(v.sealed, 'escape'), '') as text
     from builtin_entries e join builtin_versions v using (vault_id, path)`,
  );
  expect(text.length).toBeGreaterThan(100);
  expect(text).not.toContain('canary-in-the-vault');
});
