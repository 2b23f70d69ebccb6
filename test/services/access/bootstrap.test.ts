import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { actorRef } from '../../../src/access/actor.ts';
import { actorByPerson, actorForStored } from '../../../src/access/actor-store.ts';
import { createAuthenticate } from '../../../src/access/authenticate.ts';
import { bootstrapInstallation, createAdminToken } from '../../../src/access/bootstrap.ts';
import { can } from '../../../src/access/permissions.ts';
import { verifyChain } from '../../../src/audit/audit-service.ts';
import { createKeyring } from '../../../src/crypto/keyring.ts';
import { connectDb, type Db } from '../../../src/db.ts';
import { createTestDatabase, type TestDatabase } from '../../support/template-db.ts';

const keyring = createKeyring([{ id: 'k1', bytes: randomBytes(32) }]);
const origin = { requestId: 'req-00000001', ip: '192.0.2.1' };
let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

beforeEach(() => {
  db = connectDb({ url: database.url, poolSize: 4 });
  return () => db.close();
});

test('of two processes starting at once one sets the installation up', async () => {
  const other = connectDb({ url: database.url, poolSize: 4 });
  try {
    const results = await Promise.all([db, other, db, other].map((each) => bootstrapInstallation(each, keyring)));
    const tokens = results.filter((result) => result !== undefined);
    expect(tokens).toHaveLength(1);
    expect(await db.query('select slug, is_operator from organizations')).toEqual([
      { slug: 'default', is_operator: true },
    ]);
    const actor = await createAuthenticate(db)({ authorization: `Bearer ${tokens[0]?.token}` }, origin);
    expect(actor).toMatchObject({ type: 'person', isOperator: true, requestId: 'req-00000001', ip: '192.0.2.1' });
    expect(can(actor, 'installation.administer')).toBe(true);
    expect(await verifyChain(db, keyring, actor.organizationId)).toMatchObject({ intact: true, events: 4 });
  } finally {
    await other.close();
  }
});

test('an administrator who lost everything gets back in from the machine', async () => {
  const first = await createAdminToken(db, keyring);
  await db.query('update people set disabled = true where id = $1::uuid', [first.personId]);
  await db.query('delete from role_grants where subject_id = $1::uuid', [first.personId]);
  const authenticate = createAuthenticate(db);
  await expect(authenticate({ authorization: `Bearer ${first.token}` }, origin)).rejects.toMatchObject({
    code: 'unauthenticated',
  });

  const again = await createAdminToken(db, keyring);
  expect(again.personId).toBe(first.personId);
  expect(again.token).not.toBe(first.token);
  const actor = await authenticate({ authorization: `Bearer ${again.token}` }, origin);
  expect(can(actor, 'access.administer')).toBe(true);
  expect(await verifyChain(db, keyring, again.organizationId)).toMatchObject({ intact: true });
});

test('what waited is checked with the rights of now', async () => {
  const { organizationId, personId, token } = await createAdminToken(db, keyring);
  const ref = actorRef(await createAuthenticate(db)({ authorization: `Bearer ${token}` }, origin));
  const now = () => actorForStored(db, organizationId, ref);

  expect(await now()).toMatchObject({ id: personId, requestId: null, ip: null });
  expect(await actorByPerson(db, organizationId, personId)).toMatchObject({ id: personId, tokenId: null });

  await db.query(`update role_grants set role = 'viewer' where subject_id = $1::uuid`, [personId]);
  expect((await now())?.grants).toEqual([{ role: 'viewer', projectId: null, customerId: null, shared: false }]);
  await db.query(`update role_grants set role = 'retired_role' where subject_id = $1::uuid`, [personId]);
  expect((await now())?.grants).toEqual([]);

  await db.query('update tokens set expires_at = now() where id = $1::uuid', [ref.tokenId]);
  expect(await now()).toBeDefined();
  await db.query('update tokens set revoked_at = now() where id = $1::uuid', [ref.tokenId]);
  expect(await now()).toBeUndefined();

  await db.query('update people set disabled = true where id = $1::uuid', [personId]);
  expect(await actorByPerson(db, organizationId, personId)).toBeUndefined();
  expect(await actorByPerson(db, crypto.randomUUID(), personId)).toBeUndefined();
});
